/// One flag of the command line; the table of all of them drives parsing, help, environment and README.
public struct Flag: Sendable {
    /// What a flag takes.
    public enum Kind: Sendable, Equatable {
        /// A text.
        case text
        /// A text, any number of times; commas separate them in the environment.
        case list
        /// A duration such as `30s`.
        case duration
        /// A whole number in a range.
        case integer(ClosedRange<Int>)
        /// One of some words.
        case choice([String])
        /// `--name` and `--no-name`.
        case toggle
        /// `--name` alone.
        case mark
    }

    /// The group that it stands under in `--help`.
    public let group: String
    /// The name without dashes.
    public let name: String
    /// What it takes.
    public let kind: Kind
    /// What stands for its value in `--help`.
    public let placeholder: String
    /// The default as it would be written; empty for none.
    public let standard: String
    /// What it does, in one sentence.
    public let help: String

    /// The environment variable that sets it, such as `HPCPACK_EXPORTER_HPCPACK_URL`.
    public var environmentVariable: String { Self.environmentVariable(name) }

    /// Whether the variable is read: help and version are asked for by a person, on the command line.
    var hasVariable: Bool { name != "help" && name != "version" }

    /// The longest duration that a flag takes; what lasts longer is a slip.
    static let longestDuration = Duration.seconds(365 * 86_400)

    static func environmentVariable(_ name: String) -> String {
        "HPCPACK_EXPORTER_"
            + name.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    /// Whether it stands alone, without a value.
    var isBare: Bool { kind == .toggle || kind == .mark }

    /// How it is written in `--help`.
    var usage: String {
        switch kind {
        case .toggle: "--[no-]\(name)"
        case .mark: "--\(name)"
        default: "--\(name)=\(placeholder)"
        }
    }
}
