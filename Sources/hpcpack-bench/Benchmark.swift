import Basics

/// The benchmark of docs/performance.md: groups of rows, in the order of its table.
enum Benchmark {
    private typealias Group = (
        name: String, rows: @Sendable (BenchSettings) throws -> [TableRow]
    )

    private static let groups: [Group] = [
        ("read", FullReadRows.rows), ("scan", ScanRows.rows), ("render", RenderRows.rows),
        ("scrape", ScrapeRows.rows), ("start", StartRows.rows), ("round", RoundRows.rows),
        ("enterprise", EnterpriseRows.rows),
        ("memory", MemoryRows.rows),
    ]

    /// Measures, and prints the table.
    ///
    /// - Returns: The exit code: 1 when a group could not be measured, 2 for unknown arguments. A missed
    ///   target is no failure.
    static func run(_ arguments: [String]) -> Int32 {
        let output = ProgramOutput(program: "hpcpack-bench")
        guard let settings = BenchSettings(arguments) else {
            output.complain("usage: hpcpack-bench [--quick] [--only=NAME,…]")
            return 2
        }
        var rows: [TableRow] = []
        var exitCode: Int32 = 0
        for (name, measure) in groups where settings.includes(name) {
            output.complain("measuring \(name)")
            do {
                rows += try measure(settings)
            } catch {
                output.complain("\(name): \(error)")
                exitCode = 1
            }
        }
        print(([TableRow.head] + rows.map(\.line)).joined(separator: "\n"))
        return exitCode
    }
}

/// What is measured, and how often.
struct BenchSettings {
    private var isQuick = false
    /// Parts of the names of the groups that are measured; empty for all groups.
    private var only: [Substring] = []

    /// Parses the arguments; `nil` when one is unknown.
    init?(_ arguments: [String]) {
        for argument in arguments {
            if argument == "--quick" {
                isQuick = true
            } else if argument.hasPrefix("--only=") {
                only += argument.dropFirst("--only=".count).split(separator: ",")
            } else {
                return nil
            }
        }
    }

    /// Whether a group of rows is measured.
    func includes(_ group: String) -> Bool { only.isEmpty || only.contains(where: group.contains) }

    /// Returns the number of repetitions: `count`, or `quick` for a run that takes a minute instead of five.
    func repetitions(_ count: Int, quick: Int) -> Int { isQuick ? quick : count }
}

/// Why something cannot be measured, as one sentence.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
