# grokmap: everything a person does with the source. `make help` lists it.
SHELL := /bin/bash
BUILD := swift build -c release --product
SLOTS ?= $(shell nproc)
SEEDS ?= 3
SECONDS_EACH ?= 60
VENV := .venv
# Neither builds, so that neither needs the lock on .build that would make one wait for the other.
TEST := env GROKMAP_PYTHON=$(CURDIR)/$(VENV)/bin/python swift test --skip-build --ignore-lock

.PHONY: help setup build dist dist-check browser-check cluster-check demo test test-build test-units test-programs check chaos bench bench-peers bench-coordinator goldens format lint clean simulate fuzz

help:            ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/:/' | column -t -s:

setup:           ## install the system libraries that are missing, and say which
	@./scripts/setup.sh

build: setup     ## build grokmap and grokmap-worker (release)
	$(BUILD) grokmap && $(BUILD) grokmap-worker

dist: setup      ## tarball and Debian package in dist/, for machines without Swift
	./scripts/dist.sh

dist-check:      ## install what is in dist/ into clean roots without Swift, and train there (root, debootstrap)
	./scripts/dist-check.sh

# PAGE names a report's index.html; without it a small sweep is run and watched. Needs chromium.
browser-check: build $(VENV)/.browser   ## drive report and live page in headless Chromium, and audit them with axe-core
	$(VENV)/bin/python Tests/Browser $(if $(PAGE),$(PAGE),--build .build/release)

cluster-check: $(VENV)/.kubernetes   ## units, manifests and scripts of cluster/, checked offline
	./scripts/cluster-check.sh $(VENV)/bin/kubernetes-validate

demo: build      ## run the quickstart sweep and leave its phase diagram
	.build/release/grokmap run sweeps/quickstart.yaml --slots $(SLOTS)
	@echo "phase diagram: $(CURDIR)/results/quickstart/report/phase-diagram.svg"
	@echo "report:        $(CURDIR)/results/quickstart/report/index.html"

test: setup      ## set up, build, run all tests
	$(MAKE) --no-print-directory -j2 test-build $(VENV)/.ready
	$(MAKE) --no-print-directory -j2 test-programs test-units

test-build:
	swift build --build-tests

# The tests of the built programs wait for each other's processes half of their time; the others compute meanwhile, and give way.
test-programs:
	$(TEST) --filter EndToEndTests

test-units:
	nice -n 19 $(TEST) --skip EndToEndTests

check: lint test ## what CI runs, and the style check

# CASE names cases, `make chaos CASE=hosts`; BIN is where the programs lie. Most need root; each says what it misses.
CASE ?=
BIN ?= .build/release
chaos: build $(VENV)/.ready   ## break everything on purpose, kills to whole hosts (minutes to an hour)
	$(VENV)/bin/python Tests/Chaos --build $(BIN) $(CASE)

simulate:        ## a thousand slots, a hundred thousand cells in virtual time, under every mishap (SEEDS=3)
	GROKMAP_SIMULATE=$(SEEDS) swift test -c release -Xswiftc -enable-testing --filter SimulationTests

fuzz:            ## libFuzzer on every reader, each for SECONDS_EACH=60; what it finds interesting is kept in .build/corpus
	swift build --product Fuzz --scratch-path .build/fuzz -Xswiftc -sanitize=fuzzer
	for target in message sweep cell checkpoint cell-file; do \
	  mkdir -p .build/corpus/$$target && SWIFT_BACKTRACE=enable=no .build/fuzz/debug/Fuzz $$target \
	    -max_total_time=$(SECONDS_EACH) -timeout=20 -rss_limit_mb=4000 -print_final_stats=1 \
	    -artifact_prefix=.build/corpus/$$target- .build/corpus/$$target Tests/Fuzz/corpus/$$target || exit 1; \
	done

bench: build     ## steps per second of the engine on this machine
	.build/release/grokmap-worker bench --cell all --blas-core auto

bench-peers: build $(VENV)/.peers   ## the same six cells in grokmap, JAX and PyTorch on one core
	$(VENV)/bin/python Benchmarks/peers .build/release/grokmap-worker

bench-coordinator: build $(VENV)/.schedulers   ## the coordinator beside Dask, Parsl, ipyparallel and HyperQueue
	$(BUILD) LoadGenerator
	$(VENV)/bin/python Benchmarks/coordinator .build/release/grokmap .build/release/LoadGenerator

goldens: $(VENV)/.torch   ## record the PyTorch and NumPy goldens again and show what changed
	$(VENV)/bin/python Tests/Goldens/make_goldens.py && $(VENV)/bin/python Tests/Goldens/measures.py > Tests/Goldens/measures.json
	git --no-pager diff --stat -- Tests/Goldens

format:          ## rewrite the sources in the house format
	swift format -i -r Sources Tests Benchmarks Package.swift

lint:            ## check the house format
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

clean:           ## remove what was built; results/ stays
	rm -rf .build $(VENV)

# The readers that the interoperability tests open our files with; goldens need PyTorch on top.
$(VENV)/.ready:
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet h5py xarray h5netcdf netCDF4 pandas dask matplotlib
	touch $@

$(VENV)/.kubernetes: $(VENV)/.ready
	$(VENV)/bin/pip install --quiet kubernetes-validate
	touch $@

$(VENV)/.browser: $(VENV)/.ready
	$(VENV)/bin/pip install --quiet playwright axe-playwright-python
	touch $@

$(VENV)/.torch: $(VENV)/.ready
	$(VENV)/bin/pip install --quiet "torch>=2.13" numpy scipy
	touch $@

$(VENV)/.peers: $(VENV)/.torch
	$(VENV)/bin/pip install --quiet jax
	touch $@

$(VENV)/.schedulers: Benchmarks/coordinator/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -r $<
	touch $@
