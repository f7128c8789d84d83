PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOUSES := tests/serving/test_house.py tests/serving/test_cluster.py tests/serving/test_marker.py

SEED ?= 1

# Each run of a flow is a process of its own: none is to compile the modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: up cluster test faults chaos fuzz bench bench-scale lint e2e screenshots install lock

up: install
	@$(BIN)/kam up

cluster: install
	@.ci/needs postgresql redis-server
	@$(BIN)/kam cluster

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
	  || { echo "KAM Flows needs Python 3.11 to 3.14; $(PYTHON) is another one. Say which: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -w . || { echo "This folder cannot be written: $(CURDIR). Clone the project where you may write."; exit 1; }
	@echo "Installing into $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test: install
	@.ci/needs postgresql caddy systemd
	@$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder \
	  --ignore tests/e2e $(HOUSES:%=--ignore %)

faults: install
	@.ci/needs postgresql
	@$(BIN)/pytest -p tests.faults.table -n 2 tests/faults tests/flows/test_red_runs.py

chaos: install
	@.ci/needs postgresql redis-server faketime
	@$(BIN)/python -m tests.chaos $(CHAOS)

fuzz: install
	@.ci/needs postgresql
	@KAM_FUZZ=600 $(BIN)/pytest -n 2 --dist worksteal tests/fuzz --hypothesis-seed=$(SEED)

bench: install
	@.ci/needs postgresql
	@$(BIN)/python -m tests.bench

bench-scale: install
	@.ci/needs postgresql
	@$(BIN)/python -m tests.bench.scale

e2e: install
	@.ci/needs chromium postgresql redis-server
	@$(BIN)/pytest $(HOUSES) tests/e2e

screenshots: install
	@.ci/needs chromium
	@$(BIN)/python -m tests.e2e.screenshots

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.audit

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --no-strip-extras --quiet

lock:
	$(LOCK) --extra dev --extra cluster -o requirements.lock
	$(LOCK) --extra cluster --constraint requirements.lock -o deployments/requirements.lock
