/// What the command line and the environment say, checked against the table of flags.
struct FlagValues: Equatable {
    private var values: [String: [String]] = [:]

    /// Reads arguments and environment; a flag wins over its variable.
    ///
    /// - Parameters:
    ///   - arguments: The arguments without the program's name.
    ///   - environment: The whole environment.
    /// - Throws: `UsageError` for what the table does not allow.
    init(arguments: [String], environment: [String: String]) throws(UsageError) {
        for flag in Flag.all {
            guard let text = environment[flag.environmentVariable] else { continue }
            let place = "the variable \(flag.environmentVariable)"
            if flag.kind == .list {
                let parts = text.split(separator: ",").map { Self.trimmed($0) }.filter {
                    !$0.isEmpty
                }
                if !parts.isEmpty { values[flag.name] = parts }
            } else if !text.isEmpty || flag.kind == .text {
                guard !text.isEmpty else { continue }
                values[flag.name] = [try Self.checked(text, flag, place)]
            }
        }
        try read(arguments)
    }

    private mutating func read(_ arguments: [String]) throws(UsageError) {
        var given: Set<String> = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index] == "-h" ? "--help" : arguments[index]
            index += 1
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw UsageError(
                    "unexpected argument \"\(Self.shown(argument))\"; flags begin with --, see --help"
                )
            }
            let parts = argument.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let name = String(parts[0])
            let attached = parts.count > 1 ? String(parts[1]) : nil
            let (flag, isNegated) = try Self.find(name)
            var text: String
            if flag.isBare {
                text = attached ?? "true"
                text = try Self.checked(text, flag, "--\(name)")
                if isNegated {
                    guard attached == nil else { throw UsageError("--\(name) takes no value") }
                    text = "false"
                }
            } else if let attached {
                text = attached
            } else {
                guard index < arguments.count else {
                    throw UsageError("--\(name) needs a value: \(flag.usage)")
                }
                text = arguments[index]
                index += 1
            }
            text = try Self.checked(text, flag, "--\(name)")
            if flag.kind == .list, given.contains(flag.name) {
                values[flag.name, default: []].append(text)
            } else {
                guard flag.isBare || !given.contains(flag.name) else {
                    throw UsageError(
                        "--\(flag.name) was given twice; only --hpcpack.url and --web.listen-address repeat"
                    )
                }
                values[flag.name] = [text]
            }
            given.insert(flag.name)
        }
    }

    private static func find(_ name: String) throws(UsageError) -> (Flag, isNegated: Bool) {
        if let flag = Flag.all.first(where: { $0.name == name }) { return (flag, false) }
        if name.hasPrefix("no-"),
            let flag = Flag.all.first(where: { $0.kind == .toggle && "no-" + $0.name == name })
        {
            return (flag, true)
        }
        if name == "hpcpack.password" {
            throw UsageError(
                "a password is never given as a flag, where everyone can see it; use --hpcpack.password-file "
                    + "or the variable \(Flag.passwordVariable)"
            )
        }
        let nearest = Flag.all.map { ($0.name, EditDistance.between($0.name, name)) }.min {
            $0.1 < $1.1
        }
        if let nearest, nearest.1 <= 4 {
            throw UsageError("unknown flag --\(shown(name)); did you mean --\(nearest.0)?")
        }
        throw UsageError("unknown flag --\(shown(name)); see --help")
    }

    /// The text, when the flag can take it.
    private static func checked(_ text: String, _ flag: Flag, _ place: String) throws(UsageError)
        -> String
    {
        switch flag.kind {
        case .text, .list:
            guard !text.isEmpty else { throw UsageError("\(place) needs a value: \(flag.usage)") }
        case .duration:
            guard let duration = DurationText.read(text), duration > .zero else {
                throw UsageError(
                    "\(place): \"\(shown(text))\" is not a duration above zero such as 500ms, 30s or 1h30m"
                )
            }
        case .integer(let range):
            guard let number = Int(text), range.contains(number) else {
                throw UsageError(
                    "\(place): \"\(shown(text))\" is not a whole number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
        case .choice(let words):
            guard words.contains(text) else {
                throw UsageError(
                    "\(place): \"\(shown(text))\" is not one of \(words.joined(separator: ", "))"
                )
            }
        case .toggle, .mark:
            switch text.lowercased() {
            case "true", "1", "yes", "on": return "true"
            case "false", "0", "no", "off": return "false"
            default: throw UsageError("\(place): \"\(shown(text))\" is not true or false")
            }
        }
        return text
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// A text for a message: short, one line.
    private static func shown(_ text: String) -> String {
        String(text.prefix(80).map { $0.isNewline || $0 == "\0" ? " " : $0 })
    }

    /// The texts of a flag, its default if nothing was said; none when it has no default.
    func texts(_ name: String) -> [String] {
        if let values = values[name] { return values }
        guard let flag = Flag.all.first(where: { $0.name == name }), !flag.standard.isEmpty else {
            return []
        }
        return [flag.standard]
    }

    /// The text of a flag that takes one.
    func text(_ name: String) -> String? { texts(name).first }

    /// Whether a toggle or mark is on.
    func isOn(_ name: String) -> Bool { text(name) == "true" }

    /// The value of a flag that takes a duration.
    func duration(_ name: String) -> Duration { text(name).flatMap(DurationText.read) ?? .zero }

    /// The value of a flag that takes a number.
    func integer(_ name: String) -> Int { text(name).flatMap { Int($0) } ?? 0 }
}
