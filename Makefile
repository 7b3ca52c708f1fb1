# hpcpack-exporter: `make demo` for a first look, `make test` for everything that must hold.

SWIFT ?= swift
# Of two separate -sanitize flags the compiler heeds the last alone, and the code would be fuzzed blindly.
FUZZING = --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address

# Runs the tests with the flags of their build: TESTS side by side, a process for each filter, then the crowds of
# HostileClientTests alone, since they measure waits.
ALL_TESTS = "^(?!ClusterCollectorTests|EndToEndTests|HostileClientTests)" ClusterCollectorTests EndToEndTests
TESTS = $(ALL_TESTS)
define run-tests
@SWIFT="$(SWIFT)" scripts/run-tests $(1) --skip-build -- $(TESTS)
@SWIFT="$(SWIFT)" scripts/run-tests $(1) --skip-build -- HostileClientTests
endef

.PHONY: demo build bench bench-quick test test-image fuzz soak lint format docs recordings ci ci-full ci-address ci-thread ci-release clean

demo: ## Start a simulated cluster and the exporter against it.
	@scripts/install-packages build
	$(SWIFT) build -c release --product hpcpack-demo
	@$$($(SWIFT) build -c release --show-bin-path)/hpcpack-demo

build: ## Build the exporter as it is shipped: optimised, without Swift libraries to install.
	@scripts/install-packages build
	$(SWIFT) build -c release --static-swift-stdlib --product hpcpack-exporter

bench: ## Measure what must be fast and small, and print the table of docs/performance.md; about five minutes.
	@scripts/install-packages bench
	$(SWIFT) build -c release --static-swift-stdlib --product hpcpack-exporter
	$(SWIFT) build -c release --static-swift-stdlib --product hpcpack-bench
	@$$($(SWIFT) build -c release --show-bin-path)/hpcpack-bench $(BENCH)

bench-quick: ## The same with fewer repeats; about a minute. BENCH=--only=read,scan measures a part.
	@$(MAKE) bench BENCH="--quick $(BENCH)"

test: ## Run every test.
	@scripts/install-packages test
	$(SWIFT) build --build-tests
	$(call run-tests)

test-image: ## Build and try the image of Dockerfile in roots made by debootstrap; needs root, no Docker.
	@scripts/test-container-root

fuzz: ## Fuzz every parser, FUZZ_SECONDS in all (180); findings stay in Tests/Corpus.
	@scripts/install-packages fuzz
	HPCPACK_EXPORTER_FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz $(FUZZING) --product hpcpack-fuzz
	@scripts/fuzz .build/fuzz/release/hpcpack-fuzz

soak: ## Run the exporter for SOAK_SECONDS (300) against a head node that churns and breaks.
	@scripts/install-packages test
	$(SWIFT) build --build-tests
	SOAK_SECONDS=$${SOAK_SECONDS:-300} $(SWIFT) test --skip-build --filter SoakTests

lint: ## Check the form of the source.
	$(SWIFT) format lint --strict --parallel -r Sources Tests Package.swift

format: ## Bring the source into form.
	$(SWIFT) format --in-place --parallel -r Sources Tests Package.swift

docs: ## Bring the tables of the documents up to date with the code.
	$(SWIFT) build --build-tests
	HPCPACK_UPDATE_DOCS=1 $(SWIFT) test --skip-build --filter ExporterCommandTests.DocumentTests

recordings: ## Make the recordings of simulated clusters in Tests/Recordings anew.
	$(SWIFT) build --product hpcpack-exporter
	$(SWIFT) build --product hpcpack-simulator
	@scripts/make-recordings $$(realpath $$($(SWIFT) build --show-bin-path))

ci: lint ci-address ci-thread ci-release ## Everything that a change must pass.

ci-full: export HPCPACK_FULL_TABLES = 1
ci-full: ADDRESS_TESTS = $(ALL_TESTS)
ci-full: THREAD_TESTS = $(ALL_TESTS)
ci-full: ci ## The same with every test and every table under both sanitizers.

# Where the kinds of fault can live that a sanitizer finds: memory in parsers, listener, TLS and what calls C; races
# wherever there are threads. Both look at the programs, under a crowd too.
ADDRESS_TESTS = "JSONRowsTests|ParserCorpusTests|HTTPListenerTests|HPCPackClientTests|ExporterCommandTests" EndToEndTests
THREAD_TESTS = "BasicsTests|LoggingTests|HTTPListenerTests|HPCPackClientTests|ExporterCommandTests|FaultTransportTests" \
	ClusterCollectorTests EndToEndTests

# Each step has a folder of its own, and takes warnings for errors.
ci-%: export HPCPACK_EXPORTER_STRICT = 1
ci-address: BUILD = --scratch-path .build/ci-address --sanitize=address
ci-address: TESTS = $(ADDRESS_TESTS)
ci-address: export LSAN_OPTIONS = suppressions=$(CURDIR)/scripts/leaks.supp:print_suppressions=0
ci-thread: BUILD = --scratch-path .build/ci-thread --sanitize=thread -Xswiftc -DTHREAD_SANITIZER
ci-thread: TESTS = $(THREAD_TESTS)
ci-release: BUILD = -c release --scratch-path .build/ci-release -Xswiftc -enable-testing

ci-address ci-thread ci-release:
	@scripts/install-packages test
	$(SWIFT) build $(BUILD) --build-tests
	$(call run-tests,$(BUILD))

clean:
	rm -rf .build
