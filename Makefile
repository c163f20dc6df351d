# Everything a person types. Needs Python >= 3.11, git and make; the rest is installed into .venv.
# `make` alone prints this list.

PYTHON ?= python3
SERVE ?= yes
WORKERS ?= 2

BIN := .venv/bin
PACKAGES := catalog media transcribe web
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo serve work test test-postgres check format messages bench bench-search bench-relate bench-web bench-lighthouse bench-scale bench-soak bench-speakers audit sbom shots lock clean
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1#\2/p' Makefile | awk -F'#' '{ printf "%-22s%s\n", $$1, $$2 }'

# ---- use it -----------------------------------------------------------------------------------

demo: .venv/.installed ## fetch, hear and publish the demo talks, then serve them (SERVE=no stops before)
	SERVE=$(SERVE) $(BIN)/python -m tests.demo

serve: .venv/.installed ## the site of the catalog in ./data
	$(BIN)/presstalk serve

work: .venv/.installed ## the worker that fetches and hears what was added
	$(BIN)/presstalk work

# ---- change it --------------------------------------------------------------------------------

test: .venv/.tested tests/node_modules/.installed ## every test, in the browser too; warnings are errors
	@$(BIN)/python -m tests.chromium
	$(PYTEST) -n $(WORKERS) --dist loadfile

test-postgres: .venv/.tested ## only the tests that run on a real PostgreSQL
	$(PYTEST) -n $(WORKERS) --dist loadfile -m postgres

check: .venv/.tested ## format, lint, types, import contracts, dependencies, doctests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry $(PACKAGES)
	$(PYTEST) -q --doctest-modules --ignore=catalog/migrations $(PACKAGES)

format: .venv/.tested ## lay the code out and mend what can be mended without thinking
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: .venv/.tested ## put what is new on the pages into every catalogue of web/languages, and name what is untranslated
	$(BIN)/python -m tests.messages

bench: .venv/.tested ## the ratios the project promises, printed and stored under bench/
	$(BIN)/python -m tests.bench

TURNS ?= 1000000
bench-search: .venv/.tested ## how quick the search is over TURNS turns, beside SQLite's own
	$(BIN)/python -m tests.bench.search $(TURNS)

bench-relate: .venv/.tested ## how well and how quickly talks and articles are brought together
	$(BIN)/python -m tests.bench.relate

bench-web: .venv/.tested ## how quick pages and media are, beside a bare application and plain nginx
	$(BIN)/python -m tests.bench.web

bench-lighthouse: .venv/.tested tests/bench/node_modules/.installed ## how Lighthouse judges home, a talk and search on a phone
	@$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.bench.lighthouse

bench-scale: .venv/.tested ## how one, two and four workers share a back-catalogue, and what kills and cuts do to it
	$(BIN)/python -m tests.bench.scale

bench-soak: .venv/.tested ## ten minutes of a hundred readers, two editors, an import and a worker at once
	$(BIN)/python -m tests.bench soak

audit: .venv/.tested ## is anything that is pinned known to be unsafe? Asks over the network, and fails when it cannot
	$(BIN)/python -m tests.audit
	$(BIN)/npm --prefix tests audit

sbom: .venv/.tested ## what the product is made of, as CycloneDX, into sbom.json
	$(BIN)/python -m tests.sbom > sbom.json

DIR ?=
bench-speakers: .venv/.tested ## how well voices are told apart, on a set with the truth in DIR
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.speakers $(DIR)

shots: .venv/.tested tests/node_modules/.installed ## screenshots of every page in every theme and direction, and the sheet of the README
	@$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.web.shots tests/shots
	$(BIN)/python -m tests.web.studio.shots tests/shots/studio
	cp tests/shots/pages.webp docs/pages.webp

# ---- what it stands on ------------------------------------------------------------------------

# The build backend is locked with the rest: a new environment may hold none, and none is fetched unseen.
# What the S3 endpoint of the tests stands on knows no newer dateutil.
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

lock: .venv/.tested ## make the lock files again from pyproject.toml, tests/requirements.in, tests/package.json
	printf 'setuptools>=77\npython-dateutil<3\n' | $(UV_LOCK) --upgrade pyproject.toml - -o requirements.lock
	$(UV_LOCK) --upgrade tests/requirements.in -c requirements.lock -o tests/requirements.lock
	rm -f tests/package-lock.json tests/bench/package-lock.json
	for one in tests tests/bench; do $(BIN)/npm --prefix $$one update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund || exit 1; done

clean: ## remove everything that was built or installed; ./data stays
	rm -rf .venv build *.egg-info tests/node_modules tests/bench/node_modules tests/shots
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.created:
	@set -e; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "presstalk needs Python 3.11 or newer, and '$(PYTHON)' is not (or is not there)."; \
		echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing into .venv (about a minute, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@touch $@

.venv/.locked: requirements.lock .venv/.created
	$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

.venv/.installed: pyproject.toml .venv/.locked
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.tested: tests/requirements.lock .venv/.installed
	$(PIP) --require-hashes --only-binary :all: -r tests/requirements.lock
	@touch $@

tests/node_modules/.installed: tests/package-lock.json .venv/.tested
	$(BIN)/npm --prefix tests ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

tests/bench/node_modules/.installed: tests/bench/package-lock.json .venv/.tested
	$(BIN)/npm --prefix tests/bench ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
