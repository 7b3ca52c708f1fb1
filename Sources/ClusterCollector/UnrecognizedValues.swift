import Basics
import HPCPackClient
import Logging

/// Values that no documented set holds: counted each time, logged once each (METRICS, rule 5).
final class UnrecognizedValues: Sendable {
    private struct State {
        var counts: [RowDecoder.Field: Int] = [:]
        var logged: Set<String> = []
    }

    private let state = Mutex(State())
    private let logger: Logger
    /// A hostile server must not fill the memory with values to remember.
    private static let mostLogged = 1000

    init(_ logger: Logger) { self.logger = logger }

    /// How often each field held such a value.
    var counts: [RowDecoder.Field: Int] { state.withLock { $0.counts } }

    func add(_ field: RowDecoder.Field, _ value: String) {
        let shown = String(value.prefix(80))
        let isNew = state.withLock { state in
            state.counts[field, default: 0] += 1
            guard state.logged.count < Self.mostLogged else { return false }
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
