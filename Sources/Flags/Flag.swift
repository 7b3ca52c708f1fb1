import Basics

/// A flag of a command line: its name, what it takes and what it does.
public struct Flag: Sendable {
    /// What a flag takes.
    public enum Kind: Sendable, Equatable {
        /// A text.
        case text
        /// A text, any number of times; commas separate them in the environment.
        case list
        /// A duration such as `30s`, above zero and up to a year.
        case duration
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// A number of decimal digits, with or without a fraction.
        case decimal
        /// One of some words.
        case choice([String])
        /// `--name` and `--no-name`.
        case toggle
        /// `--name` alone.
        case presence
    }

    /// The name without its dashes.
    public let name: String
    /// What it takes.
    public let kind: Kind
    /// The default as it would be written; `nil` for none.
    public let defaultValue: String?
    /// What it does, in one sentence or more.
    public let help: String
    /// What stands for its value; empty when it takes none.
    let placeholder: String

    /// Describes a flag.
    ///
    /// - Parameters:
    ///   - name: The name without its dashes.
    ///   - kind: What it takes.
    ///   - placeholder: What stands for its value in `--help`; `nil` for that of the kind.
    ///   - defaultValue: The default as it would be written; `nil` for none. A toggle needs one.
    ///   - help: What it does.
    public init(
        _ name: String,
        _ kind: Kind,
        _ placeholder: String? = nil,
        default defaultValue: String? = nil,
        help: String
    ) {
        self.name = name
        self.kind = kind
        let kindPlaceholder =
            switch kind {
            case .text, .list: "TEXT"
            case .duration: "DURATION"
            case .integer, .decimal: "N"
            case .choice(let words): words.joined(separator: "|")
            case .toggle, .presence: ""
            }
        self.placeholder = placeholder ?? kindPlaceholder
        self.defaultValue = kind == .presence ? "false" : defaultValue
        self.help = help
    }

    /// `--help`, which each program has.
    public static let printHelp = Flag("help", .presence, help: "Print this and exit.")
    /// `--version`, which each program has.
    public static let printVersion = Flag("version", .presence, help: "Print the version and exit.")

    /// Whether it stands alone, without a value.
    var isBoolean: Bool { kind == .toggle || kind == .presence }

    /// What it does, and its default where it has one.
    var helpWithDefault: String {
        guard let defaultValue, kind != .presence else { return help }
        return help + " Default: \(defaultValue)."
    }

    /// How it is written in `--help`, such as `--hpcpack.timeout=DURATION`.
    public var usage: String {
        switch kind {
        case .toggle: "--[no-]\(name)"
        case .presence: "--\(name)"
        default: "--\(name)=\(placeholder)"
        }
    }

    /// The longest duration that a flag takes; a longer one is a slip.
    private static let longestDuration = Duration.seconds(365 * 86_400)

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - text: The value as it was given.
    ///   - source: The flag or the variable that it was given by, for the message.
    /// - Returns: The value, that of a boolean flag as `true` or `false`.
    /// - Throws: `UsageError` when the flag does not take the value.
    func validated(_ text: String, from source: String) throws(UsageError) -> String {
        let quoted = "\(source): \"\(text.printable())\""
        switch kind {
        case .text, .list:
            guard !text.isEmpty else { throw UsageError("\(source) needs a value: \(usage)") }
        case .duration:
            guard let duration = DurationText.parse(text), duration > .zero else {
                throw UsageError(
                    "\(quoted) is not a duration above zero such as 500ms, 30s or 1h30m"
                )
            }
            guard duration <= Self.longestDuration else {
                throw UsageError(
                    "\(quoted) is longer than \(DurationText.format(Self.longestDuration))"
                )
            }
        case .integer(let range):
            // Int takes a plus sign as well.
            let digits = range.lowerBound < 0 && text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard digits.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text),
                range.contains(number)
            else {
                throw UsageError("\(quoted) is not a whole number\(Self.bounds(range))")
            }
        case .decimal:
            guard text.decimalNumber != nil else {
                throw UsageError("\(quoted) is not a number")
            }
        case .choice(let words):
            guard words.contains(text) else {
                throw UsageError(
                    "\(quoted) is not \(words.count > 1 ? "one of " : "")\(words.joined(separator: ", "))"
                )
            }
        case .toggle, .presence:
            switch text.lowercased() {
            case "true", "1", "yes", "on": return "true"
            case "false", "0", "no", "off": return "false"
            default: throw UsageError("\(quoted) is not true or false")
            }
        }
        return text
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let least, .max): " of at least \(least)"
        case (let least, let most): " from \(least) to \(most)"
        }
    }
}

extension String {
    /// The text in a form for a message on a terminal: one line, at most `limit` characters, and a blank in the
    /// place of each character that would steer the terminal.
    public func printable(limit: Int = 80) -> String {
        var printable = UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: printable.append(" ")
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }
}
