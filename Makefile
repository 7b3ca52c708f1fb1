# hpcpack-exporter: `make demo` for a first look, `make test` for everything that must hold.

SWIFT ?= swift
# The checks of CI build with warnings as errors, each into a folder of its own.
STRICT = HPCPACK_EXPORTER_STRICT=1

.PHONY: demo build bench bench-quick test lint format ci ci-debug ci-release ci-thread clean

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
	$(SWIFT) test --skip-build

lint: ## Check the form of the source.
	$(SWIFT) format lint --strict --parallel -r Sources Tests Package.swift

format: ## Bring the source into form.
	$(SWIFT) format --in-place --parallel -r Sources Tests Package.swift

ci: lint ci-debug ci-release ci-thread ## Everything that a change must pass.

ci-debug:
	@scripts/install-packages test
	$(STRICT) $(MAKE) test

ci-release:
	$(STRICT) $(SWIFT) build -c release --scratch-path .build/ci-release -Xswiftc -enable-testing --build-tests
	$(STRICT) $(SWIFT) test -c release --scratch-path .build/ci-release -Xswiftc -enable-testing --skip-build

ci-thread:
	$(STRICT) $(SWIFT) build --scratch-path .build/ci-thread --sanitize=thread --build-tests
	$(STRICT) $(SWIFT) test --scratch-path .build/ci-thread --sanitize=thread --skip-build

clean:
	rm -rf .build
