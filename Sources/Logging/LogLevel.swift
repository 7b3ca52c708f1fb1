/// How much a line of the log matters.
public enum LogLevel: String, Comparable, CaseIterable, Sendable {
    /// For someone who looks for a fault: each request, each decision.
    case debug

    /// What an operator wants to know on a good day.
    case info

    /// Something went wrong and the exporter goes on.
    case warn

    /// Something went wrong that a person must put right.
    case error

    /// Whether the left level matters less than the right one.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}
