# Everything a person or a pipeline does with Rounds. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.PHONY: help run test check lint types imports migrations-check openapi openapi-check env-check docs bench bench-notes bench-summaries lock install migration format clean

PYTHON ?= python3
BIN := .venv/bin
# Relative on purpose: make cannot hold a path with a space in it, the shell's working directory can.
RUN := $(BIN)/python -m rounds
UV := $(BIN)/python -m uv
SLICE ?=
ARGS ?=

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.python: bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rounds needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv --help >/dev/null 2>&1 || { echo "This Python has no venv module; install it (Debian: apt install python3-venv)"; exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@touch $@

.venv/.run: .venv/.python requirements.lock pyproject.toml
	@echo "Installing the locked requirements ..."
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Installing the development tools ..."
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/.dev ## Make .venv with everything for development

run: .venv/.run ## Start Rounds with its own PostgreSQL and Valkey, migrated and with sample data
	@exec $(RUN) serve $(ARGS)

test: .venv/.dev ## Run the tests; SLICE=patients for one slice, ARGS="-k name" for some
	@$(BIN)/python -m pytest $(if $(SLICE),tests/features/$(SLICE),) $(if $(SLICE),,-n 2 --dist loadgroup) $(ARGS)

check: lint types imports migrations-check openapi-check env-check docs ## Everything that must hold besides the tests

lint: .venv/.dev ## Style and common mistakes (ruff)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: .venv/.dev ## Types (mypy --strict)
	@$(BIN)/python -m mypy

imports: .venv/.dev ## Who may import whom (import-linter)
	@$(BIN)/lint-imports --no-cache

migrations-check: .venv/.dev ## Tables and migrations are in step
	@$(BIN)/python scripts/check_migrations.py

openapi-check: .venv/.dev ## docs/openapi.json shows the API as it is
	@$(RUN) openapi | diff -u docs/openapi.json - >/dev/null || { echo "docs/openapi.json is out of date: run make openapi"; exit 1; }

env-check: .venv/.dev ## .env.example shows the settings as they are
	@$(RUN) env-example | diff -u .env.example - || { echo ".env.example is out of date: run make openapi"; exit 1; }

openapi: .venv/.dev ## Write docs/openapi.json and .env.example anew
	@$(RUN) openapi > docs/openapi.json
	@$(RUN) env-example > .env.example

docs: .venv/.dev ## Build the documentation, strictly
	@out=$$($(BIN)/python -m mkdocs build --strict --site-dir .venv/site 2>&1) || { echo "$$out"; exit 1; }

format: .venv/.dev ## Format the code and mend what can be mended
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

migration: .venv/.dev ## Write a migration for changed tables: make migration NAME="add wards"
	@$(BIN)/python scripts/new_migration.py "$(NAME)"

bench: .venv/.dev ## Measure Rounds beside a bare reference (needs wrk: apt install wrk)
	@$(BIN)/python scripts/bench.py $(ARGS)

bench-notes: .venv/.dev ## Measure what is understood of notes and scans; ARGS=--write keeps the figures in docs/
	@$(BIN)/python scripts/bench_notes.py $(ARGS)

bench-summaries: .venv/.dev ## Measure summaries and how they are checked; ARGS=--write keeps the figures in docs/
	@$(BIN)/python scripts/bench_summaries.py $(ARGS)

lock: .venv/.python ## Resolve the newest versions into the lock files
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade bootstrap.in -o bootstrap.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what was built; the data in .rounds stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis site
