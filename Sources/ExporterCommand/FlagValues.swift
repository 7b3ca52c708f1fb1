import Basics

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
        let given = try read(arguments)
        // What a flag overrules is not looked at: it may be anything.
        for flag in Flag.all where flag.hasVariable && !given.contains(flag.name) {
            guard let text = environment[flag.environmentVariable], !text.isEmpty else { continue }
            let place = "the variable \(flag.environmentVariable)"
            if flag.kind == .list {
                let parts = text.split(separator: ",").map { String($0.trimmingBlanks()) }.filter {
                    !$0.isEmpty
                }
                if !parts.isEmpty { values[flag.name] = parts }
            } else {
                values[flag.name] = [try Self.checked(text, flag, place)]
            }
        }
    }

    /// Reads the arguments.
    ///
    /// An argument that is no flag is told by its place and never repeated: it may be a password.
    ///
    /// - Returns: The names of the flags that are given.
    private mutating func read(_ arguments: [String]) throws(UsageError) -> Set<String> {
        var given: Set<String> = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index] == "-h" ? "--help" : arguments[index]
            index += 1
            guard argument.hasPrefix("--"), argument.utf8.count > 2 else {
                throw UsageError(
                    argument == "check"
                        ? "the word check must be the first argument"
                        : "argument \(index) is not expected; flags begin with --, see --help"
                )
            }
            let parts = argument.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let name = String(parts[0])
            let attached = parts.count > 1 ? String(parts[1]) : nil
            let (flag, isNegated) = try Self.find(name, at: index)
            let text = try Self.value(flag, name, isNegated, attached, arguments, &index)
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
        return given
    }

    /// The checked text of a flag: attached to it, or the argument after it.
    private static func value(
        _ flag: Flag,
        _ name: String,
        _ isNegated: Bool,
        _ attached: String?,
        _ arguments: [String],
        _ index: inout Int
    ) throws(UsageError) -> String {
        if isNegated {
            guard attached == nil else { throw UsageError("--\(name) takes no value") }
            return "false"
        }
        if flag.isBare { return try checked(attached ?? "true", flag, "--\(name)") }
        if let attached { return try checked(attached, flag, "--\(name)") }
        // Else a forgotten value would swallow the next flag.
        guard index < arguments.count, !arguments[index].hasPrefix("--") else {
            throw UsageError("--\(name) needs a value: \(flag.usage)")
        }
        index += 1
        return try checked(arguments[index - 1], flag, "--\(name)")
    }

    private static func find(
        _ name: String,
        at place: Int
    ) throws(UsageError) -> (Flag, isNegated: Bool) {
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
        // Far from every flag it may be something else, such as a password that begins with dashes.
        if let nearest, nearest.1 <= min(4, nearest.0.utf8.count / 3) {
            throw UsageError("unknown flag --\(shown(name)); did you mean --\(nearest.0)?")
        }
        let isFlagLike = ["hpcpack.", "collector.", "web.", "log."].contains {
            name.hasPrefix($0) || name.hasPrefix("no-" + $0)
        }
        throw UsageError(
            "unknown flag \(isFlagLike ? "--" + shown(name) : "in argument \(place)"); see --help"
        )
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
            guard duration <= Flag.longestDuration else {
                let longest = DurationText.write(Flag.longestDuration)
                throw UsageError("\(place): \"\(shown(text))\" is longer than \(longest)")
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

    /// A hint for each variable that looks like a misspelt one.
    ///
    /// Others that begin alike are nobody's business: Kubernetes sets `HPCPACK_EXPORTER_PORT` and more for a
    /// service of that name. What they hold is never repeated.
    static func hints(_ environment: [String: String]) -> [String] {
        let known =
            Flag.all.filter(\.hasVariable).map(\.environmentVariable) + [
                Flag.passwordVariable
            ]
        return environment.keys.sorted().compactMap { name in
            guard name.hasPrefix(Flag.environmentVariable("")), !known.contains(name) else {
                return nil
            }
            let nearest = known.map { ($0, EditDistance.between($0, name)) }.min { $0.1 < $1.1 }
            guard let nearest, nearest.1 <= 2 else { return nil }
            return
                "the variable \(shown(name)) is not known and not read; did you mean \(nearest.0)?"
        }
    }

    /// A text for a message: short, one line, and nothing that steers a terminal.
    static func shown(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(80) {
            let category = scalar.properties.generalCategory
            let isPlain =
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains(category)
            shown.append(isPlain ? scalar : " ")
        }
        return String(shown)
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
