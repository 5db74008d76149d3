# The shop's tasks. `make` lists them; they need only make and Python 3.11 to 3.13.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# The first supported Python of this machine; name another with PYTHON=...
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
  "$$each" -c '$(SUPPORTED)' 2>/dev/null && echo "$$each" && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/run.installed
PRODUCTION_STAMP := $(VENV)/production.installed
DEV_STAMP := $(VENV)/dev.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One process per core runs tests, each with stores of its own; PARALLEL= runs them one after the other.
PARALLEL ?= --numprocesses logical --dist loadgroup
# Tests start many processes; compiling every module in each of them takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick races attack torture mails outage upgrade check format bench seed schema licences lock clean

help:  ## List the targets
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_STAMP)  ## Start the whole shop with its embedded stores on http://127.0.0.1:8000
	@exec $(BIN)/storefront up

quick: $(DEV_STAMP)  ## Run the tests that need no server but the embedded ones, in under a minute (ARGS="-k cart" selects)
	$(BIN)/python -m pytest $(PARALLEL) --quick $(ARGS)

test: $(DEV_STAMP)  ## Run all tests, on every store this machine has (ARGS="-k cart" selects)
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

races: $(DEV_STAMP)  ## Let crowds buy the same units at once, 20 times each on every relational store
	$(BIN)/python -m pytest tests/integration/checkout/test_race.py --races 20 $(ARGS)

torture: $(DEV_STAMP)  ## Kill, freeze and cut off everything while people buy; takes an hour or two (ARGS="--fault api_kill")
	$(BIN)/python -m tests.torture $(ARGS)

mails: $(DEV_STAMP)  ## Kill the workers that send ten thousand mails to a server that refuses half of them (ARGS=--help)
	$(BIN)/python -m tests.torture.mails $(ARGS)

outage: $(DEV_STAMP)  ## Ask for ten thousand homepages while Redis fails in every way (ARGS=--cluster)
	$(BIN)/python -m tests.outage $(ARGS)

attack: $(DEV_STAMP)  ## Attack a shop: mixed visitors behind a Varnish, what exhausts servers; takes an hour (ARGS="-k memory")
	$(BIN)/python -m pytest -n0 tests/attack tests/integration/routes/test_varnish.py --attack --visitors 1000 $(ARGS)

upgrade: $(DEV_STAMP)  ## Run the previous release and this version on the same stores, in turn and together (ARGS=--help)
	$(BIN)/python -m tests.upgrades.beside $(ARGS)

check: $(DEV_STAMP)  ## Lint, formatting, types, layers, dead code, the committed schema and what it breaks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.contracts.dead_code
	$(BIN)/python -m tests.contracts.words
	$(BIN)/python -m bff.cli schema --output - | diff -u schema/schema.graphql -
	$(BIN)/python -m tests.contracts.breaking_changes

format: $(DEV_STAMP)  ## Format the code and repair what lint can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP)  ## Measure speed (ARGS="--help" says what)
	$(BIN)/python -m benchmarks $(ARGS)

seed: $(RUN_STAMP)  ## Fill the shop with its demo products, collections and homepages
	$(BIN)/storefront seed

schema: $(DEV_STAMP)  ## Write schema/schema.graphql from the code
	$(BIN)/python -m bff.cli schema --output schema/schema.graphql

licences: $(DEV_STAMP)  ## Write the table of docs/licences.md from the locks and what is installed
	$(BIN)/python -m tests.contracts.licences

lock: $(DEV_STAMP)  ## Resolve the newest dependencies that pyproject.toml allows
	$(call compile,run,--extra embedded --extra build)
	$(call compile,production,--extra build --extra stripe)
	$(call compile,dev,--extra embedded --extra build --extra stripe --extra dev)

clean:  ## Remove the virtual environment and caches; the shop's data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Hashes of every file for every platform, without the address of any index.
define compile
$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
  --no-emit-index-url $(2) pyproject.toml --output-file requirements/$(1).txt
endef

# Every file is checked against its hash; then our own code is linked, without installing dependencies again.
define install
$(PIP) install --require-hashes --requirement $(1)
$(PIP) install --no-index --no-build-isolation --no-deps --editable .
@touch $(2)
endef

$(BIN)/python:
	@"$(PYTHON)" -c '$(SUPPORTED)' 2>/dev/null || \
	  { echo 'Python 3.11, 3.12 or 3.13 is needed; name it with: make PYTHON=/path/to/python3.12' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'This Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(RUN_STAMP): requirements/run.txt pyproject.toml | $(BIN)/python
	$(call install,requirements/run.txt,$@)

$(PRODUCTION_STAMP): requirements/production.txt pyproject.toml | $(BIN)/python
	$(call install,requirements/production.txt,$@)

$(DEV_STAMP): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(call install,requirements/dev.txt,$@)
	@touch $(RUN_STAMP)
