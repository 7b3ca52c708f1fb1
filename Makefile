# hpcpack-exporter: `make demo` for a first look, `make test` for everything that must hold.

SWIFT ?= swift
# The checks of CI build with warnings as errors, each into a folder of its own.
STRICT = HPCPACK_EXPORTER_STRICT=1
# Of two separate -sanitize flags the compiler heeds the last alone, and the code would be fuzzed blindly.
FUZZING = --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address

# Runs the tests with the flags of their build. The crowds of HostileClientTests measure waits, so they run alone.
define run-tests
@SWIFT="$(SWIFT)" scripts/run-tests $(1) --skip-build --skip HostileClientTests
@SWIFT="$(SWIFT)" scripts/run-tests $(1) --skip-build --filter HostileClientTests
endef

.PHONY: demo build bench bench-quick test fuzz soak lint format ci ci-debug ci-release ci-thread ci-address clean

demo: ## Start a simulated cluster and the exporter against it.
	@scripts/install-packages build
	$(SWIFT) build -c release --product hpcpack-demo
	@$$($(SWIFT) build -c release --show-bin-path)/hpcpack-demo

build: ## Build the exporter as it is shipped: optimised, without Swift libraries to install.
	@scripts/install-packages build
	$(SWIFT) build -c release --static-swift-stdlib --product hpcpack-exporter

bench: ## Measure what must be fast and small, and print the table of README; about five minutes.
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

fuzz: ## Fuzz every parser, FUZZ_SECONDS in all (180); findings stay in Tests/Corpus.
	@scripts/install-packages fuzz
	HPCPACK_EXPORTER_FUZZ=1 $(SWIFT) build -c release --scratch-path .build/fuzz $(FUZZING) -Xswiftc -enable-testing --product hpcpack-fuzz
	@scripts/fuzz .build/fuzz/release/hpcpack-fuzz

soak: ## Run the exporter for SOAK_SECONDS (300) against a head node that churns and breaks.
	@scripts/install-packages test
	$(SWIFT) build --build-tests
	SOAK_SECONDS=$${SOAK_SECONDS:-300} SWIFT="$(SWIFT)" scripts/run-tests --skip-build --filter SoakTests

lint: ## Check the form of the source.
	$(SWIFT) format lint --strict --parallel -r Sources Tests Fuzz Package.swift

format: ## Bring the source into form.
	$(SWIFT) format --in-place --parallel -r Sources Tests Fuzz Package.swift

ci: lint ci-debug ci-release ci-thread ## Everything that a change must pass; ci-address is for those who have the time.

# A manifest that is read anew must be the one that was built.
ci-release ci-thread ci-address: export HPCPACK_EXPORTER_STRICT = 1
ci-address: export LSAN_OPTIONS = suppressions=$(CURDIR)/scripts/leaks.supp:print_suppressions=0

ci-debug:
	@scripts/install-packages test
	$(STRICT) $(MAKE) test

ci-release:
	$(SWIFT) build -c release --scratch-path .build/ci-release -Xswiftc -enable-testing --build-tests
	$(call run-tests,-c release --scratch-path .build/ci-release -Xswiftc -enable-testing)

# Races are looked for where threads share something; the rest only measures waits that the sanitizer makes long.
ci-thread:
	$(SWIFT) build --scratch-path .build/ci-thread --sanitize=thread --build-tests
	SWIFT="$(SWIFT)" scripts/run-tests --scratch-path .build/ci-thread --sanitize=thread --skip-build --filter "ClusterCollectorTests|ExporterCommandTests|ExpositionTests|HPCPackClientTests|HTTPListenerTests|LoggingTests"

ci-address:
	$(SWIFT) build --scratch-path .build/ci-address --sanitize=address --build-tests
	$(call run-tests,--scratch-path .build/ci-address --sanitize=address)

clean:
	rm -rf .build
