# The two commands: `make site` builds the demonstration, `make test` runs the tests. Both set everything up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# one more than processors: tests wait for browsers and for commands of their own
TESTERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
SCRIPTS := '**/*.{js,cjs,css}'

# the system's packages come while those of Python do, and mypy runs beside the other checks
MAKEFLAGS += --jobs=2

.PHONY: site serve docs gallery screenshots pdf man dist sbom wheels check style types test nightly bench bench-search format clean browser press

site: $(READY) press  ## Build the demonstration knowledge base: the internal edition and one for each client
	$(BIN)/python -W ignore -c 'import weasyprint' >/dev/null 2>&1 || export PIR_PDFS=none; $(BIN)/pir build --edition all
	@echo
	@echo "Open published/internal/index.html in a browser (it works from disk), or run 'make serve' for a live preview."
	@echo "What a client sees: published/clients/harbor-credit/index.html"

serve: $(READY)  ## Preview the demonstration at http://127.0.0.1:8000, following every change
	$(BIN)/pir serve

docs: $(READY) browser  ## Build the documentation site: build/docs/index.html
	PIR_PDFS=none $(BIN)/pir build --edition all --quiet --out build/demonstration
	$(BIN)/python docs/website/pictures.py build/pictures
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file docs/website/mkdocs.yml

gallery: $(READY)  ## Show every piece of the pages in light and dark on one page: build/gallery/index.html
	$(BIN)/python docs/website/gallery.py build/gallery

screenshots: $(READY) browser  ## Renew the pictures of README.md in docs/images, from the demonstration
	PIR_PDFS=none $(BIN)/pir build --edition all --quiet --out build/demonstration
	$(BIN)/python docs/website/pictures.py docs/images

pdf: $(READY) press  ## Print the demonstration: handbook, maps, a report inside and for its client, a review pack
	$(BIN)/pir pdf handbook --out pdf
	$(BIN)/pir pdf maps --paper A3 --out pdf
	$(BIN)/pir pdf report PIR-2026-0003 --out pdf
	$(BIN)/pir pdf report PIR-2026-0003 --edition client:harbor-credit --out pdf
	$(BIN)/pir pdf pack harbor-credit --out pdf

man: $(READY)  ## Make the manual page of pir from its commands: man -l build/man/pir.1
	mkdir -p build/man
	$(BIN)/python -m mkdocs_pir.cli.manual_page > build/man/pir.1

dist: man  ## Make the source package and the wheel, with the manual page
	rm -rf dist
	$(BIN)/python -m build

sbom: dist  ## List what a release brings along, all extras included, as CycloneDX: build/mkdocs-pir.cdx.json
	rm -rf build/installed
	$(BIN)/python -m venv --without-pip build/installed
	$(PIP) --python build/installed/bin/python install --constraint constraints.txt "$$(echo dist/*.whl)[dask,mcp,pdf,properdocs]"
	$(PIP) install --constraint constraints.txt --editable '.[dev,release]'
	# the tool reads a version from pyproject.toml, and ours is a line of the package
	sed "s/^dynamic = .*/version = \"$$($(BIN)/python -c 'import mkdocs_pir; print(mkdocs_pir.__version__)')\"/" pyproject.toml > build/pyproject.toml
	$(BIN)/cyclonedx-py environment --pyproject build/pyproject.toml --output-reproducible --output-file build/mkdocs-pir.cdx.json build/installed/bin/python

wheels: $(READY)  ## Look up for which systems the pinned dependencies have wheels; the table is in docs/platforms.md
	$(PIP) install --constraint constraints.txt --editable '.[dev,release]'
	$(BIN)/python tests/write_wheels.py

check: types style  ## Style, types, import contract, and the demonstration's own records

style: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/oxlint
	$(BIN)/oxfmt --check $(SCRIPTS)
	$(BIN)/lint-imports --no-cache
	$(BIN)/pir check --strict

types: $(READY)
	$(BIN)/mypy

# where Python may write down what it compiled, the tests are collected with two fifths of the CPU
test: $(READY) browser press  ## All tests, those in a real browser included
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(TESTERS) --dist worksteal -m "not nightly"

nightly: $(READY) browser press  ## Long soak and fuzz runs
	$(BIN)/python tests/install_other_plugins.py
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n auto --dist worksteal -rs

bench: $(READY)  ## Measure builds and commands beside plain MkDocs, ProperDocs and Hugo; options in ARGS="--sizes 1000,10000"
	$(BIN)/python -m benchmarks $(ARGS)

bench-search: $(READY)  ## Measure search beside lunr, MiniSearch, Pagefind and BM25: quality, bytes and times in a browser
	$(BIN)/python benchmarks/search/run.py

format: $(READY)  ## Put the code into its one style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/oxlint --fix
	$(BIN)/oxfmt $(SCRIPTS)

clean:  ## Remove what was built; the virtual environment stays
	rm -rf published site pdf dist build .cache

# Debian packs venv apart from Python: where it is missing, virtualenv does the same from one folder of its own.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
	  rm -rf $(VENV); \
	  $(PYTHON) -m pip install --quiet --target $(VENV)-tool virtualenv && \
	  PYTHONPATH=$(VENV)-tool $(PYTHON) -m virtualenv --quiet $(VENV); }

$(READY): $(BIN)/python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

browser:
	@sh tests/install-browser.sh

press: $(READY)
	@sh tests/install-pdf.sh $(BIN)/python
