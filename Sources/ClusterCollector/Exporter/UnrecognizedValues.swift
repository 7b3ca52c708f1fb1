import Basics
import HPCPackClient
import Logging

/// Values that are not in the documented set or cannot be parsed: each is counted, and each distinct one is logged
/// once (rule 5 of docs/metrics.md#rules).
final class UnrecognizedValues: Sendable {
    private struct State {
        var counts: [RowDecoder.Field: Int] = [:]
        var logged: Set<String> = []
    }

    private let state = Mutex(State())
    private let logger: Logger
    /// The most values that are remembered, so that a faulty server cannot fill the memory.
    private static let logLimit = 1000

    init(_ logger: Logger) { self.logger = logger }

    /// The number of such values by field.
    var counts: [RowDecoder.Field: Int] { state.withLock { $0.counts } }

    /// Counts a value, or several of which it is the first.
    func add(_ field: RowDecoder.Field, _ value: String, count: Int = 1) {
        let shown = String(value.prefix(80))
        let isNew = state.withLock { state in
            state.counts[field, default: 0] += count
            guard state.logged.count < Self.logLimit else { return false }
            return state.logged.insert(field.rawValue + "=" + shown).inserted
        }
        if isNew {
            logger.warn(
                "The API sent a value that is not known",
                ["field": field.rawValue, "value": shown]
            )
        }
    }
}
