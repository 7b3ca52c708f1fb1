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

.PHONY: demo build bench bench-quick deb tarball image monitoring test test-packages test-repeatable test-image fuzz \
	soak lint format docs recordings ci ci-full ci-address ci-thread ci-release clean

# What --version tells of a build that leaves this machine. Times are those of the commit, so that it can be repeated.
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null)
BRANCH ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)
build bench deb tarball test-packages: export HPCPACK_EXPORTER_REVISION = $(REVISION)
build bench deb tarball test-packages: export HPCPACK_EXPORTER_BRANCH = $(BRANCH)
build bench deb tarball test-packages: export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)

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

deb: ## Build the Debian packages of exporter and simulator into .build/packages.
	@scripts/install-packages deb
	@SWIFT="$(SWIFT)" scripts/build-packages deb

tarball: ## Build the exporter with all that belongs to it as a tarball with its SHA-256 into .build/packages.
	@scripts/install-packages tarball
	@SWIFT="$(SWIFT)" scripts/build-packages tarball

# Where the image goes to, for which platforms, and what its labels say.
IMAGE ?= registry.example.com/hpcpack-exporter
PLATFORMS ?= linux/amd64,linux/arm64
VERSION = $(shell sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
SOURCE ?= $(shell git remote get-url origin 2>/dev/null | sed 's|//[^/@]*@|//|')
DOCUMENTATION ?= $(SOURCE)\#readme

image: ## Build the image for PLATFORMS and push it as IMAGE; needs Docker with buildx.
	docker buildx build --platform $(PLATFORMS) --tag $(IMAGE):$(VERSION) --push \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) --build-arg BRANCH=$(BRANCH) \
		--build-arg SOURCE=$(SOURCE) --build-arg DOCUMENTATION=$(DOCUMENTATION) \
		--build-arg SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) \
		--build-arg CREATED=$(shell date -u -d @$(SOURCE_DATE_EPOCH) +%Y-%m-%dT%H:%M:%SZ) .

monitoring: ## Bring rules, inhibition, dashboards and what packaging/kubernetes repeats of them up to date with dashboards/mixin.
	@scripts/install-packages monitoring
	@scripts/generate-monitoring

test: ## Run every test.
	@scripts/install-packages test
	$(SWIFT) build --build-tests
	$(call run-tests)

test-packages: ## Install, upgrade, remove and purge the Debian packages in a root made by debootstrap; needs root.
	@scripts/install-packages test-packages
	@SWIFT="$(SWIFT)" scripts/build-packages deb
	@scripts/test-packages

test-repeatable: ## Build packages and tarball of HEAD in two folders, and compare them byte by byte.
	@scripts/install-packages deb
	@scripts/test-repeatable

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

docs: monitoring ## Bring the tables of the documents up to date with the code.
	$(SWIFT) build --build-tests
	HPCPACK_UPDATE_DOCS=1 $(SWIFT) test --skip-build --filter "ExporterCommandTests.DocumentTests|WebConfigurationTests.VerdictTests"

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
ADDRESS_TESTS = "JSONRowsTests|ParserCorpusTests|HTTPListenerTests|^WebConfigurationTests|HPCPackClientTests|ExporterCommandTests" \
	EndToEndTests
THREAD_TESTS = "BasicsTests|LoggingTests|HTTPListenerTests|^WebConfigurationTests|HPCPackClientTests|ExporterCommandTests|FaultTransportTests" \
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
