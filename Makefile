# The two commands: `make demo` and `make test`. Both set up what they need; see README.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FOR    ?=
JOBS   ?= 2

.PHONY: demo test year check bench soak soak-opcua chaos fleet outage fuzz servers clean

demo: $(VENV)/.runtime        ## the whole factory on loopback; FOR=60s ends it by itself
	$(BIN)/chili-edge demo $(if $(FOR),--for $(FOR)) $(ARGS)

# A file is one worker's, since its modules' fixtures are dear; the slow ones come first.
test: $(VENV)/.development servers        ## every test, against real servers
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

year: $(VENV)/.development        ## the history tests over a whole simulated year: half an hour
	CHILI_YEAR=1 $(BIN)/pytest tests/system/test_history_of_the_plant.py $(ARGS)

check: $(VENV)/.development        ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.development        ## figures, as ratios measured side by side
	$(BIN)/python -m benchmarks

soak: $(VENV)/.development        ## hours of wire faults in virtual time, then ten minutes of them on real sockets
	$(BIN)/python -m tests.unit.drivers.modbus.long_soak $(ARGS)

soak-opcua: $(VENV)/.development        ## every fault of an OPC UA server twenty times over, and half an hour of reconnects
	OPCUA_SOAK=20 $(BIN)/pytest -s -p no:xdist tests/unit/drivers/opcua/test_soak.py
	$(BIN)/python -m benchmarks.opcua_reconnects

chaos: $(VENV)/.development servers        ## kill, cut, fill and set wrong everything at random, for MINUTES
	CHAOS_MINUTES=$(or $(MINUTES),30) $(BIN)/pytest -s tests/system/test_chaos.py $(ARGS)

fuzz: $(VENV)/.development        ## a million damaged Modbus frames beside an independent oracle; any bytes on the data topic, 100,000 times; any request to the console, 20,000 times
	$(BIN)/python -m tests.unit.drivers.modbus.long_fuzz
	FUZZ=$(or $(BATCHES),100000) $(BIN)/pytest -s --timeout 0 tests/unit/ingest/test_fuzz.py $(ARGS)
	CONSOLE_FUZZ=$(or $(ASKED),20000) $(BIN)/pytest -s --timeout 0 tests/unit/console/test_fuzz.py $(ARGS)

fleet: $(VENV)/.development servers        ## 24 nodes, 3 workers, one broker or three of them; for SECONDS
	FLEET_SECONDS=$(or $(SECONDS),180) $(BIN)/pytest -s tests/system/test_fleet.py $(ARGS)

outage: $(VENV)/.development        ## 72 hours without a host at 2,000 values/s, in virtual time
	OUTAGE_HOURS=$(or $(HOURS),72) $(BIN)/pytest -s --timeout 0 tests/unit/outbox/test_outage.py $(ARGS)

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
