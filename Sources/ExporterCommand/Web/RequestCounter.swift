import Basics
import Exposition

/// Counts the requests that the exporter answers, by page and status.
final class RequestCounter: Sendable {
    /// The pages; the values of the label `handler`.
    enum Handler: String, CaseIterable, Sendable {
        case metrics, index, healthy, ready, discovery, other
        /// A request that the listener refused.
        case invalid
    }

    private struct Key: Hashable {
        let handler: Handler
        let code: Int
    }

    private let counts = Mutex<[Key: Int]>([Key(handler: .metrics, code: 200): 0])

    static let metrics: [Metric<RequestCounter>] = [
        Metric(
            "hpcpack_exporter_http_requests_total",
            .counter,
            labels: ["handler", "code"],
            help: "Requests that the exporter answered, by page and HTTP status."
        ) { counter, writer in
            for (key, count) in counter.counts.withLock({ $0 }) {
                writer.sample(LabelValue(key.handler.rawValue), LabelValue(String(key.code)), count)
            }
        }
    ]

    /// Counts one answer.
    func count(_ handler: Handler, _ code: Int) {
        counts.withLock { $0[Key(handler: handler, code: code), default: 0] += 1 }
    }
}
