#!/usr/bin/env bash
# Thousands of players on one process, and what each of them costs it: `worldlog bots` beside `worldlog up`.
# SOCKETS players say where they are once a second; once all are in the process is looked at for SOCKETS_SECONDS.
# Usage: crates/bench/sockets.sh target/release/worldlog
set -euo pipefail

binary=$1
sockets=${SOCKETS:-5000}
seconds=${SOCKETS_SECONDS:-300}
patience=300
per_spot=50

folder=$(mktemp -d)
server= bots=
ends() {
	[ -z "$bots" ] || kill "$bots" 2>/dev/null || true
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server"; } || true
	rm -rf "$folder"
}
trap ends EXIT

WORLDLOG__ARCHIPELAGO__MAX_USERS=$((sockets + 1000)) "$binary" up --listen 127.0.0.1:0 --data "$folder/data" \
	--ready-file "$folder/ready.json" >"$folder/server.log" 2>&1 &
server=$!
for _ in $(seq 600); do
	[ ! -e "$folder/ready.json" ] || break
	kill -0 "$server" || { cat "$folder/server.log"; exit 1; }
	sleep 0.1
done
url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$folder/ready.json")
# Resident KiB, and ticks of processor time. The name of the program may hold anything but ends with the last parenthesis.
memory() { awk '/^VmRSS:/ { print $2 }' "/proc/$server/status"; }
ticks() { sed 's/.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'; }
inside() { curl -sf "$url/archipelago/status" | sed -n 's/.*"userCount": *\([0-9]*\).*/\1/p'; }

sleep 3
idle=$(memory)
"$binary" bots "$sockets" --spots $(((sockets + per_spot - 1) / per_spot)) --url "$url" --every 1s --output json \
	>"$folder/bots.json" 2>"$folder/bots.log" &
bots=$!
for ((waited = 0; $(inside) < sockets; waited++)); do
	[ $waited -lt $patience ] || { echo "$(inside) of $sockets came in within $patience s"; exit 1; }
	sleep 1
done
before=$(ticks) began=$(date +%s%N) peak=$(memory) least=$sockets
for ((second = 0; second < seconds; second++)); do
	sleep 1
	now=$(memory) here=$(inside)
	[ "$now" -le "$peak" ] || peak=$now
	[ "$here" -ge "$least" ] || least=$here
done
after=$(ticks) ended=$(date +%s%N) last=$(memory)
# As Ctrl-C: they tell how it was.
kill -INT "$bots"
wait "$bots"
bots=
said() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$folder/bots.json"; }
awk -v sockets="$sockets" -v idle="$idle" -v peak="$peak" -v last="$last" -v ticks=$((after - before)) \
	-v hz="$(getconf CLK_TCK)" -v ns=$((ended - began)) -v least="$least" -v waited="$waited" 'BEGIN {
	busy = ticks / hz / (ns / 1e9)
	printf "%-44s %10d\n", "sockets", sockets
	printf "%-44s %10d\n", "least of them at one look", least
	printf "%-44s %8d s\n", "until all were in, about", waited
	printf "%-44s %6.0f MiB\n", "memory, idle", idle / 1024
	printf "%-44s %6.0f MiB\n", "memory, peak", peak / 1024
	printf "%-44s %6.1f KiB\n", "memory of a socket, at the peak", (peak - idle) / sockets
	printf "%-44s %6.1f KiB\n", "the same at the end", (last - idle) / sockets
	printf "%-44s %8.1f %%\n", "processor, one core is 100 %", busy * 100
	printf "%-44s %7.1f µs\n", "processor time of a socket a second", busy * 1e6 / sockets
}'
printf '%-44s %7s ms\n' "first heartbeat to island_changed, p50" "$(said firstIslandP50Ms)" "the same, p99" "$(said firstIslandP99Ms)"
for name in heartbeats islandChanges kicked failed; do
	printf '%-44s %10s\n' "$name" "$(said $name)"
done
[ "$(said failed)" = 0 ] || { echo "sessions failed"; exit 1; }
