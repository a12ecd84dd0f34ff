# `make run` and `make test` set up what they need. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GROUP ?= dev
UV_VERSION := 0.13.8
export UV_SYSTEM_CERTS ?= 1
# Tests start many processes: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
ifndef UV_DEFAULT_INDEX
index := $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
ifneq ($(index),)
export UV_DEFAULT_INDEX := $(index)
endif
endif

.DEFAULT_GOAL := help
.PHONY: help setup setup-e2e run new-repository test soak audit lint format bench e2e compat lock clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: $(VENV)/.$(GROUP) ## Build .venv with everything for development; quick when nothing changed

$(VENV)/.$(GROUP): requirements/$(GROUP).lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || true
	@if $(BIN)/python -m uv --version >/dev/null 2>&1; then \
	  $(BIN)/python -m uv pip install --quiet --require-hashes -r requirements/$(GROUP).lock; \
	else \
	  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(GROUP).lock; \
	fi
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup-e2e:
	@$(MAKE) --no-print-directory setup GROUP=e2e

run: ## Start the demo company in a local Slack workspace; opens nothing, prints the page
	@$(MAKE) --no-print-directory setup GROUP=core
	@$(BIN)/python -m demo

new-repository: ## While `make run` runs: let a repository appear in the demo's GitHub organisation
	@cp -r demo/github-later/encore .callboard/demo/github/
	@echo "gods-and-stalls/encore exists now; Callboard finds it at the next tick, within 15 seconds."

test: setup ## Run the tests
	@$(BIN)/python -m pytest -n 4 --dist worksteal -m "not e2e and not soak"

soak: setup ## Run the tests that take minutes: CALLBOARD_SOAK_MINUTES each, five if it isn't set
	@$(BIN)/python -m pytest -m soak

audit: setup ## Look the locked requirements up in the database of known vulnerabilities
	@$(BIN)/python -m uv tool run pip-audit --disable-pip --require-hashes -r requirements/core.lock

lint: setup ## Check style, types and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports

format: setup ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only .

bench: setup ## Measure; writes docs/performance.md
	@$(BIN)/python -m benchmarks

e2e: setup-e2e ## Run the browser tests in Debian's chromium
	@$(BIN)/python -m pytest -m e2e

compat: setup ## Run the Backstage client's methods against a server of ours (needs Node)
	@command -v npm >/dev/null || { echo "skipped: Node is not installed"; exit 0; }; \
	  cd tests/compat && { test -d node_modules || npm install --no-audit --no-fund --ignore-scripts --no-package-lock; } \
	  && cd ../.. && $(BIN)/python -m pytest tests/compat

lock: setup ## Resolve the requirements anew
	@for group in core dev e2e; do $(BIN)/python -m uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --python-version 3.11 --only-binary :all: \
	  requirements/$$group.in -o requirements/$$group.lock; done

clean: ## Remove what was built and the demo's data
	rm -rf $(VENV) .callboard *.egg-info .mypy_cache .ruff_cache .pytest_cache
