# worldlog: build, run, test, measure. Every target works on a fresh machine with Rust and a C compiler;
# `test` also needs Node.js and npm for the real Decentraland clients, Java 17, Maven and Go for the real servers
# (peers/README.md), and Chromium for the console. It says so when something is missing; on Debian as root it installs
# all but Node.js itself.

CARGO ?= cargo
SEEDS ?= 2000
SOAK_SECONDS ?= 3600
FUZZ_SECONDS ?= 300
FUZZ_SOCKET_SECONDS ?= 60
SOCKETS ?= 5000
SOCKETS_SECONDS ?= 300
SCENES ?= 500
PLATFORMS ?= web
PROFILES ?= 10000
# What images have beside the defaults; CI tests it, and test-fast tests the defaults.
FEATURES ?= --features app/otel
PEERS = $(CARGO) run -q -p peers --

.PHONY: build up test test-fast test-cluster soak peers-up peers-down lint bench bench-rebuilds bench-islands bench-cluster bench-assets bench-unityfs bench-conversions bench-sockets bench-portrait bench-backfill fuzz-bundler fuzz-unityfs fuzz-portrait fuzz-sockets sim golden deny clean

build: ## target/release/worldlog
	$(CARGO) build --release --bin worldlog

up: build ## everything in one process, with a small generated world
	target/release/worldlog up --demo

test: lint ## everything CI runs; the real servers stop when it ends, unless peers-up had started them
	SIM_SEEDS=$(SEEDS) $(PEERS) run -- $(CARGO) test --workspace $(FEATURES) --no-fail-fast

test-fast: ## what needs no outside client and no real server: seconds to minutes
	@echo "test-fast leaves out: clippy, the npm clients, the real servers (WORLDLOG_PEERS=none), most simulation seeds"
	WORLDLOG_PEERS=none SIM_SEEDS=50 $(CARGO) test --workspace --no-fail-fast -- --skip clients::

test-cluster: ## also the other long tests on real engines: scaling, fencing, engines that go away, moves; half an hour
	WORLDLOG_CLUSTER=1 $(PEERS) run -- $(CARGO) test -p app $(FEATURES) --test it -- --nocapture \
		cluster:: outside:: rewards::switches

soak: ## kills of everything under load for SOAK_SECONDS (an hour); the report is target/soak/report.md
	WORLDLOG_CLUSTER=1 CLUSTER_SECONDS=$(SOAK_SECONDS) CLUSTER_REPORT=$(CURDIR)/target/soak/report.md \
		$(PEERS) run -- $(CARGO) test -p app $(FEATURES) --test it -- --nocapture cluster::chaos
	cat target/soak/report.md

peers-up: ## start the real servers of the tests, and keep them; target/peers/up.json says where
	$(PEERS) up

peers-down: ## stop them, and what a crashed run has left
	$(PEERS) down

lint: ## format, clippy, and the rules of the tree (crates/kernel/tests/it/tidy.rs)
	$(CARGO) fmt --all --check
	$(CARGO) test -q -p kernel --test it -- tidy
	$(CARGO) clippy --workspace --all-targets $(FEATURES) -- -D warnings

sim: ## SEEDS=20000 make sim: more histories, with the report
	SIM_SEEDS=$(SEEDS) $(CARGO) test --release -p sim --test it simulation -- --nocapture

bench: build ## ratios in one run; see docs/benchmarks.md
	$(CARGO) run --release -p bench

bench-rebuilds: build ## a log of 10 M events folded again, from its start and from a snapshot; takes 3 GB of /tmp
	$(CARGO) run --release -p bench -- rebuilds

bench-islands: ## a flush of the island engine beside the original's rules, with the plot of docs/islands.md
	$(CARGO) bench -p islands --bench flush

bench-sockets: build ## SOCKETS players for SOCKETS_SECONDS on one process: CPU and memory of each, p99 of heartbeat to island
	SOCKETS=$(SOCKETS) SOCKETS_SECONDS=$(SOCKETS_SECONDS) crates/bench/sockets.sh target/release/worldlog

bench-cluster: ## the same on Kafka and Cassandra beside rivals, one run; see docs/benchmarks.md
	$(CARGO) run --release -p bench -- cluster

bench-assets: ## the real models through the converter beside gltfpack and BasisU, one run; minutes; see docs/benchmarks.md
	$(CARGO) build --release -p bundler --example basisu
	$(CARGO) bench -p bundler --bench assets

bench-conversions: build ## SCENES scenes that share 60 real models, deployed until the registry shows them for PLATFORMS, and as many others again
	SCENES=$(SCENES) PLATFORMS=$(PLATFORMS) $(CARGO) run --release -p bench -- conversions

bench-portrait: ## avatars drawn here beside a headless Chromium with three.js, one run; minutes; see docs/benchmarks.md
	$(CARGO) bench -p portrait --bench portraits

bench-unityfs: ## the real models as bundles for the desktop client, twice, and BC7 beside its bare encoder, one run; a minute or two
	$(CARGO) bench -p unitybundle --bench unityfs

bench-backfill: build ## PROFILES old profiles drawn while one a second is new: how long it waits, with and without
	PROFILES=$(PROFILES) $(CARGO) run --release -p bench -- backfill

fuzz-bundler: ## FUZZ_SECONDS of each target of crates/bundler/fuzz; needs a nightly compiler (installs cargo-fuzz when missing)
	command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	cd crates/bundler && mkdir -p fuzz/corpus/read fuzz/corpus/convert && for target in read convert; do \
		cargo +nightly fuzz run $$target fuzz/corpus/$$target fuzz/seeds -- -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 || exit 1; done

fuzz-sockets: ## FUZZ_SOCKET_SECONDS (a minute) of noise at the front door of islands; test runs 3 s of it
	FUZZ_SOCKET_SECONDS=$(FUZZ_SOCKET_SECONDS) $(CARGO) test -p gateways --test it -- --nocapture archipelago::fuzz

fuzz-portrait: ## FUZZ_SECONDS of each target of crates/portrait/fuzz, likewise
	command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	cd crates/portrait && for target in model texture told; do mkdir -p fuzz/corpus/$$target && \
		cargo +nightly fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- -max_total_time=$(FUZZ_SECONDS) \
			-max_len=65536 -timeout=10 -rss_limit_mb=1024 || exit 1; done

fuzz-unityfs: ## the same of crates/unityfs/fuzz: what `worldlog bundle inspect` and `diff` do with any bytes
	command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	cd crates/unityfs && mkdir -p fuzz/corpus/bundle fuzz/corpus/serialized && for target in bundle serialized; do \
		cargo +nightly fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 || exit 1; done

golden: ## rewrite golden files after a deliberate change, then read the diff
	WORLDLOG_PEERS=none UPDATE_GOLDEN=1 $(CARGO) test --workspace

deny: ## licences, bans, sources (installs cargo-deny when missing)
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check licenses bans sources

clean: ## the real servers' files are in target too: they stop first
	test ! -e target/peers || $(PEERS) down
	$(CARGO) clean
