# worldlog: build, run, test, measure. Every target works on a fresh machine with Rust and a C compiler;
# `test` also needs Node.js and npm for the real Decentraland clients (it says so when they are missing).

CARGO ?= cargo
SEEDS ?= 2000

.PHONY: build up test test-fast lint bench sim golden deny clean

build: ## target/release/worldlog
	$(CARGO) build --release --bin worldlog

up: build ## everything in one process, with a small generated world
	target/release/worldlog up --demo

test: lint ## everything CI runs
	SIM_SEEDS=$(SEEDS) $(CARGO) test --workspace --no-fail-fast

test-fast: ## what needs no outside client: seconds to minutes
	@echo "test-fast leaves out: clippy, the npm clients, most simulation seeds"
	SIM_SEEDS=50 $(CARGO) test --workspace --no-fail-fast -- --skip clients::

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

sim: ## SEEDS=20000 make sim: more histories, with the report
	SIM_SEEDS=$(SEEDS) $(CARGO) test --release -p sim --test it simulation -- --nocapture

bench: build ## ratios in one run; see docs/benchmarks.md
	$(CARGO) run --release -p bench

golden: ## rewrite golden files after a deliberate change, then read the diff
	UPDATE_GOLDEN=1 $(CARGO) test --workspace

deny: ## licences, bans, sources (installs cargo-deny when missing)
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check licenses bans sources

clean:
	$(CARGO) clean
