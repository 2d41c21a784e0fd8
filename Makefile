# Two commands are all a newcomer needs: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PROCESSES ?= 3
ONLY ?=

.PHONY: help demo run test check audit format bench chaos load lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.run ## Play a desk's morning on this machine; ARGS=--once ends after it
	$(BIN)/claimdesk demo $(ARGS)

run: $(VENV)/.run ## Run everything on this machine, with Slack tokens from the environment or .env
	$(BIN)/claimdesk run

test: $(VENV)/.dev ## Run all tests, in several processes, for many of them wait; ARGS=... goes to pytest
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup $(ARGS)

check: $(VENV)/.dev ## Lint, formatting, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

audit: $(VENV)/.dev ## Hashes, licences and, where it can be asked for, known vulnerabilities of what is installed
	$(BIN)/python -m tests.audit

format: $(VENV)/.dev ## Format and mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench ## Measure on this machine and write docs/benchmarks.md; ONLY="claims store" runs these
	$(BIN)/python -m tests.benchmarks $(ONLY)

chaos: $(VENV)/.dev ## Kill, fail, press and attack for ten minutes, and write docs/reliability.md; ONLY="articles" runs that
	cd tests && ../$(BIN)/python -m chaos $(ONLY)

load: $(VENV)/.dev ## Articles a minute with one worker and two, memory up to 5,000 articles; into docs/reliability.md, too
	cd tests && ../$(BIN)/python -m chaos load

lock: $(VENV)/.dev ## Pin the newest dependencies that fit pyproject.toml, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --upgrade --quiet --output-file requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --constraints requirements.txt --quiet --output-file requirements-dev.txt
	$(BIN)/uv pip compile --group bench --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --constraints requirements-dev.txt --quiet --output-file requirements-bench.txt

clean: ## Remove what was set up
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Claimdesk needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-bench.txt
	@touch $@
