# Two commands from a fresh machine: `make demo` runs the main job, `make test` passes the tests.
# Both make .venv on their first call. PYTHON=... chooses the interpreter, VENV=... the folder.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
E2E_STAMP := $(VENV)/.installed-e2e
SLOW_STAMP := $(VENV)/.installed-slow
WORKERS ?= 2
PYTEST_ARGS ?=

export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test sheet board lint quick slow faults e2e docs coverage clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

demo: $(RUN_STAMP) ## run C-MET on the embedded corpus and print its table
	$(BIN)/python -m benchmark.run --method cmet

sheet: $(RUN_STAMP) ## the same, with a contact sheet of source, target and output frames
	$(BIN)/python -m benchmark.run --method cmet --sheet

board: $(RUN_STAMP) ## open the leaderboard in a browser
	$(BIN)/python -m leaderboard

test: lint ## linters, types, import rules and the quick suite
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: $(TEST_STAMP) ## ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

slow: $(SLOW_STAMP) ## the tests that the quick suite leaves out
	$(BIN)/python -m pytest -n $(WORKERS) -m slow $(PYTEST_ARGS)

faults: $(SLOW_STAMP) ## kills, hangs, full disks and lost nodes against runs of C-MET on puppets
	$(BIN)/python -m pytest -n 1 -m faults $(PYTEST_ARGS)

e2e: $(E2E_STAMP) ## the tests that drive a browser
	$(BIN)/python -m pytest -n 0 -m e2e tests/e2e $(PYTEST_ARGS)

docs: $(TEST_STAMP) ## regenerate the pages that are made from code
	$(BIN)/python -m benchmark.results.document docs/reference/results_schema.md
	$(BIN)/python -m benchmark.protocols.page docs/concepts/protocols.md
	$(BIN)/python -m benchmark.compare.power --page docs/concepts/statistics.md

coverage: $(TEST_STAMP) ## simulate how often intervals hold the truth, for the docs; about ten minutes
	$(BIN)/python -m benchmark.statistics.coverage docs/reference/coverage.md docs/concepts/statistics.md

clean: ## remove the environment and the tools' caches; results and generated videos stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install -e ".[app]"
	@touch $@

$(TEST_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install -e ".[dev]"
	@touch $@ $(RUN_STAMP)

$(E2E_STAMP): $(TEST_STAMP)
	$(BIN)/python -m pip install -e ".[e2e]"
	@touch $@

$(SLOW_STAMP): $(TEST_STAMP)
	$(BIN)/python -m pip install -e ".[engines]"
	@touch $@
