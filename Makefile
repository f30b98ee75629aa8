# Every command sets up what it needs in .venv first; a second run reuses it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   := .headwater

# What Python has compiled is kept, whatever the environment says: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-full check bench docs front-end lock setup clean

setup: $(VENV)/ready-demo

$(VENV)/ready-demo: requirements/demo.txt pyproject.toml
	@$(PYTHON) requirements/check_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/demo.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready-demo requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

# Spark comes as source only, 460 MB: built without its own environment, from what is locked. `make demo` and `make test` do without.
$(VENV)/ready-spark: $(VENV)/ready-dev requirements/spark.txt requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/spark.txt
	@touch $@

# The main job on a made-up force of 20,000 people; it ends by serving the web service. SERVE=no stops before.
SERVE ?= yes
PORT  ?= 8000
demo: $(VENV)/ready-demo
	@$(BIN)/headwater demo --people 20000 --seed 1 --data $(DATA)/demo --port $(PORT) $(if $(filter no,$(SERVE)),--no-serve)

# Two at a time, each file whole; TWO= runs one after the other.
TWO ?= -n 2 --dist loadfile --no-loadscope-reorder
test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m "not full" $(TWO)

test-full: $(VENV)/ready-dev $(VENV)/ready-spark
	$(BIN)/python -m pytest $(TWO)

check: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict

# Style sheets and typeface from the npm registry by lock file, with the Node that a Python wheel brings. What it writes is committed.
front-end: $(VENV)/ready-dev
	cd front-end && ../$(BIN)/python build.py

docs: $(VENV)/ready-dev
	$(BIN)/mkdocs build --strict

bench: $(VENV)/ready-dev $(VENV)/ready-spark
	$(BIN)/python benchmarks/run.py

# Lock again after a change in pyproject.toml. No host name goes into a lock file.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11
lock: $(VENV)/ready-dev
	$(LOCK) pyproject.toml --extra demo --group test --group check --group docs -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra demo -c requirements/dev.txt -o requirements/demo.txt
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) requirements/spark.in -c requirements/dev.txt -o requirements/spark.txt

clean:
	rm -rf $(VENV) $(DATA) site
