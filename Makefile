# Everything a person or a pipeline does with Rounds. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.PHONY: help run up down logs token evaluate recommendations smoke smoke-servers sbom audit alerts test test-parts check lint types imports migrations-check openapi client-python client-typescript collection openapi-check asyncapi-check env-check kubernetes-check workflows-check api-diff docs bench bench-pressure bench-notes bench-summaries lock install migration format clean

PYTHON ?= python3
BIN := .venv/bin
# Relative on purpose: make cannot hold a path with a space in it, the shell's working directory can.
RUN := $(BIN)/python -m rounds
UV := $(BIN)/python -m uv
SLICE ?=
PART ?=
ARGS ?=
DIST ?= dist

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# On a terminal uv shows how far it is; in a pipe, where its progress would be noise, a line says what goes on.
QUIETLY := $(shell test -t 2 || echo --quiet)
# The lines of a lock file that name a package.
packages = $$(grep -c '^[a-z0-9]' $(1))

.venv/.python: bootstrap.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rounds needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv --help >/dev/null 2>&1 || { echo "This Python has no venv module; install it (Debian: apt install python3-venv)"; exit 1; }
	@echo "Making .venv (step 1 of 3) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@touch $@

.venv/.run: .venv/.python requirements.lock pyproject.toml
	@echo "Installing $(call packages,requirements.lock) packages (step 2 of 3); the first time this takes a minute or two ..."
	@$(UV) pip install $(QUIETLY) --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@echo "Installing Rounds itself (step 3 of 3) ..."
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Installing the development tools, $(call packages,requirements-dev.lock) packages ..."
	@$(UV) pip install $(QUIETLY) --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/.dev ## Make .venv with everything for development

run: .venv/.run ## Start Rounds with its own engines and sample data; ARGS=--quiet logs no line for each request
	@exec $(RUN) serve $(ARGS)

up: export STACK_PROFILES := $(value PROFILES)
up: ## Start Rounds in containers instead (Docker or Podman); PROFILES="mail monitoring" for more
	@$(PYTHON) scripts/stack.py up

down: ## Stop the containers; their data stays
	@$(PYTHON) scripts/stack.py down

logs: ## Show what the containers say
	@$(PYTHON) scripts/stack.py logs

# What is asked goes through the environment as it was typed: no shell reads it, and no list of processes shows it. A
# USER that is not typed here is whoever is logged in on this machine.
token evaluate recommendations smoke: export ASK_USER := $(if $(filter command line,$(origin USER)),$(value USER))
token evaluate recommendations smoke: export ASK_PASSWORD := $(value PASS)
token evaluate recommendations smoke: export ASK_PATIENT := $(value PATIENT)
token evaluate recommendations smoke: export ASK_API := $(value API)

token: ## Print an access token of the Rounds that runs here; USER= PASS= for another account than admin
	@$(PYTHON) scripts/ask.py token

evaluate: ## Evaluate a patient against the rules: make evaluate PATIENT=108 (an MRN or an id)
	@$(PYTHON) scripts/ask.py evaluate

recommendations: ## Show what is recommended for a patient: make recommendations PATIENT=108 (an MRN or an id)
	@$(PYTHON) scripts/ask.py recommendations

smoke: ## Walk a patient through every slice of the Rounds that runs here; API= for another one
	@$(PYTHON) scripts/smoke.py

smoke-servers: .venv/.run ## The same on other servers, empty ones: ROUNDS_DATABASE_URL=... ROUNDS_REDIS_URL=... make smoke-servers
	@$(BIN)/python scripts/smoke_servers.py

audit: .venv/.dev ## Ask for known weaknesses of every package in the locks (needs the registry's own records)
	@for lock in bootstrap requirements requirements-api requirements-dev; do \
	  $(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off -r $$lock.lock || exit 1; done

sbom: .venv/.dev ## List the packages of both images, with their hashes, as CycloneDX documents in dist/
	@mkdir -p dist
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --validate -o dist/rounds-api.cdx.json requirements-api.lock
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --validate -o dist/rounds-worker.cdx.json requirements.lock

# What is compiled once need not be compiled by every process, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.dev ## Run the tests; SLICE=patients for one slice, ARGS="-k name" for some, ARGS="--junitxml=it.xml --cov"
	@$(BIN)/python -m pytest $(if $(PART),$(if $(filter .,$(PART)),tests/test_*.py,tests/$(PART)),$(if $(SLICE),tests/features/$(SLICE),)) $(if $(SLICE),,-n 3) --durations=15 $(if $(findstring --cov,$(ARGS)),-p pytest_cov.plugin) $(ARGS)

test-parts: ## Name the parts that a pipeline tests side by side: make test PART=features/patients
	@"$(PYTHON)" scripts/test_parts.py

check: lint types imports migrations-check openapi-check asyncapi-check env-check kubernetes-check workflows-check docs ## Everything that must hold besides the tests

alerts: ## Try the alerts of the monitoring (needs promtool: apt install prometheus)
	@cd deploy/monitoring/prometheus && promtool check config prometheus.yml && promtool test rules rules.test.yml

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

asyncapi-check: .venv/.dev ## docs/asyncapi.json shows the events as they are
	@$(RUN) asyncapi | diff -u docs/asyncapi.json - >/dev/null || { echo "docs/asyncapi.json is out of date: run make openapi"; exit 1; }

env-check: .venv/.dev ## .env.example shows the settings as they are
	@$(RUN) env-example | diff -u .env.example - || { echo ".env.example is out of date: run make openapi"; exit 1; }

kubernetes-check: .venv/.dev ## The manifests for Kubernetes render, and Kubernetes would take them (needs kustomize or kubectl)
	@$(BIN)/python scripts/check_kubernetes.py

workflows-check: .venv/.dev ## The pipeline's files are what their readers take (check-jsonschema)
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

api-diff: ## Say what changed in the API since the last release, and fail where it breaks clients; BASE= for another revision
	@$(PYTHON) scripts/check_api.py $(BASE)

openapi: .venv/.dev ## Write docs/openapi.json, docs/asyncapi.json, docs/problems.md and .env.example anew
	@$(RUN) openapi > docs/openapi.json
	@$(RUN) asyncapi > docs/asyncapi.json
	@$(RUN) env-example > .env.example
	@$(BIN)/python scripts/problem_page.py > docs/problems.md

# The API as it is at this moment, which clients are made from.
.PHONY: always
.venv/openapi.json: .venv/.run always
	@$(RUN) openapi > $@

client-python: .venv/.dev .venv/openapi.json ## Make the Python client from the API into dist/
	@$(BIN)/python clients/python/generate.py .venv/openapi.json
	@$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir "$(DIST)" clients/python

clients/typescript/node_modules/.package-lock.json: clients/typescript/package-lock.json
	@command -v npm >/dev/null || { echo "The TypeScript client is made with Node and npm (Debian: apt install npm)"; exit 1; }
	@cd clients/typescript && npm ci --loglevel=error --no-progress >/dev/null

client-typescript: .venv/openapi.json clients/typescript/node_modules/.package-lock.json ## Make the TypeScript client from the API into dist/ (needs Node and npm)
	@cd clients/typescript && rm -rf dist && node generate.mjs ../../.venv/openapi.json && npm run --silent build
	@mkdir -p "$(DIST)" && dist=$$(cd "$(DIST)" && pwd) && cd clients/typescript && npm pack --silent --pack-destination "$$dist" >/dev/null

collection: .venv/.run .venv/openapi.json ## Make a collection for Bruno or Postman from the API into dist/
	@mkdir -p "$(DIST)" && $(BIN)/python scripts/collection.py .venv/openapi.json > "$(DIST)/rounds.postman_collection.json"

docs: .venv/.dev ## Build the documentation, strictly
	@out=$$($(BIN)/python -m mkdocs build --strict --site-dir .venv/site 2>&1) || { echo "$$out"; exit 1; }

format: .venv/.dev ## Format the code and mend what can be mended
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

migration: .venv/.dev ## Write a migration for changed tables: make migration NAME="add wards"
	@$(BIN)/python scripts/new_migration.py "$(NAME)"

bench: .venv/.dev ## Measure Rounds beside a bare reference (needs wrk: apt install wrk)
	@$(BIN)/python scripts/bench.py $(ARGS)

bench-pressure: .venv/.dev ## Measure how long honest callers wait while others do their worst
	@$(BIN)/python scripts/bench_pressure.py $(ARGS)

bench-notes: .venv/.dev ## Measure what is understood of notes and scans; ARGS=--write keeps the figures in docs/
	@$(BIN)/python scripts/bench_notes.py $(ARGS)

bench-summaries: .venv/.dev ## Measure summaries and how they are checked; ARGS=--write keeps the figures in docs/
	@$(BIN)/python scripts/bench_summaries.py $(ARGS)

lock: .venv/.python ## Resolve the newest versions into the lock files
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade bootstrap.in -o bootstrap.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade --all-extras pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade -c requirements.lock pyproject.toml -o requirements-api.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --upgrade --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what was built; the data in .rounds stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis site
	@cd clients && rm -rf typescript/node_modules typescript/dist typescript/build typescript/src/generated python/src/rounds_client/models.py python/src/rounds_client/calls.py
