import Basics
public import Exposition

/// Counts the requests to the head nodes, by operation.
public final class RequestMetrics: Sendable {
    /// The upper bounds of the request duration buckets, in seconds.
    public static let durationBounds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// The figures of one operation.
    public struct Figures: Sendable {
        /// Requests by their outcome: an HTTP status, or `timeout`, `refused`, `tls`, `error`.
        public internal(set) var requests: [String: Int] = ["200": 0]
        /// Requests by duration, in seconds.
        public internal(set) var durations = HistogramValue(bounds: durationBounds)
        /// Body bytes, after decompression.
        public internal(set) var bytes = 0
        /// Rows read.
        public internal(set) var rows = 0
        /// Listings begun again after a lost page token.
        public internal(set) var restarts = 0
        /// Pages asked for by `startRow`, because no page token came or one was lost.
        public internal(set) var pagesByRow = 0
    }

    private let figures = Mutex(
        Dictionary(uniqueKeysWithValues: APIOperation.allCases.map { ($0, Figures()) })
    )

    init() {}

    /// The figures of every operation, as of now.
    public func current() -> [APIOperation: Figures] { figures.withLock { $0 } }

    /// Counts a request.
    func record(
        _ operation: APIOperation,
        code: String,
        duration: Duration,
        bytes: Int,
        rows: Int
    ) {
        update(operation) { figures in
            figures.requests[code, default: 0] += 1
            figures.durations.observe(duration / .seconds(1))
            figures.bytes += bytes
            figures.rows += rows
        }
    }

    /// Counts a listing that begins again.
    func recordRestart(_ operation: APIOperation) { update(operation) { $0.restarts += 1 } }

    /// Counts a page that was read by `startRow`.
    func recordPageByRow(_ operation: APIOperation) { update(operation) { $0.pagesByRow += 1 } }

    private func update(_ operation: APIOperation, _ body: (inout Figures) -> Void) {
        figures.withLock { body(&$0[operation, default: Figures()]) }
    }
}
