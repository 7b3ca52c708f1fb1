import Basics
import Exposition

/// How many requests the exporter answered, by page and status.
final class RequestCounter: Sendable {
    /// The pages: the fixed set of the `handler` label.
    enum Handler: String, CaseIterable, Sendable {
        case metrics, index, healthy, ready, other
        /// A request that is not HTTP as it should be.
        case invalid
    }

    private struct Key: Hashable {
        let handler: Handler
        let code: Int
    }

    private let counts = Mutex<[Key: Int]>([Key(handler: .metrics, code: 200): 0])

    static let descriptor = MetricDescriptor(
        "hpcpack_exporter_http_requests_total",
        .counter,
        labels: ["handler", "code"],
        help: "Requests that the exporter answered, by page and HTTP status."
    )

    func count(_ handler: Handler, _ code: Int) {
        counts.withLock { $0[Key(handler: handler, code: code), default: 0] += 1 }
    }

    var family: MetricFamily {
        let counts = counts.withLock { $0 }
        return MetricFamily(Self.descriptor) { writer in
            for (key, count) in counts {
                writer.sample(LabelValue(key.handler.rawValue), LabelValue(String(key.code)), count)
            }
        }
    }
}
