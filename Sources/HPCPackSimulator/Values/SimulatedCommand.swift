/// A command line that is never executed: it tells how long it would take, and its exit code.
///
/// Example: `cmd /c "echo start && ping -n 30 localhost && exit 3"` takes 29 seconds and ends with 3.
/// `echo`, `exit N`, `sleep N`, `ping -n N` and `timeout /t N` are known, alone, behind `cmd /c`, and
/// joined by `&`, `&&` and `||`; any other program takes a time that the caller draws.
package struct SimulatedCommand: Sendable, Equatable {
    /// What a command line would come to.
    package struct Outcome: Sendable, Equatable {
        /// The run time in seconds.
        package var seconds: Int
        /// The exit code.
        package var exitCode: Int32
    }

    private let words: [Word]

    private enum Word: Sendable, Equatable {
        case text(String)
        /// `&`, `&&`, `||` or `|`.
        case connective(String)
    }

    /// The longest time that a command line takes, in seconds.
    static let maxSeconds = 31_622_400
    private static let maxNesting = 8

    /// Splits a command line into words and connectives.
    package init(_ text: String) {
        words = Self.words(of: text)
    }

    /// Computes what the command line would come to.
    ///
    /// - Parameter unknown: Gives the run time in seconds of a program that is not known, by its position.
    /// - Returns: The run time and the exit code.
    package func outcome(unknown: (Int) -> Int) -> Outcome {
        var position = 0
        return Self.run(words, nesting: 0, position: &position, unknown)
    }

    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var current = ""
        var isQuoted = false
        var hasWord = false
        func flush() {
            if hasWord { words.append(.text(current)) }
            current = ""
            hasWord = false
        }
        var characters = Array(text)[...]
        while let character = characters.popFirst() {
            switch character {
            case "\"":
                isQuoted.toggle()
                hasWord = true
            case " " where !isQuoted, "\t" where !isQuoted: flush()
            case "&" where !isQuoted, "|" where !isQuoted:
                flush()
                if characters.first == character {
                    characters.removeFirst()
                    words.append(.connective(String([character, character])))
                } else {
                    words.append(.connective(String(character)))
                }
            default:
                current.append(character)
                hasWord = true
            }
        }
        flush()
        return words
    }

    private static func run(
        _ words: [Word],
        nesting: Int,
        position: inout Int,
        _ unknown: (Int) -> Int
    ) -> Outcome {
        var total = Outcome(seconds: 0, exitCode: 0)
        var rest = words[...]
        var connective = "&"
        while !rest.isEmpty {
            let command = rest.prefix { word in
                if case .text = word { true } else { false }
            }
            let parts = command.map { word in if case .text(let text) = word { text } else { "" } }
            rest = rest.dropFirst(command.count)
            let isSkipped =
                (connective == "&&" && total.exitCode != 0)
                || (connective == "||" && total.exitCode == 0)
            if !parts.isEmpty, !isSkipped {
                let (outcome, ends) = runOne(parts, nesting, &position, unknown)
                total.seconds = min(total.seconds + outcome.seconds, maxSeconds)
                total.exitCode = outcome.exitCode
                if ends { return total }
            }
            if case .connective(let next)? = rest.popFirst() { connective = next }
        }
        return total
    }

    /// Returns the outcome of one command, and whether it ends the command processor.
    private static func runOne(
        _ parts: [String],
        _ nesting: Int,
        _ position: inout Int,
        _ unknown: (Int) -> Int
    ) -> (Outcome, ends: Bool) {
        let program = name(of: parts[0])
        let arguments = parts.dropFirst()
        func after(_ options: [String]) -> Int? {
            guard let index = arguments.firstIndex(where: { options.contains($0.lowercased()) })
            else { return nil }
            return arguments.dropFirst(index - arguments.startIndex + 1).first.flatMap { Int($0) }
        }
        func lasting(_ seconds: Int) -> (Outcome, Bool) {
            (Outcome(seconds: min(max(seconds, 0), maxSeconds), exitCode: 0), false)
        }
        switch program {
        case "cmd" where nesting < maxNesting:
            let switches = ["/c", "/k"]
            guard let index = arguments.firstIndex(where: { switches.contains($0.lowercased()) })
            else { return lasting(0) }
            let inner = arguments[(index + 1)...].joined(separator: " ")
            let outcome = run(words(of: inner), nesting: nesting + 1, position: &position, unknown)
            return (outcome, false)
        case "echo", "echo.", "rem": return lasting(0)
        case "exit":
            let code = arguments.last { $0.lowercased() != "/b" }.flatMap { Int64($0) } ?? 0
            return (Outcome(seconds: 0, exitCode: Int32(truncatingIfNeeded: code)), true)
        case "sleep": return lasting(arguments.first.flatMap { Int($0) } ?? 0)
        case "ping":
            // One echo request a second; the last one is answered at once.
            return lasting((after(["-n", "/n", "-c"]) ?? 4) - 1)
        case "timeout":
            return lasting(after(["/t", "-t"]) ?? arguments.first.flatMap { Int($0) } ?? 0)
        default:
            position += 1
            return lasting(unknown(position))
        }
    }

    /// Returns the name of a program without its folder and its `.exe`, in lower case.
    private static func name(of word: String) -> String {
        let file = word.lowercased().split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? ""
        return file.hasSuffix(".exe") ? String(file.dropLast(4)) : file
    }

    /// Returns the command line of a sweep with `value` in place of its asterisks.
    ///
    /// As many asterisks as there are in a row, so many digits at least (product documentation,
    /// "Understanding Task Types").
    package static func expanded(_ text: String, value: Int) -> String {
        guard text.contains("*") else { return text }
        var out = ""
        var rest = text[...]
        while let character = rest.first {
            guard character == "*" else {
                out.append(character)
                rest.removeFirst()
                continue
            }
            let run = rest.prefix { $0 == "*" }.count
            rest = rest.dropFirst(run)
            let digits = String(value.magnitude)
            if value < 0 { out += "-" }
            out += String(repeating: "0", count: max(0, run - digits.count)) + digits
        }
        return out
    }
}
