# SPDX-License-Identifier: Apache-2.0
# make demo | test | test-faults | setup | lint | bench. Needs Python 3.11 or newer, make and git; brings everything else.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
CATALOGS := $(shell find src/hansa -name "*.po")

# The first of these that is new enough.
PYTHON := $(shell for p in $${HANSA_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)

.PHONY: setup demo test test-faults lint bench clean
.NOTPARALLEL:

setup: $(STAMPS)/python $(STAMPS)/package $(STAMPS)/front-end $(STAMPS)/messages

$(STAMPS)/python: requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Hansa needs Python 3.11 or newer: install it, or name it in HANSA_PYTHON." >&2; exit 1; }
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/package: $(STAMPS)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/front-end: $(STAMPS)/package package-lock.json requirements-node.lock src/hansa/shell/assets.py
	BIN=$(BIN) sh tools/front-end.sh
	$(BIN)/hansa assets
	@touch $@

$(STAMPS)/messages: $(STAMPS)/package $(CATALOGS)
	$(BIN)/hansa messages --compile
	@touch $@

demo: setup
	@exec $(BIN)/hansa demo

test: setup
	BIN=$(BIN) sh tools/test.sh

# Each fault a hundred times; `make test` does each three times.
test-faults: setup
	HANSA_FAULT_ROUNDS=$${HANSA_FAULT_ROUNDS:-100} $(BIN)/python -m pytest tests/faults -q

lint: setup
	BIN=$(BIN) sh tools/lint.sh

bench: setup
	@exec $(BIN)/hansa bench

clean:
	rm -rf $(VENV) .cache node_modules
