import Basics

/// How far a first full read is.
public struct ReadProgress: Sendable, Equatable {
    /// The rows that came.
    public let rows: Int
    /// The rows of the whole listing, where the server tells them.
    public let total: Int?
    /// How long the read has taken.
    public let duration: Duration

    /// Describes how far a read is.
    public init(rows: Int, total: Int?, duration: Duration) {
        self.rows = rows
        self.total = total
        self.duration = duration
    }

    /// The rows in a second, on average.
    public var rowsPerSecond: Int {
        Int(clamping: Int64(Double(rows) / max(0.001, duration / .seconds(1))))
    }

    /// The progress in words, such as `1200 of 90000 rows, 400 a second`.
    public var text: String {
        let known = total.map { " of \(max($0, rows))" } ?? ""
        return "\(rows)\(known) rows, \(rowsPerSecond) a second"
    }
}

/// Passes on what is known before a round has ended.
final class InterimUpdates: Sendable {
    private struct Listener {
        var call: (@Sendable (ReadProgress) -> Void)?
        var replacesLog = false
    }

    private let listener = Mutex(Listener())

    /// Whether the listener tells of the progress, so that the log need not.
    var replacesLog: Bool { listener.withLock { $0.replacesLog } }

    /// Sets who is told.
    func listen(replacesLog: Bool, _ call: @escaping @Sendable (ReadProgress) -> Void) {
        listener.withLock { $0 = Listener(call: call, replacesLog: replacesLog) }
    }

    /// Tells the listener.
    func send(_ progress: ReadProgress) { listener.withLock { $0.call }?(progress) }
}
