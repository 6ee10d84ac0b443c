# make demo   install and run the main job, from plan to slutrapport
# make test   every test that needs neither root, Chromium nor Node
# make fuzz   bad input of every kind for FUZZ_SECONDS (120)
# make bench  what is asked of speed, in ratios of one run; code 1 where a row falls short
# make check  everything: style, types, import contracts, migrations, the lock, all tests;
#             TESTS="browser or node" for those alone, where `make test` has just run the others
PYTHON ?= python3
V := .venv
PY := $(V)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test fuzz bench check lock clean

$(V)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; try: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv $(V)
	$(PY) -m pip install -qq --require-hashes -r requirements.lock
	$(PY) -m pip install -qq --no-deps --no-build-isolation -e .
	touch $(V)/.installed

demo: $(V)/.installed
	$(PY) -m icengine demo

test: $(V)/.installed
	$(PY) -m pytest -q -n auto --dist worksteal -m "not browser and not node"

fuzz: $(V)/.installed
	$(PY) tests/fuzz/run.py

bench: $(V)/.installed
	PYTHONPATH=tests:tests/domain:tests/web $(PY) benchmarks/run.py --json benchmarks/results.json

check: $(V)/.installed
	$(PY) tests/check.py "$(TESTS)"

lock:
	uv export --format requirements.txt --no-emit-project --no-header --all-groups > requirements.lock

clean:
	rm -rf $(V) demo
