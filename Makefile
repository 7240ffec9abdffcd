# Two commands do all the work: `make example` and `make test`. Each makes the environment it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

example: $(VENV)/.installed
	$(BIN)/normenkader calibrate data/example

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n auto --cov --cov-report=term:skip-covered

validity: $(VENV)/.installed
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -m slow tests

lock:
	uv pip compile pyproject.toml --extra dask --extra dev --extra docx --extra peers --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --output-file requirements.lock

$(VENV)/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.PHONY: example test validity lock
