import Basics

/// What the requests to the head nodes came to so far, by endpoint.
public final class RequestMetrics: Sendable {
    /// The upper bounds of the request duration buckets, in seconds.
    public static let durationBounds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    /// The figures of one endpoint.
    public struct Figures: Sendable {
        /// Requests by their outcome: an HTTP status, or `timeout`, `refused`, `tls`, `error`.
        public internal(set) var requests: [String: Int] = ["200": 0]
        /// Requests by duration; the last place is above every bound.
        public internal(set) var durations = [Int](
            repeating: 0,
            count: RequestMetrics.durationBounds.count + 1
        )
        /// The sum of the durations, in seconds.
        public internal(set) var durationSum = 0.0
        /// Body bytes, after decompression.
        public internal(set) var bytes = 0
        /// Rows read.
        public internal(set) var rows = 0
        /// Listings begun again after a lost page token.
        public internal(set) var restarts = 0
    }

    private let figures = Mutex<[Endpoint: Figures]>([:])

    init() {
        figures.withLock { table in
            for endpoint in Endpoint.allCases { table[endpoint] = Figures() }
        }
    }

    /// The figures of every endpoint, as of now.
    public func current() -> [Endpoint: Figures] { figures.withLock { $0 } }

    func count(_ endpoint: Endpoint, code: String, duration: Duration, bytes: Int) {
        let seconds = duration / .seconds(1)
        let place = Self.durationBounds.firstIndex { seconds <= $0 } ?? Self.durationBounds.count
        figures.withLock { table in
            table[endpoint, default: Figures()].requests[code, default: 0] += 1
            table[endpoint, default: Figures()].durations[place] += 1
            table[endpoint, default: Figures()].durationSum += seconds
            table[endpoint, default: Figures()].bytes += bytes
        }
    }

    func count(_ endpoint: Endpoint, rows: Int) {
        figures.withLock { $0[endpoint, default: Figures()].rows += rows }
    }

    func countRestart(_ endpoint: Endpoint) {
        figures.withLock { $0[endpoint, default: Figures()].restarts += 1 }
    }
}
