/// One line of the table.
struct BenchRow {
    /// What was measured.
    var what: String
    /// The median, with its unit.
    var median: String
    /// What was measured beside it in the same run, with its median.
    var beside: String = ""
    /// The median of the ratios, one for each pair of neighbouring measurements.
    var ratio: String = ""
    /// What is asked for; empty for a figure that explains another.
    var target: String = ""
    /// Whether it is reached; `nil` when nothing is asked for.
    var isMet: Bool?

    /// The line in Markdown.
    var line: String {
        let verdict = isMet.map { $0 ? "yes" : "**no**" } ?? ""
        return "| " + [what, median, beside, ratio, target, verdict].joined(separator: " | ") + " |"
    }

    /// The head of the table.
    static let head = """
        | what | median | beside it in the same run | ratio | target | met |
        | --- | --- | --- | --- | --- | --- |
        """
}
