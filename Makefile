# Two commands do all the set-up on a fresh machine: `make verify` and `make test`.
PYTHON ?= python3
VENV ?= .venv
READY := $(VENV)/.ready

.PHONY: verify test lint bench clean

verify: $(READY) ## apply to a throwaway Postgres and prove the access contract
	$(VENV)/bin/saasdb verify

test: $(READY) ## run every test on a throwaway Postgres
	$(VENV)/bin/saasdb test -n auto

lint: $(READY) ## hold the Python to its style
	$(VENV)/bin/ruff check tooling tests
	$(VENV)/bin/ruff format --check tooling tests

bench: $(READY) ## print every benchmark
	for each in tests/bench/bench_*.py; do $(VENV)/bin/python $$each || exit 1; done

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(READY)

clean:
	rm -rf $(VENV) build dist
