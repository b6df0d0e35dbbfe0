# Everything happens in .venv beside this file; nothing but Python 3.11+ and make is assumed.
PYTHON ?= python3
ARGS ?=
FILES ?=

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input --constraint constraints.txt

# One OpenMP thread each: with more threads than free cores, boosting spins instead of working.
TESTING := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MLFLOW_DISABLE_TELEMETRY=true

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' Makefile)

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 28

install: $(RUNTIME) ## Build .venv with what the product needs to run

install-dev: $(DEV) ## Add what the tests and checks need

run: install ## Set up what is missing and start dashboard, API and worker; Ctrl-C stops them
	@exec $(BIN)/tasador run $(ARGS)

test: install-dev ## Run every test; ARGS="tests/api" runs some
	$(TESTING) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install-dev ## Check style, known weaknesses, the Dockerfile, the compose file and the workflow
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive pricing_core dashboard pages
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --offline --quiet .github/workflows

format: install-dev ## Bring the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: install-dev ## Bring the catalogue up to the sentences in the code; new ones wait for their Spanish
	@mkdir -p build
	$(BIN)/pybabel extract
	$(BIN)/pybabel update

types: install-dev ## Check the types
	$(BIN)/mypy

screenshots: install-dev ## Take the README's pictures from the running product
	$(TESTING) $(BIN)/python docs/screenshots.py

sample: install ## Generate the shipped sample anew
	$(BIN)/tasador sample --rows 6000 --seed 42 --out data/sample

benchmarks: benchmark-accuracy benchmark-latency benchmark-maps benchmark-scale ## Measure everything anew for docs/benchmarks.md

benchmark-accuracy: install-dev ## Cross-validate recipes on the sample and on FILES="a.csv b.csv"
	$(TESTING) $(BIN)/python benchmarks/document.py accuracy data/sample/train.csv $(FILES) $(ARGS)

benchmark-latency: install-dev ## Time a valuation, part by part
	$(TESTING) $(BIN)/python benchmarks/document.py latency $(ARGS)

benchmark-ingest: install-dev ## Read, check and store a million rows; prints only
	$(TESTING) $(BIN)/python -m benchmarks.ingest $(ARGS)

benchmark-reviews: install-dev ## Findings, reviews and versions of data of a million rows; prints only
	$(TESTING) $(BIN)/python -m benchmarks.reviews $(ARGS)

benchmark-log: install-dev ## Page, filter and count a log of a million rows; prints only
	$(TESTING) $(BIN)/python -m benchmarks.log $(ARGS)

benchmark-drift: install-dev ## Count false alarms and found drifts; prints only
	$(TESTING) $(BIN)/python -m benchmarks.drift $(ARGS)

benchmark-maps: install-dev ## Time a run of the Listings page with up to a million listings
	$(TESTING) $(BIN)/python benchmarks/document.py maps $(ARGS)

benchmark-scale: install-dev ## Fit up to a million rows: minutes; ARGS="--rows 10000" for fewer
	$(TESTING) $(BIN)/python benchmarks/document.py scale $(ARGS)

owner-table: install-dev ## Compare the old case's models with ours on the sample, for the README
	$(TESTING) $(BIN)/python benchmarks/document.py owner data/sample/train.csv

benchmark-integrity: install-dev ## Plant errors in the sample and in FILES="a.csv b.csv", and count those found
	$(TESTING) $(BIN)/python benchmarks/document.py integrity data/sample/train.csv $(FILES) $(ARGS)

clean: ## Remove caches and builds; data, models and .venv stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Tasador needs Python 3.11 or newer, and '$(PYTHON)' is none: $$($(PYTHON) --version 2>&1)" >&2; \
	  echo "Name a newer one: make install PYTHON=python3.12" >&2; exit 1; }
	@echo "Building .venv beside this file; nothing else on this machine is touched ..."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what Tasador needs into .venv: about 120 packages, 1.4 GB on the disk. The first time takes some minutes."
	@$(PIP) --editable '.[api]'
	@touch $@

$(DEV): $(RUNTIME)
	@echo "Installing what the tests need into .venv ..."
	@$(PIP) --editable '.[dev]'
	@touch $@
