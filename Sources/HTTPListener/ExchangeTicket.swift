import Synchronization

/// What an exchange and its connection know in common; neither keeps the other alive.
final class ExchangeTicket: Sendable {
    /// The number of the connection in its server.
    let connection: UInt64

    private let isAnswered = Atomic(false)
    private let isGone = Atomic(false)

    /// Creates the ticket of a new exchange.
    init(connection: UInt64) {
        self.connection = connection
    }

    /// Whether the client still waits for the answer or its end.
    var isOpen: Bool { !isGone.load(ordering: .acquiring) }

    /// Takes the right to answer.
    ///
    /// - Returns: `true` the first time.
    func claim() -> Bool { !isAnswered.exchange(true, ordering: .acquiringAndReleasing) }

    /// Marks that nobody waits any more.
    func close() { isGone.store(true, ordering: .releasing) }
}
