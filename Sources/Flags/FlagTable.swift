/// Every flag of a program; parsing, environment variables, `--help` and documentation derive from it.
public struct FlagTable: Sendable {
    /// Flags that stand under one heading in `--help`.
    public struct Group: Sendable {
        /// The heading.
        public let name: String
        /// The flags, in the order of `--help`.
        public let flags: [Flag]
        /// What `--help` says below the flags, in whole lines.
        let notes: String

        /// Groups flags under a heading.
        ///
        /// - Parameters:
        ///   - name: The heading.
        ///   - flags: The flags, in the order of `--help`.
        ///   - notes: What `--help` says below them, in whole lines.
        public init(_ name: String, _ flags: [Flag], notes: String = "") {
            self.name = name
            self.flags = flags
            self.notes = notes
        }
    }

    /// The name of the program.
    let program: String
    /// What the program is, in a few words that begin a man page.
    let summary: String
    /// The prefix of the program's environment variables; `nil` when it reads none.
    let environmentPrefix: String?
    /// The flags by heading, in the order of `--help`.
    public let groups: [Group]
    /// Every flag, in the order of `--help`.
    public let flags: [Flag]
    /// Flags that may also be written without dashes as the first argument, such as `check` for `--check`.
    let subcommands: [String]
    /// Names that are no flags although their variables exist, with what to write instead.
    let variablesOnly: [String: String]
    let introduction: String
    let conclusion: String

    /// Describes the command line of a program.
    ///
    /// - Parameters:
    ///   - program: The name of the program.
    ///   - summary: What the program is, in a few words that begin a man page.
    ///   - environmentPrefix: The prefix of its environment variables, such as `HPCPACK_EXPORTER_`; `nil` when it
    ///     reads none.
    ///   - subcommands: Flags that may also be written without dashes as the first argument.
    ///   - variablesOnly: Names that are no flags although their variables exist, with what to write instead.
    ///   - introduction: What `--help` says above the flags, in whole lines: how the program is called, an empty
    ///     line, and what it does.
    ///   - groups: The flags by heading; `Flag.printHelp` and `Flag.printVersion` are among them.
    ///   - conclusion: What `--help` says below the flags, in whole lines.
    public init(
        program: String,
        summary: String,
        environmentPrefix: String? = nil,
        subcommands: [String] = [],
        variablesOnly: [String: String] = [:],
        introduction: String,
        groups: [Group],
        conclusion: String
    ) {
        self.program = program
        self.summary = summary
        self.environmentPrefix = environmentPrefix
        self.subcommands = subcommands
        self.variablesOnly = variablesOnly
        self.introduction = introduction
        self.groups = groups
        self.conclusion = conclusion
        flags = groups.flatMap(\.flags)
    }

    /// The flag with a name, or `nil`.
    func flag(named name: String) -> Flag? { flags.first { $0.name == name } }

    /// The environment variable that sets a flag, or `nil` when none does.
    ///
    /// `--help` and `--version` have none: a person asks for them, on the command line.
    public func variable(of flag: Flag) -> String? {
        [Flag.printHelp.name, Flag.printVersion.name].contains(flag.name)
            ? nil : variable(flag.name)
    }

    private func variable(_ name: String) -> String? {
        environmentPrefix.map { prefix in
            prefix + name.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
        }
    }

    /// Answers `--help`, `-h` and `--version`, and what packages are made with.
    ///
    /// The first three count wherever they stand and whatever stands beside them: help is for those who got something
    /// wrong. `--help-man` and `--completion-script-bash`, named as other exporters name them, and
    /// `--help-environment` stand alone and are not shown by `--help`.
    ///
    /// - Parameter arguments: The arguments without the program's name.
    /// - Returns: The text to print, or `nil` when none of them is among the arguments.
    public func answer(to arguments: [String]) -> String? {
        if arguments.contains("--help") || arguments.contains("-h") { return help }
        if arguments.contains("--version") { return BuildInfo.answer(of: program) + "\n" }
        switch arguments {
        case ["--help-man"]: return manualPage
        case ["--completion-script-bash"]: return bashCompletion
        case ["--help-environment"]: return environmentFile
        default: return nil
        }
    }

    /// The text of `--help`.
    public var help: String {
        var text = introduction
        for group in groups {
            text += "\n\(group.name):\n"
            for flag in group.flags {
                text += "  \(flag.usage)\n" + Self.wrapped(flag.helpWithDefault, indent: 6)
            }
            text += group.notes
        }
        return text + "\n" + conclusion
    }

    /// A text in indented lines that fit a terminal, each with its end.
    public static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = [margin]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > 96 { lines.append(margin) }
            let separator = lines[lines.count - 1].count == indent ? "" : " "
            lines[lines.count - 1] += separator + word
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A hint for each variable that looks like a misspelling of one that is read.
    ///
    /// Other variables with the prefix may belong to others: Kubernetes sets `HPCPACK_EXPORTER_PORT` and more for a
    /// service of that name. No hint repeats what a variable holds.
    public func misspellings(in environment: [String: String]) -> [String] {
        guard let environmentPrefix else { return [] }
        let known = flags.compactMap(variable(of:)) + variablesOnly.keys.compactMap(variable)
        return environment.keys.sorted().compactMap { name in
            guard name.hasPrefix(environmentPrefix), !known.contains(name),
                let nearest = EditDistance.nearest(to: name, in: known), nearest.distance <= 2
            else { return nil }
            return
                "the variable \(name.printable()) is not known and not read; did you mean \(nearest.word)?"
        }
    }
}
