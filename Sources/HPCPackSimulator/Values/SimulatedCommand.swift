/// A command line that is never executed: it tells how long it would take, its exit code and its output.
///
/// Example: `cmd /c "echo start && ping -n 30 localhost && exit 3"` takes 29 seconds, ends with 3 and writes
/// `start`. `echo`, `exit N`, `sleep N`, `ping -n N` and `timeout /t N` are known, alone, behind `cmd /c`,
/// and joined by `&`, `&&` and `||`. A program that the simulated cluster has takes a time that the caller
/// draws; anything else fails at once.
package struct SimulatedCommand: Sendable, Equatable {
    /// What a command line would come to.
    package struct Outcome: Sendable, Equatable {
        /// The run time in seconds.
        package var seconds: Int
        /// The exit code.
        package var exitCode: Int32
        /// What it writes, with a line feed after each line; at most `maxOutput` characters.
        package var output = ""
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
    /// The most characters of output (product documentation, `ISchedulerTask::Output`).
    static let maxOutput = 4000
    /// The programs that seeded jobs run (`Vocabulary.programs`), which the simulated cluster has.
    private static let programs: Set<String> = [
        "solver", "python", "render", "prepare.cmd", "mpiexec", "flow", "robocopy",
        "hpcservicehost",
    ]
    /// Commands that every machine has and that end at once, without output.
    private static let trifles: Set<String> = [
        "rem", "hostname", "whoami", "ver", "time", "date", "set", "dir", "ls", "cd", "type", "cat",
        "mkdir", "md", "rmdir", "rd", "copy", "cp", "del", "rm", "true",
    ]

    /// Splits a command line into words and connectives.
    package init(_ text: String) {
        words = Self.words(of: text)
    }

    /// Computes what the command line would come to.
    ///
    /// - Parameters:
    ///   - variable: Gives the value of an environment variable; one without a value is left as it is written.
    ///   - program: Gives the run time in seconds of a program of the cluster, by its position.
    /// - Returns: The run time, the exit code and the output.
    package func outcome(
        variable: (String) -> String? = { _ in nil },
        program: (Int) -> Int = { _ in 0 }
    ) -> Outcome {
        var position = 0
        var outcome = Self.run(words, nesting: 0, position: &position, variable, program)
        outcome.output = String(outcome.output.prefix(Self.maxOutput))
        return outcome
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
        _ variable: (String) -> String?,
        _ program: (Int) -> Int
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
                let (outcome, ends) = runOne(parts, nesting, &position, variable, program)
                total.seconds = min(total.seconds + outcome.seconds, maxSeconds)
                total.exitCode = outcome.exitCode
                if total.output.utf8.count <= 4 * maxOutput { total.output += outcome.output }
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
        _ variable: (String) -> String?,
        _ program: (Int) -> Int
    ) -> (Outcome, ends: Bool) {
        let command = name(of: parts[0])
        // The shell within expands its own command line.
        let arguments =
            command == "cmd"
            ? parts.dropFirst() : parts.dropFirst().map { expanded($0, variable) }[...]
        func after(_ options: [String]) -> Int? {
            guard let index = arguments.firstIndex(where: { options.contains($0.lowercased()) })
            else { return nil }
            return arguments.dropFirst(index - arguments.startIndex + 1).first.flatMap { Int($0) }
        }
        func lasting(_ seconds: Int) -> (Outcome, Bool) {
            (Outcome(seconds: min(max(seconds, 0), maxSeconds), exitCode: 0), false)
        }
        switch command {
        case "cmd" where nesting < maxNesting:
            let switches = ["/c", "/k"]
            guard let index = arguments.firstIndex(where: { switches.contains($0.lowercased()) })
            else { return lasting(0) }
            let inner = arguments[(index + 1)...].joined(separator: " ")
            let outcome = run(
                words(of: inner),
                nesting: nesting + 1,
                position: &position,
                variable,
                program
            )
            return (outcome, false)
        case "echo", "echo.":
            let text = arguments.joined(separator: " ") + "\r\n"
            return (Outcome(seconds: 0, exitCode: 0, output: text), false)
        case _ where trifles.contains(command): return lasting(0)
        case "exit":
            let code = arguments.last { $0.lowercased() != "/b" }.flatMap { Int64($0) } ?? 0
            return (Outcome(seconds: 0, exitCode: Int32(truncatingIfNeeded: code)), true)
        case "sleep": return lasting(arguments.first.flatMap { Int($0) } ?? 0)
        case "ping":
            // One echo request a second; the last one is answered at once.
            return lasting((after(["-n", "/n", "-c"]) ?? 4) - 1)
        case "timeout":
            return lasting(after(["/t", "-t"]) ?? arguments.first.flatMap { Int($0) } ?? 0)
        case _ where programs.contains(command):
            position += 1
            return lasting(program(position))
        default:
            let text = "'\(parts[0])' is no command that the simulator knows.\r\n"
            return (Outcome(seconds: 0, exitCode: 1, output: text), false)
        }
    }

    /// Returns a text with `%name%`, `$name` and `${name}` replaced by the values of variables.
    private static func expanded(_ text: String, _ variable: (String) -> String?) -> String {
        guard text.contains(where: { $0 == "%" || $0 == "$" }) else { return text }
        func isOfName(_ character: Character) -> Bool {
            character == "_" || character.isLetter || character.isNumber
        }
        var out = ""
        var rest = text[...]
        while let character = rest.first {
            var name: Substring = ""
            var length = 1
            let tail = rest.dropFirst()
            if character == "%", let end = tail.firstIndex(of: "%") {
                name = tail[..<end]
                length = name.count + 2
            } else if character == "$", tail.first == "{", let end = tail.firstIndex(of: "}") {
                name = tail[..<end].dropFirst()
                length = name.count + 3
            } else if character == "$" {
                name = tail.prefix(while: isOfName)
                length = name.count + 1
            }
            if !name.isEmpty, let value = variable(String(name)) {
                out += value
                rest = rest.dropFirst(length)
            } else {
                out.append(character)
                rest = tail
            }
        }
        return out
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
