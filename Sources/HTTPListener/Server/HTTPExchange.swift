import Synchronization

/// A request that waits for its response.
///
/// It may be responded to from any thread, at any time. When the last reference to an exchange without
/// a response is released, the client gets status 500, so that it does not wait in vain.
public final class HTTPExchange: Sendable {
    /// The request.
    public let request: HTTPRequest

    /// What the client's transport tells about itself; `nil` for plain TCP.
    package let transportContext: (any Sendable)?

    /// The bytes of the client's address: 4 of IPv4, 16 of IPv6; empty when the system does not tell it.
    public let clientAddress: [UInt8]

    private let state: ExchangeState
    private let queue: ResponseQueue

    init(
        request: HTTPRequest,
        transportContext: (any Sendable)?,
        clientAddress: [UInt8],
        state: ExchangeState,
        queue: ResponseQueue
    ) {
        self.request = request
        self.transportContext = transportContext
        self.clientAddress = clientAddress
        self.state = state
        self.queue = queue
    }

    deinit { respond(.text(500, "no answer\n")) }

    /// Whether the client still waits, as far as the listener can tell: `false` once the connection has
    /// failed, or the response is sent.
    ///
    /// A client that has only ended its own sending may wait for the response.
    public var isOpen: Bool { state.isOpen }

    /// Responds to the request; only the first response counts.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - delay: How long the client is kept waiting for it.
    public func respond(_ response: HTTPResponse, after delay: Duration = .zero) {
        guard state.claimResponse() else { return }
        let due = delay > .zero ? ContinuousClock.now + delay : nil
        queue.append(ResponseQueue.Item(exchange: state, response: response, due: due))
    }
}

/// What an exchange shares with its connection; neither keeps the other alive.
final class ExchangeState: Sendable {
    /// The id of the connection.
    let connection: UInt64

    private let hasResponse = Atomic(false)
    private let isClosed = Atomic(false)

    /// Creates the state of a new exchange.
    init(connection: UInt64) { self.connection = connection }

    /// Whether the client still waits for the response or its end.
    var isOpen: Bool { !isClosed.load(ordering: .acquiring) }

    /// Claims the right to respond.
    ///
    /// - Returns: `true` the first time only.
    func claimResponse() -> Bool { !hasResponse.exchange(true, ordering: .acquiringAndReleasing) }

    /// Records that no client waits any more.
    func close() { isClosed.store(true, ordering: .releasing) }
}
