public import Basics

/// A strict HTTP/1.1 server on one thread.
///
/// ```swift
/// let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) { exchange in
///     exchange.respond(.text(200, "hello\n"))
/// }
/// try server.start()
/// …
/// server.stop(within: .seconds(5))
/// server.join()
/// ```
/// The handler runs on the server's thread, one request at a time, and must return quickly; a response
/// that takes time is given later, from any thread, through the exchange.
public final class HTTPServer: Sendable {
    /// Makes the transport of a client that was accepted.
    package typealias TransportFactory = @Sendable (consuming Descriptor) -> any ByteTransport

    private enum State: Sendable {
        case listening([ListeningSocket])
        case serving
        case ended
    }

    /// The addresses as bound, with the ports that the system chose.
    public let addresses: [SocketAddress]

    private let limits: ListenerLimits
    private let makeTransport: TransportFactory
    private let handler: @Sendable (HTTPExchange) -> Void
    private let onRefusal: @Sendable (HTTPRefusal) -> Void
    private let queue: ResponseQueue
    private let state: Monitor<State>
    private let thread = Mutex<JoinableThread?>(nil)

    /// Binds all addresses and listens at once; clients wait until ``start()``.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen; at least one.
    ///   - limits: The sizes and timeouts.
    ///   - transport: Makes the transport of a client; called on the server's thread.
    ///   - onRefusal: Is told of each request that the listener rejects itself, on the server's thread.
    ///   - handler: Responds to a request; called on the server's thread.
    /// - Throws: An error that names the address that cannot be used, and why.
    package init(
        addresses: [SocketAddress],
        limits: ListenerLimits = .init(),
        transport: @escaping TransportFactory = { PlainTransport($0) },
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) throws(ListenerError) {
        let limits = limits.clamped
        guard !addresses.isEmpty else {
            throw ListenerError(code: .addressSyntax, message: "there is no address to listen on")
        }
        var sockets: [ListeningSocket] = []
        for address in addresses {
            sockets.append(
                try ListeningSocket(
                    address,
                    isIPv6Only: address.isIPv6Only(beside: addresses),
                    backlog: limits.backlog
                )
            )
        }
        self.addresses = sockets.map(\.address)
        self.limits = limits
        makeTransport = transport
        self.handler = handler
        self.onRefusal = onRefusal
        queue = try ResponseQueue()
        state = Monitor(.listening(sockets))
    }

    /// Starts to serve, on a thread of its own; does nothing when the server was started before.
    ///
    /// - Throws: `ThreadError` when there is no thread for it.
    public func start() throws(ThreadError) {
        try thread.withLock { (thread) throws(ThreadError) in
            guard thread == nil else { return }
            thread = try JoinableThread {
                guard var loop = self.makeLoop() else { return }
                loop.run()
                self.state.withLock { $0 = .ended }
            }
        }
    }

    /// Creates the event loop, which is then the only owner of the sockets and can close them; `nil` when
    /// the server was stopped before.
    private func makeLoop() -> EventLoop? {
        let sockets: [ListeningSocket]? = state.withLock { state in
            guard case .listening(let sockets) = state else { return nil }
            state = .serving
            return sockets
        }
        guard let sockets else { return nil }
        return EventLoop(
            acceptor: Acceptor(sockets: sockets, limits: limits, makeTransport: makeTransport),
            queue: queue,
            onRefusal: onRefusal,
            handler: handler
        )
    }

    /// Stops the server, from any thread: no clients are accepted any more, idle connections are closed,
    /// responses to requests that have come are sent; what is left after the given time is reset.
    ///
    /// It returns at once; ``join()`` waits for the end.
    ///
    /// - Parameter time: How long the server may take.
    public func stop(within time: Duration) {
        let isServing = state.withLock { state in
            if case .listening = state { state = .ended }
            if case .serving = state { return true }
            return false
        }
        if isServing { queue.stop(by: ContinuousClock.now + max(time, .zero)) }
    }

    /// Waits until the server has ended; one that was never started ends with ``stop(within:)``.
    public func join() {
        state.wait(until: { if case .ended = $0 { true } else { false } }) { _ in }
        thread.withLock { $0 }?.join()
    }
}
