/// What carries the bytes of one connection: a plain socket, or TLS over it in a module of its own.
///
/// No call waits. A transport is used by the server's thread only.
package protocol ByteTransport: AnyObject {
    /// The descriptor to wait for in `poll`.
    var descriptor: Int32 { get }

    /// When the transport must have come to life, as by a handshake; `nil` once it has.
    var deadline: ContinuousClock.Instant? { get }

    /// Whether bytes have been read from the descriptor but not been given out yet.
    var hasBufferedInput: Bool { get }

    /// Takes bytes from the client.
    ///
    /// - Parameters:
    ///   - buffer: Where they go, from its start on.
    ///   - count: The most to take, at least 1 and at most the buffer's length.
    /// - Returns: What came of it.
    func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome

    /// Gives bytes to the client: the first run, then the second.
    ///
    /// - Returns: What came of it; ``TransferOutcome/ended`` never does.
    func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome

    /// Tells the client that no more bytes come.
    func endOutput()

    /// How many bytes that were given have not reached the client's machine.
    var undelivered: Int { get }

    /// Makes the end of the connection a reset, once the transport goes.
    func resetOnClose()
}

/// What came of an attempt to move bytes.
package enum TransferOutcome: Equatable {
    /// So many bytes moved, at least one.
    case moved(Int)
    /// None can move before the descriptor is ready.
    case blocked(until: Readiness)
    /// The client has ended its sending.
    case ended
    /// The connection is dead.
    case failed
}

/// What a descriptor can be ready for.
package enum Readiness: Equatable {
    case reading
    case writing
}
