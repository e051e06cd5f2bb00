# `make` sets everything up in .venv and runs the default study to its report; `make test` tests.

PYTHON ?= python3
CORES ?= all
BIN := .venv/bin

.PHONY: study test test-all check clean

study: .venv/ready
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --cores $(CORES)
	@echo "Report: results/mini/report/synthesis.html"

test: .venv/ready
	$(BIN)/python -m pytest

test-all: .venv/ready
	$(BIN)/python -m pytest -m "slow or not slow"

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/lint-imports
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --lint

.venv/ready: requirements.txt
	@echo "Installing into .venv (a minute or two)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

clean:
	rm -rf .venv results
