import Exposition
import Foundation
import TestSupport
import Testing

@testable import ExporterCommand

/// What the pages are made of.
struct AnswerTests {
    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true),
            ("deflate, gzip;q=0.5", true),
            ("gzip;q=0", false), ("gzip;q=0.000", false), ("*", true), ("*;q=0", false),
            ("identity", false),
            ("gzip;q=0.2, identity;q=0.8", false), ("gzip, identity;q=0", true),
            ("identity;q=0, *;q=0.1", true),
            ("gzip;q=0, *", false), ("gzip;q=abc", false), ("gzip;q=1.5", false), ("br", false),
            ("gzip ; q=0.3", true),
            (";;;,,,", false), ("gzip;level=9", false),
        ] as [(String?, Bool)]
    )
    func `gzip is chosen by its weight`(field: String?, expected: Bool) {
        #expect(Gzip.isPreferred(by: field) == expected)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("*/*", false), ("text/plain", false), ("text/html", false),
            ("application/openmetrics-text", true),
            ("application/openmetrics-text; version=1.0.0", true),
            ("APPLICATION/OpenMetrics-Text;Version=\"1.0.0\"", true),
            ("application/openmetrics-text;version=0.0.1", false),
            ("application/openmetrics-text;version=1.0.0;q=0", false),
            ("application/openmetrics-text;version=2.0.0,*/*", false),
            ("application/openmetrics-text;q=0.5,text/plain;q=0.6", false),
            ("application/openmetrics-text;q=0.6,text/plain;q=0.5", true),
            ("application/openmetrics-text;q=0.5,*/*;q=0.6", false),
            ("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.5", true),
            ("application/openmetrics-text;q=nonsense", false), ("application/*", false),
            // Prometheus 2.42 and 3.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;"
                    + "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true
            ),
            // A client that reads the protocol buffers first, and the text format after that.
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                    + "text/plain;version=0.0.4;q=0.3", false
            ),
        ] as [(String?, Bool)]
    )
    func `OpenMetrics is for clients that name it and prefer it`(field: String?, expected: Bool) {
        #expect(
            Representation.Format(preferredBy: field) == (expected ? .openMetrics : .text)
        )
    }

    @Test func `A compressed page has the form of gzip and is smaller`() throws {
        let page = Array(String(repeating: "hpcpack_jobs{state=\"Queued\"} 1\n", count: 1000).utf8)
        let packed = try #require(Gzip.compress(page))
        #expect(packed.starts(with: [0x1F, 0x8B, 8]) && packed.count < page.count / 5)
        #expect(Gzip.compress([]) != nil)
    }

    @Test func `A page that is compressed by parts is what gunzip makes of it`() throws {
        var pages = GzipPages()
        var renderer = ExpositionRenderer()
        // The first page has parts of one and of many bytes; of the second most are known.
        for round in 0..<3 {
            let families = (0..<5).map { family in
                MetricFamily(
                    MetricDescriptor("test_\(family)", .gauge, labels: ["node"], help: "A test.")
                ) { writer in
                    for node in 0..<[0, 1, 7000, 3, 9000][family] {
                        let value = family == 2 ? node * round : node
                        writer.sample(LabelValue("node \(node)"), value)
                    }
                }
            }
            let page = renderer.render(families)
            #expect(page.parts.count > 1)
            let compressed = pages.compress(page)
            let packed = try #require(compressed)
            let text = Array(page.parts.map(\.bytes).joined())
            #expect(try Self.gunzip(packed) == text)
            #expect(packed.count < text.count / 4)
        }
        let compressed = pages.compress(renderer.render([]))
        #expect(try Self.gunzip(#require(compressed)).isEmpty)
    }

    /// What the program gunzip, which checks length and checksum, makes of a text.
    private static func gunzip(_ packed: [UInt8]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try Data(packed).write(to: URL(fileURLWithPath: folder.path("page.gz")))
        let outcome = try InstalledTool("gunzip", package: "gzip").run(
            ["--stdout", folder.path("page.gz")]
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.bytes
    }

    @Test(
        arguments: [
            (nil, 10.0), ("abc", 10), ("-1", 10), ("nan", 10), ("inf", 10), ("10", 9.5),
            ("0.4", 0.2), ("10.0", 9.5),
            ("999999999", 120), ("1e9", 10), ("0x10", 10), ("+20", 10), (" 20", 10), ("20.", 10),
        ] as [(String?, Double)]
    )
    func `A first scrape waits as long as it may, less a margin`(header: String?, seconds: Double) {
        #expect(Routes.wait(header) == .milliseconds(Int64(seconds * 1000)))
    }

    @Test func `The fields of proc are read behind any name`() {
        var metrics = ProcessMetrics()
        let rest =
            "S 1 1 1 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 1000 4096000 200 18446744073709551615"
        metrics.parse(
            stat: "42 (a) b (c)) " + rest,
            ticks: 100,
            pageBytes: 4096,
            bootTime: 1_000_000
        )
        #expect(metrics.cpuSeconds == 3 && metrics.startTime == 1_000_010)
        #expect(metrics.virtualBytes == 4_096_000 && metrics.residentBytes == 819_200)
        var broken = ProcessMetrics()
        broken.parse(stat: "nonsense", ticks: 100, pageBytes: 4096, bootTime: nil)
        #expect(broken == ProcessMetrics())
        #expect(ProcessMetrics.current().openDescriptors ?? 0 >= 3)
    }

    @Test func `The limits are those that the kernel tells, and no limit is the greatest number`()
        throws
    {
        let limits = try String(contentsOfFile: "/proc/self/limits", encoding: .utf8)
        func soft(_ name: String) throws -> Double? {
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix(name) })
            let word = line.dropFirst(name.count).split(separator: " ").first
            return word == "unlimited" ? Double(UInt64.max) : word.flatMap { Double($0) }
        }
        let metrics = ProcessMetrics.current()
        #expect(try metrics.maxVirtualBytes == soft("Max address space"))
        #expect(try metrics.maxDescriptors == soft("Max open files"))
    }
}
