import Foundation
import TestSupport
import Testing

/// A whole page for a small cluster, reviewed like code.
struct GoldenPageTests {
    private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden/small-cluster.prom")
    /// Families whose values depend on the time or on the speed of the machine.
    private static let changing = [
        "hpcpack_api_", "hpcpack_exporter_full_reads", "hpcpack_exporter_oldest_task_read",
        "hpcpack_scrape_collector_duration_seconds",
        "hpcpack_scrape_collector_last_success_timestamp_seconds",
    ]

    @Test func `The page of a small cluster is the golden one, round after round`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let expected = try String(contentsOf: Self.file, encoding: .utf8)
        for _ in 1...2 {
            let shown = bench.round().text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { line in !Self.changing.contains { line.contains($0) } }.joined(
                    separator: "\n"
                )
            #expect(shown == expected)
            if shown != expected {
                // The page as it is now, to be compared and, if it is right, put in the place of the golden one.
                let path = FileManager.default.temporaryDirectory.appendingPathComponent(
                    "golden.prom"
                )
                try shown.write(to: path, atomically: true, encoding: .utf8)
            }
        }
    }
}
