import Glibc

/// All groups of rows, in the order of the table.
enum Bench {
    private typealias Group = (
        name: String, rows: @Sendable (BenchSettings) throws(BenchError) -> [BenchRow]
    )

    private static let groups: [Group] = [
        ("read", FullReadRows.rows), ("scan", ScanRows.rows), ("render", RenderRows.rows),
        ("scrape", ScrapeRows.rows), ("start", StartRows.rows), ("round", RoundRows.rows),
        ("memory", MemoryRows.rows),
    ]

    /// Measures and prints the table.
    ///
    /// - Returns: The exit code: 1 when something could not be measured; a missed target is no failure.
    static func run(_ arguments: [String]) -> Int32 {
        let settings: BenchSettings
        do {
            settings = try BenchSettings(arguments)
        } catch {
            tell("hpcpack-bench: \(error)")
            return 2
        }
        var rows: [BenchRow] = []
        var isWhole = true
        for group in groups
        where settings.only.isEmpty || settings.only.contains(where: group.name.contains) {
            tell("measuring: \(group.name)")
            do {
                rows += try group.rows(settings)
            } catch {
                tell("hpcpack-bench: \(group.name): \(error)")
                isWhole = false
            }
        }
        print(([BenchRow.head] + rows.map(\.line)).joined(separator: "\n"))
        return isWhole ? 0 : 1
    }

    private static func tell(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(2, bytes, bytes.count)
    }
}
