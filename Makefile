# The two commands: `make demo` and `make test`. Both set up what they need; see README.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FOR    ?=
JOBS   ?= 2

.PHONY: demo test year check bench servers clean

demo: $(VENV)/.runtime        ## the whole factory on loopback; FOR=60s ends it by itself
	$(BIN)/chili-edge demo $(if $(FOR),--for $(FOR)) $(ARGS)

test: $(VENV)/.development servers        ## every test, against real servers
	$(BIN)/pytest -n $(JOBS) --dist loadgroup $(ARGS)

year: $(VENV)/.development        ## the history tests over a whole simulated year: half an hour
	CHILI_YEAR=1 $(BIN)/pytest tests/system/test_history_of_the_plant.py $(ARGS)

check: $(VENV)/.development        ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.development        ## figures, as ratios measured side by side
	$(BIN)/python -m benchmarks

servers:
	@sh tests/install-servers.sh

# A virtual environment also where Debian's python3-venv is missing: pip alone is enough.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV) \
	  && $(PYTHON) -m pip install --quiet --target .tools --require-hashes --no-deps -r requirements-setup.lock \
	  && PYTHONPATH=.tools $(PYTHON) -m virtualenv --quiet $(VENV); }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .tools var
