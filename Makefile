# What one types. Needs GNU make, a POSIX sh and Python 3.11 or newer; everything else goes into .venv.
#   make run   the page, at http://localhost:8501        make test   every check and every test
#   make check style, types, documents                   make test-quick  tests without browser and build
#   make format rewrite the code in the one form
#   make data  every file of data/ from its sources      make docs   docs/data.md, and the picture of the wings
#   make screenshot  the picture of the README          make bench  docs/benchmarks.md, against named peers
#   make fuzz  20,000 spoiled data folders and addresses: each is refused in words, or shown
#   make soak  many readers at once, and writers killed at any moment; 20 minutes, a line of JSON each

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
# One process for each core, four at most, since each may start a browser and a server. A file's tests run in one process,
# which makes their fixtures once; files with many tests go first.
PYTEST = $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run test test-quick check format data docs screenshot bench fuzz soak
.PHONY: venv installed installed-dev installed-js installed-bench compiled browser

help:
	@sed -n 's/^#   //p' Makefile

run: compiled
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: installed-dev compiled browser
	@$(MAKE) --no-print-directory check
	@$(PYTEST)

test-quick: installed-dev installed-js compiled
	@$(PYTEST) -m "not browser and not build"

check: installed-js
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(NPM) run --silent check
	@$(BIN)/python -m scripts.data_docs --check
	@$(BIN)/python -m scripts.architecture_picture --check

format: installed-js
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(NPM) run --silent format

data: installed-dev
	@$(BIN)/python -m scripts.build_data
	@$(BIN)/python -m scripts.data_docs

docs: installed-dev
	@$(BIN)/python -m scripts.data_docs
	@$(BIN)/python -m scripts.architecture_picture

bench: installed-bench compiled
	@$(BIN)/python -m benchmarks

fuzz: installed-dev compiled
	@$(BIN)/python -m benchmarks.fuzz

# Options of the first: make soak SOAK="--sessions 20 --minutes 1".
soak: installed-dev compiled
	@$(BIN)/python -m benchmarks.soak $(SOAK); readers=$$?; $(BIN)/python -m benchmarks.kill && exit $$readers

screenshot: installed-dev browser
	@$(BIN)/python -m scripts.screenshot

# A venv that is missing, half made, or whose Python is gone or too old is made afresh.
venv:
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Selat needs Python 3.11 or newer as $(PYTHON), or named by: make run PYTHON=python3.12" >&2; exit 2; \
	  fi; \
	  echo "Making $(VENV)"; \
	  $(PYTHON) -m venv --clear $(VENV); \
	fi

# Beside its packages .venv keeps a copy of the list they came from; only another list is installed.
installed: venv
	@if ! cmp -s requirements.txt $(VENV)/requirements.txt; then \
	  echo "Installing what requirements.txt lists; the first time takes a minute or two"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt \
	  && cp requirements.txt $(VENV)/requirements.txt; \
	fi

installed-dev: installed
	@if ! cmp -s requirements-dev.txt $(VENV)/requirements-dev.txt; then \
	  echo "Installing what requirements-dev.txt lists"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt \
	  && cp requirements-dev.txt $(VENV)/requirements-dev.txt; \
	fi

# The tools of the browser scripts, on the Node.js that requirements-dev.txt brings.
installed-js: installed-dev
	@if ! cmp -s package-lock.json node_modules/package-lock.json; then \
	  echo "Installing what package-lock.json lists"; \
	  $(NPM) ci --loglevel=error && cp package-lock.json node_modules/package-lock.json; \
	fi

installed-bench: installed-dev
	@if ! cmp -s requirements-bench.txt $(VENV)/requirements-bench.txt; then \
	  echo "Installing what requirements-bench.txt lists"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt \
	  && cp requirements-bench.txt $(VENV)/requirements-bench.txt; \
	fi

# The distance engine is compiled once for its sources and kept beside them; otherwise the first reader waits for it.
compiled: installed
	@cat geo/sea/*.py geo/siting/*.py requirements.txt | cksum > $(VENV)/engine.new; \
	if ! cmp -s $(VENV)/engine.new $(VENV)/engine; then \
	  echo "Compiling the distance engine, once; up to a minute"; \
	  SELAT_CACHE= NUMBA_CACHE_DIR= $(BIN)/python -c "from geo.sea import distance; from geo.siting import compilation; distance.compile_kernels(); compilation.compile_kernels()" \
	  && mv $(VENV)/engine.new $(VENV)/engine; \
	fi

browser:
	@for name in chromium chromium-browser google-chrome; do \
	  if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else \
	  echo "The browser tests need Chromium: install chromium or google-chrome, then run make test again" >&2; exit 2; \
	fi
