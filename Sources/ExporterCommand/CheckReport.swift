/// Writes the lines of `--check`: a verdict, the subject, what was found, and what to do.
final class CheckReport {
    /// What a line says of its subject.
    enum Verdict: String {
        case ok = "ok  "
        case warning = "warn"
        case failure = "FAIL"
        case skipped = "skip"
    }

    /// How often rows so far are told where lines cannot be rewritten.
    private static let plainPause = Duration.seconds(3)
    private static let terminalPause = Duration.milliseconds(200)

    private let isTerminal: Bool
    private let write: (String) -> Void
    private var begun = ContinuousClock.now
    private var told = ContinuousClock.now
    private(set) var failures = 0
    private(set) var warnings = 0

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether a line can be rewritten while its step runs.
    ///   - write: Takes text as it is to appear.
    init(isTerminal: Bool, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// A step begins.
    func begin(_ subject: String) {
        begun = .now
        told = begun
        if isTerminal { write("\r\u{1B}[K" + Self.line("... ", subject, "")) }
    }

    /// Tells how far a long step has come, not too often.
    func progress(_ subject: String, rows: Int) {
        let now = ContinuousClock.now
        guard now - told >= (isTerminal ? Self.terminalPause : Self.plainPause) else { return }
        told = now
        let text = Self.line("... ", subject, "\(rows) rows so far, \(Self.seconds(now - begun))")
        write(isTerminal ? "\r\u{1B}[K" + text : text + "\n")
    }

    /// A step has ended.
    ///
    /// - Parameters:
    ///   - verdict: What came of it.
    ///   - subject: What was tried, in a word or two.
    ///   - finding: What was found.
    ///   - advice: What to do, for anything that is not as it should be.
    func tell(_ verdict: Verdict, _ subject: String, _ finding: String, advice: String? = nil) {
        if verdict == .failure { failures += 1 }
        if verdict == .warning { warnings += 1 }
        var text = Self.line(verdict.rawValue, subject, finding) + "\n"
        if let advice { text += Self.line("    ", "", "-> " + advice) + "\n" }
        write((isTerminal ? "\r\u{1B}[K" : "") + text)
    }

    /// The last line.
    func close(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + "\n" + Self.plain(text) + "\n")
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

    private static func line(_ verdict: String, _ subject: String, _ finding: String) -> String {
        let gap = String(repeating: " ", count: max(1, 14 - subject.count))
        return plain("\(verdict)  \(subject)\(gap)\(finding)")
    }

    /// What a server sent must not steer the terminal: control characters become question marks.
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
