# 驼铃 Tuoling. `make demo` tries it, `make test` proves it, `make bench` measures it.

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
# What only tries the house compiles the few modules that it loads; that is 20 of 46 seconds of installing (measured).
test lint bench: COMPILE := --no-compile

.PHONY: install demo test lint bench lock clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(PIP) install $(COMPILE) --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: install
	$(BIN)/tuoling demo --port $(PORT)

# Four processes on two cores: the tests that kill and stop processes wait as much as they work.
# -r fEs names what failed and what was skipped, and why: a green run that skipped something proves less.
test: install
	$(BIN)/python -m pytest --numprocesses 4 --dist loadgroup -r fEs

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m tests.bench

# Pins every dependency with its hashes, for Python 3.11 to 3.13, without the address of any index.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra dev --extra pg --prerelease=if-necessary-or-explicit --quiet --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
