import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An HTTP/1.1 server over plain sockets, with one thread and `poll`.
public final class HTTPServer: Sendable {
    /// Answers an exchange, now or later; runs on the server's thread and must not wait.
    public typealias Handler = @Sendable (HTTPExchange) -> Void
    /// Takes note of a request that was refused before any handler saw it.
    public typealias RefusalHook = @Sendable (HTTPRefusal) -> Void

    private let sockets: [ListeningSocket]
    private let limits: ListenerLimits
    private let handler: Handler
    private let onRefusal: RefusalHook
    private let mailbox: Mailbox
    private let ended: Bell

    /// Binds the addresses and listens; clients wait until `run` or `start`.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen.
    ///   - limits: Every bound.
    ///   - onRefusal: Takes note of what was refused.
    ///   - handler: Answers requests.
    /// - Throws: `ListenerError` when an address cannot be bound.
    public init(
        addresses: [SocketAddress],
        limits: ListenerLimits = .init(),
        onRefusal: @escaping RefusalHook = { _ in },
        handler: @escaping Handler
    ) throws(ListenerError) {
        var sockets: [ListeningSocket] = []
        for address in addresses {
            sockets.append(try ListeningSocket(address, backlog: limits.backlog))
        }
        self.sockets = sockets
        self.limits = limits
        self.handler = handler
        self.onRefusal = onRefusal
        mailbox = try Mailbox()
        ended = try Bell()
    }

    /// The addresses as they were bound, with the ports that the system chose.
    public var addresses: [SocketAddress] { sockets.map(\.address) }

    /// Serves on the calling thread until `stop`.
    public func run() {
        let loop = ServerLoop(sockets, limits, mailbox, onRefusal, handler)
        loop.run()
        ended.ring()
    }

    /// Serves on a thread of its own until `stop`.
    public func start() {
        let box = unsafe Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            },
            box
        )
        guard code == 0 else {
            fatalError("the listener's thread could not be started: error \(code)")
        }
        pthread_detach(thread)
    }

    /// Stops accepting, finishes what is being answered and written, and then ends.
    ///
    /// - Parameter duration: How long that may take; what is left then is cut off.
    public func stop(within duration: Duration) { mailbox.stop(by: .now + duration) }

    /// Waits until serving has ended.
    public func join() { ended.wait() }
}
