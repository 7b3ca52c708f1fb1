import Basics

/// The values of a program's flags, from its command line and its environment, each checked by its flag.
public struct FlagValues: Sendable {
    private let table: FlagTable
    private var values: [String: [String]] = [:]

    /// Reads arguments and environment; a flag wins over its variable.
    ///
    /// - Parameters:
    ///   - table: The flags of the program.
    ///   - arguments: The arguments without the program's name.
    ///   - environment: The whole environment.
    /// - Throws: `UsageError` for what the table does not allow.
    public init(
        _ table: FlagTable,
        arguments: [String],
        environment: [String: String] = [:]
    ) throws(UsageError) {
        self.table = table
        try parse(arguments)
        // The variable of a flag that is given is not looked at: it may hold anything.
        for flag in table.flags where !isGiven(flag.name) {
            guard let variable = table.variable(of: flag), let text = environment[variable],
                !text.isEmpty
            else { continue }
            if flag.kind == .list {
                let parts = text.split(separator: ",").map { String($0.trimmingBlanks()) }
                    .filter { !$0.isEmpty }
                if !parts.isEmpty { values[flag.name] = parts }
            } else {
                values[flag.name] = [try flag.validated(text, from: "the variable \(variable)")]
            }
        }
    }

    /// Parses the arguments.
    ///
    /// An argument that is no flag is named by its number and never repeated: it may be a password.
    private mutating func parse(_ arguments: [String]) throws(UsageError) {
        var arguments = arguments
        if let first = arguments.first, table.subcommands.contains(first) {
            arguments[0] = "--" + first
        }
        var index = 0
        while index < arguments.count {
            let argument = arguments[index] == "-h" ? "--help" : arguments[index]
            index += 1
            guard argument.hasPrefix("--"), argument.utf8.count > 2 else {
                throw UsageError(
                    table.subcommands.contains(argument)
                        ? "the word \(argument) must be the first argument"
                        : "argument \(index) is not expected; flags begin with --, see --help"
                )
            }
            let parts = argument.dropFirst(2).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let name = String(parts[0])
            var text = parts.count > 1 ? String(parts[1]) : nil
            let (flag, isNegated) = try find(name, argument: index)
            if isNegated {
                guard text == nil else { throw UsageError("--\(name) takes no value") }
                text = "false"
            } else if flag.isBoolean {
                text = text ?? "true"
            } else if text == nil, index < arguments.count, !arguments[index].hasPrefix("--") {
                text = arguments[index]
                index += 1
            }
            guard let text else { throw UsageError("--\(name) needs a value: \(flag.usage)") }
            let value = try flag.validated(text, from: "--\(name)")
            if flag.kind == .list {
                values[flag.name, default: []].append(value)
            } else {
                guard flag.isBoolean || !isGiven(flag.name) else {
                    let repeatable = table.flags.filter { $0.kind == .list }.map { "--\($0.name)" }
                    throw UsageError(
                        "--\(flag.name) was given twice; only \(repeatable.joined(separator: " and ")) repeat"
                    )
                }
                values[flag.name] = [value]
            }
        }
    }

    private func find(
        _ name: String,
        argument: Int
    ) throws(UsageError) -> (Flag, isNegated: Bool) {
        if let flag = table.flag(named: name) { return (flag, false) }
        if name.hasPrefix("no-"), let flag = table.flag(named: String(name.dropFirst(3))),
            flag.kind == .toggle
        {
            return (flag, true)
        }
        if let advice = table.variablesOnly[name] { throw UsageError(advice) }
        // Far from every flag it may be something else, such as a password that begins with dashes.
        if let nearest = EditDistance.nearest(to: name, in: table.flags.map(\.name)),
            nearest.distance <= min(4, nearest.word.utf8.count / 3)
        {
            throw UsageError(
                "unknown flag --\(name.printable()); did you mean --\(nearest.word)?"
            )
        }
        let isFlagLike = table.flags.contains { flag in
            guard let dot = flag.name.firstIndex(of: ".") else { return false }
            let prefix = flag.name[...dot]
            return name.hasPrefix(prefix) || name.hasPrefix("no-" + prefix)
        }
        throw UsageError(
            "unknown flag \(isFlagLike ? "--" + name.printable() : "in argument \(argument)"); see --help"
        )
    }

    /// Whether a value was given, on the command line or in the environment.
    public func isGiven(_ name: String) -> Bool { values[name] != nil }

    /// The values of a flag, its default if none was given; empty when it has no default either.
    public func texts(_ name: String) -> [String] {
        guard let flag = table.flag(named: name) else {
            preconditionFailure("there is no flag --\(name)")
        }
        return values[name] ?? flag.defaultValue.map { [$0] } ?? []
    }

    /// The value of a flag that takes one, or its default; `nil` when it has neither.
    public func text(_ name: String) -> String? { texts(name).first }

    /// Whether a boolean flag is on.
    public func isOn(_ name: String) -> Bool { text(name) == "true" }

    /// The value of a flag that takes a duration and has a default.
    public func duration(_ name: String) -> Duration {
        value(name, DurationText.parse)
    }

    /// The value of a flag that takes a whole number; it has a default or was given.
    public func integer(_ name: String) -> Int { value(name) { Int($0) } }

    /// The value of a flag that takes a number; it has a default or was given.
    public func decimal(_ name: String) -> Double { value(name) { Double($0) } }

    /// The value of a flag that takes a choice; it has a default or was given.
    public func choice<Choice: RawRepresentable<String>>(_ name: String) -> Choice {
        value(name, Choice.init(rawValue:))
    }

    private func value<Value>(_ name: String, _ parse: (String) -> Value?) -> Value {
        guard let value = text(name).flatMap(parse) else {
            preconditionFailure("--\(name) has no default, or is of another kind")
        }
        return value
    }
}

/// Why a command line or an environment cannot be used: one sentence.
public struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, where, and what to write instead.
    public let description: String

    /// Explains what is wrong, where, and what to write instead.
    public init(_ description: String) { self.description = description }
}
