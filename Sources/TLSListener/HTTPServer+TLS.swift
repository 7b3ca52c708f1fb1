public import HTTPListener

extension HTTPServer {
    /// Binds all addresses and listens at once, for clients that speak HTTPS.
    ///
    /// - Parameters:
    ///   - addresses: Where to listen; at least one.
    ///   - limits: The sizes and waits; a handshake may take as long as a request head.
    ///   - tls: Certificate and key.
    ///   - onRefusal: Is told of each answer that the listener gives itself, on the server's thread.
    ///   - handler: Answers a request, on the server's thread.
    /// - Throws: An error that names the address that cannot be used, and says why.
    public convenience init(
        addresses: [SocketAddress],
        limits: ListenerLimits = .init(),
        tls: TLSContext,
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void = { _ in },
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) throws(ListenerError) {
        let timeout = limits.headTimeout
        try self.init(
            addresses: addresses,
            limits: limits,
            transport: { socket in
                TLSTransport(
                    PlainTransport(socket),
                    context: tls,
                    deadline: ContinuousClock.now.advanced(by: timeout)
                )
            },
            onRefusal: onRefusal,
            handler: handler
        )
    }
}
