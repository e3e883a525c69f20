# Everything a developer does here. `make` alone lists the targets.

PYTHON ?= python3
PYTEST_ARGS ?=
DEMO_ARGS ?=
SERVE_ARGS ?=
BENCH_ARGS ?=
LOCK_ARGS ?=
# Tests wait for a third of their time.
TEST_PROCESSES ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2)

BIN := .venv/bin
READY := .venv/.ready

# What runs here depends on the pinned environment, not on the user's.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONOPTIMIZE PYTHONWARNINGS PYTEST_ADDOPTS
unexport PYTHONDONTWRITEBYTECODE PYTEST_PLUGINS
unexport PYRIGHT_PYTHON_FORCE_VERSION PYRIGHT_PYTHON_PYLANCE_VERSION
export PYTHONNOUSERSITE := 1
# No look-up of newer versions: pyright's and its Node.js come pinned, as wheels.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test hostile faults check fix lock clean
.PHONY: bench bench-service bench-sandbox bench-streams bench-estimates

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv (done by whatever needs it)

demo: $(READY) ## a real video through the streaming ladder, by the command and by the service
	$(BIN)/python -m scripts.demo $(DEMO_ARGS)

serve: $(READY) ## start the service (SERVE_ARGS="--port 9000 --data-dir /srv/reelmill")
	$(BIN)/reelmill serve $(SERVE_ARGS)

test: check ## the checks, then the tests (PYTEST_ARGS="-k name" for some of them)
	scripts/test_peers.sh
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) $(PYTEST_ARGS)

hostile: $(READY) ## bad inputs alone, and how many were refused
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) tests/hostile $(PYTEST_ARGS)

faults: $(READY) ## faults alone, and how many were survived (REELMILL_TEST_KILLS=200 for a long run)
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) tests/faults $(PYTEST_ARGS)

check: $(READY) ## format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m pyright
	$(BIN)/lint-imports

fix: $(READY) ## repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure the ladder against the separate commands it replaces
	$(BIN)/python -m benchmarks.reference_job $(BENCH_ARGS)

bench-service: $(READY) ## measure the service: own cost, latency, memory, claims
	$(BIN)/python -m benchmarks.service $(BENCH_ARGS)

bench-sandbox: $(READY) ## measure what the sandbox costs
	$(BIN)/python -m benchmarks.sandbox

bench-streams: $(READY) ## measure streams: memory of 300, how late events come
	$(BIN)/python -m benchmarks.streams $(BENCH_ARGS)

bench-estimates: $(READY) ## measure estimates against what happened, after ten jobs
	$(BIN)/python -m benchmarks.estimates $(BENCH_ARGS)

lock: ## compile the pinned requirements (LOCK_ARGS=--upgrade for newer ones)
	PYTHON="$(PYTHON)" scripts/lock.sh $(LOCK_ARGS)

clean: ## remove everything that was made here
	rm -rf .venv .tools .cache .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	rm -rf build dist demo-output tests/peers/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment whose Python is gone, or that was made in another folder, is made again.
ifneq ($(shell .venv/bin/python -c '' 2>/dev/null && cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): pyproject.toml requirements/dev.txt requirements/uv.txt scripts/setup.sh scripts/uv.sh
	PYTHON="$(PYTHON)" scripts/setup.sh
