/// Writes the lines of `--check`: a verdict, the subject, what was found, and what to do.
final class CheckReport {
    /// The least time between two reports of progress.
    private let pause: Duration

    private let isTerminal: Bool
    private let write: (String) -> Void
    private var stepStart = ContinuousClock.now
    private var lastProgress = ContinuousClock.now
    private(set) var failures = 0
    private(set) var warnings = 0

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether a line can be rewritten while its step runs.
    ///   - write: Writes text unchanged.
    init(isTerminal: Bool, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        pause = isTerminal ? .milliseconds(200) : .seconds(3)
        self.write = write
    }

    /// Starts a step.
    func begin(_ subject: String) {
        stepStart = .now
        lastProgress = stepStart
        if isTerminal { write(Self.rewrite + Self.line("... ", subject, "")) }
    }

    /// Reports the rows of a long step so far, unless it has just done so.
    ///
    /// - Parameters:
    ///   - subject: The step.
    ///   - rows: The rows that came.
    ///   - total: The rows of the whole listing, where they are known.
    func progress(_ subject: String, rows: Int, of total: Int? = nil) {
        let now = ContinuousClock.now
        guard now - lastProgress >= pause else { return }
        lastProgress = now
        let time = Self.seconds(now - stepStart)
        let known = total.map { " of \(max($0, rows))" } ?? ""
        let rate = Int(Double(rows) / max(0.001, (now - stepStart) / .seconds(1)))
        let finding = "\(rows)\(known) rows so far, \(time), \(rate) a second"
        let text = Self.line("... ", subject, finding)
        write(isTerminal ? Self.rewrite + text : text + "\n")
    }

    /// Reports that a step found what it should.
    func ok(_ subject: String, _ finding: String) { end("ok  ", subject, finding) }

    /// Reports something that is neither good nor bad, and what it is for.
    func note(_ subject: String, _ finding: String, _ advice: String? = nil) {
        end("info", subject, finding, advice)
    }

    /// Reports that a step was not taken.
    func skip(_ subject: String, _ reason: String) { end("skip", subject, reason) }

    /// Reports a finding that the exporter can live with, and what to do about it.
    func warn(_ subject: String, _ finding: String, _ advice: String? = nil) {
        warnings += 1
        end("warn", subject, finding, advice)
    }

    /// Reports a finding that keeps the exporter from reading the cluster, and what to do about it.
    func fail(_ subject: String, _ finding: String, _ advice: String) {
        failures += 1
        end("FAIL", subject, finding, advice)
    }

    /// Writes the last line.
    func close(_ text: String) {
        write((isTerminal ? Self.rewrite : "") + "\n" + Self.plain(text) + "\n")
    }

    /// Writes a heading with lines below it.
    func list(_ heading: String, _ lines: [String]) {
        var text = "\n" + Self.plain(heading) + "\n"
        for line in lines { text += "  " + Self.plain(line) + "\n" }
        write((isTerminal ? Self.rewrite : "") + text)
    }

    private func end(
        _ verdict: String,
        _ subject: String,
        _ finding: String,
        _ advice: String? = nil
    ) {
        var text = Self.line(verdict, subject, finding) + "\n"
        if let advice, !advice.isEmpty { text += Self.line("    ", "", "-> " + advice) + "\n" }
        write((isTerminal ? Self.rewrite : "") + text)
    }

    /// A number with its noun.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A duration to two decimals.
    static func seconds(_ duration: Duration) -> String {
        if duration < .milliseconds(10) { return "under 0.01 s" }
        let hundredths = Int((duration / .milliseconds(10)).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }

    /// Returns the cursor to the start of the line and erases it.
    private static let rewrite = "\r\u{1B}[K"

    private static func line(_ verdict: String, _ subject: String, _ finding: String) -> String {
        let gap = String(repeating: " ", count: max(1, 14 - subject.count))
        return plain("\(verdict)  \(subject)\(gap)\(finding)")
    }

    /// The text with question marks for control characters: what a server sent must not steer the terminal.
    private static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(1000) {
            let isControl = scalar.properties.generalCategory == .control
            let isDirection = scalar.properties.generalCategory == .format
            result.unicodeScalars.append(isControl || isDirection ? "?" : scalar)
        }
        return result
    }
}
