import Basics
import Glibc

/// A strict HTTP/1.1 server on one thread.
///
/// ```swift
/// let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) { exchange in
///     exchange.respond(.text(200, "hello\n"))
/// }
/// server.start()
/// …
/// server.stop(within: .seconds(5))
/// server.join()
/// ```
/// The handler runs on the server's thread, one request at a time, and must return quickly; an answer
/// that takes time is given later, from any thread, through the exchange.
public final class HTTPServer: Sendable {
    private enum State: Sendable {
        case ready([ListeningSocket])
        case running
        case ended
    }

    /// The addresses as bound, with the ports that the system chose.
    public let addresses: [SocketAddress]

    /// Makes what carries the bytes of a client that was accepted.
    package typealias TransportFactory = @Sendable (consuming Descriptor) -> any ByteTransport

    private let limits: ListenerLimits
    private let makeTransport: TransportFactory
    private let handler: @Sendable (HTTPExchange) -> Void
    private let onRefusal: @Sendable (HTTPRefusal) -> Void
    private let mailbox: Mailbox
    private let state: Mutex<State>

    /// Rings on once the server has ended.
    private let end: Bell
    private let thread = Mutex<JoinableThread?>(nil)

    /// Binds all addresses and listens at once; clients wait until ``run()`` or ``start()``.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen; at least one.
    ///   - limits: The sizes and waits.
    ///   - onRefusal: Is told of each answer that the listener gives itself, on the server's thread.
    ///   - handler: Answers a request, on the server's thread.
    /// - Throws: An error that names the address that cannot be used, and says why.
    public convenience init(
        addresses: [SocketAddress],
        limits: ListenerLimits = .init(),
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) throws(ListenerError) {
        try self.init(
            addresses: addresses,
            limits: limits,
            transport: { PlainTransport($0) },
            onRefusal: onRefusal,
            handler: handler
        )
    }

    /// Binds all addresses and listens at once, for clients that speak HTTP over another transport.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen; at least one.
    ///   - limits: The sizes and waits.
    ///   - transport: Makes what carries a client's bytes; called on the server's thread.
    ///   - onRefusal: Is told of each answer that the listener gives itself, on the server's thread.
    ///   - handler: Answers a request, on the server's thread.
    /// - Throws: An error that names the address that cannot be used, and says why.
    package init(
        addresses: [SocketAddress],
        limits: ListenerLimits,
        transport: @escaping TransportFactory,
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) throws(ListenerError) {
        let limits = limits.clamped
        guard !addresses.isEmpty else {
            throw ListenerError(code: .addressSyntax, message: "there is no address to listen on")
        }
        var sockets: [ListeningSocket] = []
        for address in addresses {
            sockets.append(try ListeningSocket(address, backlog: limits.backlog))
        }
        self.addresses = sockets.map(\.address)
        self.limits = limits
        makeTransport = transport
        self.handler = handler
        self.onRefusal = onRefusal
        mailbox = try Mailbox()
        end = try Bell()
        state = Mutex(.ready(sockets))
    }

    /// Serves on the calling thread until ``stop(within:)``; returns at once when it serves already
    /// or has ended.
    public func run() {
        guard var loop = makeLoop() else { return }
        loop.run()
        state.withLock { $0 = .ended }
        end.ring()
    }

    /// Hands the sockets over to a loop, which alone holds them from then on and can close them.
    private func makeLoop() -> ServerLoop? {
        let sockets: [ListeningSocket]? = state.withLock { state in
            guard case .ready(let sockets) = state else { return nil }
            state = .running
            return sockets
        }
        guard let sockets else { return nil }
        return ServerLoop(
            reception: Reception(sockets: sockets, limits: limits, makeTransport: makeTransport),
            limits: limits,
            mailbox: mailbox,
            onRefusal: onRefusal,
            handler: handler
        )
    }

    /// Serves on a thread of its own until ``stop(within:)``.
    public func start() {
        thread.withLock { $0 = JoinableThread { self.run() } }
    }

    /// Ends the server from any thread: nobody is accepted any more, connections at rest are closed,
    /// answers that are owed or under way are finished; what is left after the time given is cut off.
    ///
    /// It returns at once; ``join()`` waits for the end.
    ///
    /// - Parameter time: How long the server may take.
    public func stop(within time: Duration) {
        let wasReady = state.withLock { state in
            guard case .ready = state else { return false }
            state = .ended
            return true
        }
        if wasReady {
            end.ring()
        } else {
            mailbox.stop(by: ContinuousClock.now.advanced(by: max(time, .zero)))
        }
    }

    /// Waits until ``run()`` has ended, on whatever thread, or the server was stopped before it ran.
    public func join() {
        end.wait()
        thread.withLock { $0 }?.join()
    }
}
