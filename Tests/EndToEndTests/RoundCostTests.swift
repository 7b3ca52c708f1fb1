import Foundation
import TestSupport
import Testing

/// What a round costs in which nothing changes, in counts that do not depend on the machine.
///
/// The bounds are some tenths above what was counted, so that a cost that grows with the cluster where it should not
/// is noticed at once. Times are for `make bench`.
struct RoundCostTests {
    private static let cluster = ["--nodes=2000", "--jobs=20000"]

    /// Counts of an exporter since its start.
    private struct Counts {
        var requests = 0.0
        var bytes = 0.0
        var fullReads = 0.0
        var allocations = 0.0

        static func - (left: Counts, right: Counts) -> Counts {
            Counts(
                requests: left.requests - right.requests,
                bytes: left.bytes - right.bytes,
                fullReads: left.fullReads - right.fullReads,
                allocations: left.allocations - right.allocations
            )
        }
    }

    /// The counter of a library that is loaded before all others and counts calls of malloc and its kin.
    private final class AllocationCounter {
        private static let source = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <unistd.h>
            extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
            extern void *__libc_memalign(size_t, size_t);
            static unsigned long before, *counter = &before;
            static void count(void) { __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED); }
            __attribute__((constructor)) static void open_counter(void) {
                const char *path = getenv("ALLOCATION_COUNTER");
                int file = path ? open(path, O_RDWR) : -1;
                if (file < 0) return;
                void *memory = mmap(0, sizeof before, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
                if (memory != MAP_FAILED) counter = memory;
                close(file);
            }
            void *malloc(size_t n) { count(); return __libc_malloc(n); }
            void *calloc(size_t n, size_t m) { count(); return __libc_calloc(n, m); }
            void *realloc(void *p, size_t n) { count(); return __libc_realloc(p, n); }
            void *memalign(size_t a, size_t n) { count(); return __libc_memalign(a, n); }
            void *aligned_alloc(size_t a, size_t n) { count(); return __libc_memalign(a, n); }
            int posix_memalign(void **p, size_t a, size_t n) {
                count();
                *p = __libc_memalign(a, n);
                return *p ? 0 : 12;
            }
            """

        private let folder: TemporaryFolder
        let environment: [String: String]

        init() throws {
            folder = try TemporaryFolder()
            let source = try folder.write("count.c", Self.source)
            let library = folder.path("count.so")
            let outcome = try InstalledTool("clang", package: "clang").run([
                "-O1", "-shared", "-fPIC", "-o", library, source,
            ])
            try #require(outcome.status == 0, "\(outcome.errors)")
            try folder.write("counter", String(repeating: "\0", count: 8))
            environment = ["LD_PRELOAD": library, "ALLOCATION_COUNTER": folder.path("counter")]
        }

        func value() throws -> Double {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("counter")))
            return Double(data.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }

    private static func counts(_ page: MetricsPage) -> Counts {
        func sum(_ name: String) -> Double {
            page.values.filter { $0.key.hasPrefix(name + "{") }.values.reduce(0, +)
        }
        return Counts(
            requests: sum("hpcpack_api_requests_total"),
            bytes: sum("hpcpack_api_response_bytes_total"),
            fullReads: sum("hpcpack_exporter_full_reads_total")
        )
    }

    /// Runs a round of every collector.
    private static func round(_ exporter: RunningExporter) throws -> MetricsPage {
        func ends(_ page: MetricsPage) -> [String: Double] {
            page.values.filter {
                $0.key.hasPrefix("hpcpack_scrape_collector_last_success_timestamp_seconds")
            }
        }
        var before: [String: Double] = [:]
        let areReady = Deadline.wait(seconds: 60) {
            before = (try? exporter.page()).map(ends) ?? [:]
            return before.count == 4
        }
        try #require(areReady, "the first rounds do not end")
        exporter.process.signal(SIGHUP)
        var page = try exporter.page()
        let haveEnded = Deadline.wait(seconds: 60) {
            guard let now = try? exporter.page() else { return false }
            page = now
            return ends(now).count == 4 && ends(now).allSatisfy { $0.value > before[$0.key] ?? 0 }
        }
        try #require(haveEnded, "the round does not end")
        return page
    }

    @Test func `A round without change asks for little and keeps what it has`() throws {
        let cluster = try SimulatedCluster(Self.cluster)
        let counter = Sanitizer.isOn ? nil : try AllocationCounter()
        let environment = SimulatedCluster.environment.merging(counter?.environment ?? [:]) { $1 }
        let exporter = try RunningExporter(
            cluster.flags + ["--collector.interval=1h", "--hpcpack.max-request-rate=0"],
            environment: environment
        )
        var rounds: [Counts] = []
        for _ in 0..<4 {
            var counts = try Self.counts(Self.round(exporter))
            counts.allocations = try counter?.value() ?? 0
            rounds.append(counts)
        }
        let cost = rounds[3] - rounds[2]
        let text = "\(cost)"
        #expect(cost.fullReads == 0, "\(text)")
        #expect((1...30).contains(cost.requests), "\(text)")
        #expect((100_000...2_500_000).contains(cost.bytes), "\(text)")
        #if !DEBUG
            if counter != nil { #expect((1...30_000).contains(cost.allocations), "\(text)") }
        #endif
    }
}
