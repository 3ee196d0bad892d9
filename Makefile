# `make demo` shows the main job, `make test` runs every test. Each sets everything up by itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PACKAGES := wire/amino_wire store/amino_store replication/amino_replication dms/amino_dms graal_bridge/amino_graal oms/amino_oms kernel/amino_kernel testkit/amino_testkit sdk/python/amino
JAVA_SOURCES := java/pom.xml $(shell find java/src/main -type f 2>/dev/null)
BUILD_JAVA_HOME := $(shell $(PYTHON) tools/find_jdk.py 2>/dev/null)

.PHONY: help ready setup machine python java node jars compilers etcd s3 demo hosts test soak mutants lint unit conformance cluster cluster-alone examples java-test ruby-states python-states c-guests node-test ruby-test bench clean protobuf packages engines

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

ready: machine python java node jars compilers
setup: ready etcd s3 ## everything that demo and test need

machine: $(STAMPS)/machine
$(STAMPS)/machine: tools/setup_machine.py
	@$(PYTHON) tools/setup_machine.py
	@$(if $(filter demo,$(MAKECMDGOALS)),true,$(PYTHON) tools/build_etcd.py --begin && $(PYTHON) tools/build_s3.py --begin)
	@mkdir -p $(STAMPS) && touch $@

python: $(STAMPS)/python
$(STAMPS)/python: pyproject.toml | $(STAMPS)/machine
	@echo "setup: Python packages into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[kernel,dev]'
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

java: java/target/amino-runtime.jar
java/target/amino-runtime.jar: $(JAVA_SOURCES) | $(STAMPS)/machine
	@echo "setup: building the JVM half with Maven"
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml -DskipTests package
	@touch $@

node: $(STAMPS)/node
$(STAMPS)/node: sdk/js/package.json sdk/js/package-lock.json | $(STAMPS)/machine $(STAMPS)/python
	@echo "setup: Node packages"
	@cd sdk/js && npm ci --silent --no-audit --no-fund
	@touch $@

jars: $(STAMPS)/jars
$(STAMPS)/jars: graal_bridge/amino_graal/jars.lock.json | $(STAMPS)/python java/target/amino-runtime.jar
	@echo "setup: jars of the guest languages (once, about 330 MB)"
	@$(BIN)/python -m amino_graal --languages all
	@touch $@

$(STAMPS)/published: tests/published/packages.lock.json tests/published/registries.py | $(STAMPS)/python
	@echo "setup: published packages that the tests use"
	@$(BIN)/python -m tests.published.store
	@touch $@

$(STAMPS)/published-all: tests/published/packages.lock.json tests/published/registries.py | $(STAMPS)/published
	@echo "setup: more published packages, which make soak plays"
	@$(PYTHON) tools/setup_machine.py --soak
	@$(BIN)/python -m tests.published.store --all
	@touch $@

compilers: $(STAMPS)/compilers
$(STAMPS)/compilers: examples/compilers/jars.lock.json examples/compilers/assemblyscript/package-lock.json | $(STAMPS)/python
	@echo "setup: compilers of Kotlin, Scala, Clojure and AssemblyScript (once, 130 MB)"
	@$(BIN)/python -m examples.compilers
	@touch $@

# Begun in the background with the stamp `machine`. Only tests need it: without a network they are skipped, with their reason.
etcd: $(STAMPS)/etcd
$(STAMPS)/etcd: tools/build_etcd.py tools/go_program.py tools/etcd/go.mod tools/etcd/go.sum tools/etcd/main.go | $(STAMPS)/compilers
	@if $(PYTHON) tools/build_etcd.py >/dev/null; then touch $@; else test "$${CI:-}" != true; fi

s3: $(STAMPS)/s3
$(STAMPS)/s3: tools/build_s3.py tools/go_program.py tools/s3/go.mod tools/s3/go.sum | $(STAMPS)/etcd
	@if $(PYTHON) tools/build_s3.py >/dev/null; then touch $@; else test "$${CI:-}" != true; fi

demo: ready ## a cluster, objects in eleven languages, clients in three
	@$(BIN)/python -m examples.demo

hosts: ready etcd ## three hosts with etcd, of which each loses something while a client calls
	@$(BIN)/python -m examples.cluster

test: setup ## every check and test, with minutes per suite and the slowest tests
	@$(BIN)/python tools/run_tests.py

lint: setup ## types, style, generated code
	@$(BIN)/python tools/generate_protobuf.py --check
	@$(BIN)/python sdk/ruby/tools/generate_protobuf.py --check
	@$(BIN)/python tools/generate_protocol.py --check
	@$(BIN)/python tools/generate_configuration.py --check
	@$(BIN)/python -m tests.conformance.make_frames --check
	@cd proto && ../$(BIN)/buf lint && ../$(BIN)/buf breaking --against v2.binpb
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy $(PACKAGES) benchmarks
	@$(BIN)/pyright

unit: setup ## quick tests without processes
	@$(BIN)/python -m pytest -q -n 2 tests/unit tests/simulation
conformance: setup ## one set of cases against every guest language and SDK
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/conformance
cluster: setup $(STAMPS)/published ## real processes, killed for real
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -m 'not alone' tests/cluster
cluster-alone: setup ## those of them that no other test may disturb
	@$(BIN)/python -m pytest -q -m alone tests/cluster
examples: setup ## what README and docs show
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/examples
soak: setup $(STAMPS)/published-all ## random schedules of faults, histories of whole clusters, a bank in four languages, replicated groups, nonsensical requests, wrong calls and frames by every road, a kernel under siege, generated states, versions of classes that come and go, published packages, Ruby's library beside Debian's Ruby, kernels with very many objects (MINUTES=30 SEED=1 WORKERS=1 SUITE= ONE=1 NONSENSE=5000 STATES=100000 OBJECTS=2000000)
	@$(BIN)/python -m amino_testkit.schedules --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1) --suite '$(SUITE)' --workers $(or $(WORKERS),1) $(if $(ONE),--one)
	@$(if $(ONE),true,$(BIN)/python -m tests.simulation.groups --count 1000 --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1) --workers $(or $(WORKERS),1))
	@$(if $(ONE),true,$(BIN)/python -m tests.cluster.call_fuzzer --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1))
	@$(if $(ONE),true,$(BIN)/python -m tests.cluster.frame_fuzzer --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1))
	@$(if $(ONE),true,$(BIN)/python -m tests.cluster.siege --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1))
	@$(if $(ONE),true,$(BIN)/python -m tests.cluster.cluster_histories --hosts --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1))
	@$(if $(ONE),true,$(BIN)/python -m tests.cluster.bank_histories --hosts --minutes $(or $(MINUTES),30) --seed $(or $(SEED),1))
	@$(if $(ONE),true,AMINO_NONSENSE=$(or $(NONSENSE),5000) $(BIN)/python -m pytest -q -s tests/unit/test_oms_nonsense.py tests/cluster/test_nonsense.py)
	@$(if $(ONE),true,AMINO_STATES=$(or $(STATES),100000) AMINO_STATES_SEED=random JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test -Dtest='JsStatesTest')
	@$(if $(ONE),true,AMINO_STATES=$(or $(STATES),100000) AMINO_STATES_SEED=random $(MAKE) --no-print-directory ruby-states python-states)
	@$(if $(ONE),true,AMINO_VERSIONS=200 $(BIN)/python -m pytest -q tests/cluster/test_artifacts_removed.py tests/cluster/test_unload.py)
	@$(if $(ONE),true,AMINO_STILL=60 $(BIN)/python -m pytest -q -s tests/cluster/test_several_oms.py -k stood_still)
	@$(if $(ONE),true,AMINO_ROUNDS=8 AMINO_SEEDS=6 $(BIN)/python -m pytest -q tests/cluster/test_half_made.py tests/cluster/test_crash.py)
	@$(if $(ONE),true,AMINO_PUBLISHED=all $(BIN)/python -m pytest -q tests/cluster/test_published.py)
	@$(if $(ONE),true,$(BIN)/python -m tests.ruby_library.soak --minutes $(or $(MINUTES),30))
	@$(if $(ONE),true,AMINO_KERNEL_OBJECTS=$(or $(OBJECTS),2000000) $(BIN)/python -m pytest -q --timeout=7200 tests/unit/test_oms_many_objects.py)
mutants: setup ## puts each known fault back and shows that the tests find it (ONLY= the beginning of a name)
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test-compile
	@$(BIN)/python -m tests.mutants.run $(ONLY)
java-test: setup ## tests of the JVM half
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test
	@$(MAKE) --no-print-directory ruby-states python-states c-guests
# TruffleRuby's parser fails where Java's assertions are on, and it goes down into deep objects with Java's own stack.
ruby-states: setup # Ruby's guests, and the states of their objects (AMINO_STATES=2000 AMINO_STATES_SEED=1)
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test -DenableAssertions=false -DargLine=-Xss64m -Dtest='Ruby*Test,AllowedFilesTest' \
		-Dmaven.test.additionalClasspath="$$($(BIN)/python -m amino_graal --languages ruby --class-path | tr ':' ',')"
python-states: setup # Python's guests, and the states of their objects (AMINO_STATES=2000 AMINO_STATES_SEED=1)
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test -Dtest="Python*Test,SparesTest,AllowedFilesTest" \
		-Dmaven.test.additionalClasspath="$$($(BIN)/python -m amino_graal --languages python --class-path | tr ':' ',')"
c-guests: setup # guests in C and other WebAssembly
	@JAVA_HOME='$(BUILD_JAVA_HOME)' mvn -q -B -f java/pom.xml test -Dtest='CGuestTest,OtherModulesTest,WasmFixedTest' -Damino.test.zig='$(CURDIR)/$(BIN)/python -m ziglang' \
		-Dmaven.test.additionalClasspath="$$($(BIN)/python -m amino_graal --languages llvm,wasm --class-path | tr ':' ',')"
node-test: setup ## tests of the Node SDK
	@cd sdk/js && npm run --silent check
ruby-test: setup ## tests of the Ruby SDK
	@cd sdk/ruby && ruby -w -Ilib -Itest -e 'Dir["test/**/*_test.rb"].sort.each { |file| require File.expand_path(file) }'

$(STAMPS)/bench: pyproject.toml | $(STAMPS)/python
	@echo "setup: the peers that benchmarks measure against"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[kernel,dev,bench]'
	@touch $@

bench: setup $(STAMPS)/bench ## a short form of every benchmark, peers side by side
	@$(BIN)/python -m benchmarks

packages: setup ## wheel, source distribution, npm tarball, gem, jars: into dist/
	@$(BIN)/python tools/build_packages.py

engines: python ## tries newer engines of the guest languages in a copy, and prints what fails (NEWEST=25.0.6)
	@$(BIN)/python tools/try_engines.py $${NEWEST:+--newest $$NEWEST}

protobuf: python node ## generated code of all languages, anew
	@$(BIN)/python tools/generate_protobuf.py
	@$(BIN)/python tools/generate_protocol.py
	@$(BIN)/python tools/generate_configuration.py
	@$(BIN)/python sdk/ruby/tools/generate_protobuf.py
	@cd sdk/js && node tools/generate.mjs && node tools/declarations.mjs
	@cd proto && ../$(BIN)/buf breaking --against v2.binpb && ../$(BIN)/buf build --exclude-source-info -o v2.binpb

clean: ## what was built here (not the cache of jars)
	@rm -rf $(VENV) java/target sdk/js/node_modules benchmarks/out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
