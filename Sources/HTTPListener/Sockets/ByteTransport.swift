import Glibc

/// What carries the bytes of one connection: a plain socket, or a protocol over it such as TLS.
///
/// No call waits. A transport is used on the server's thread only.
package protocol ByteTransport: AnyObject {
    /// The descriptor to wait for in `poll`.
    var descriptor: Int32 { get }

    /// When the transport must be established, as by a handshake; `nil` once it is.
    var deadline: ContinuousClock.Instant? { get }

    /// Whether bytes have been read from the descriptor that ``receive(into:atMost:)`` has not returned.
    var hasBufferedInput: Bool { get }

    /// What handlers may know of the transport, such as the identity of the client; see
    /// ``HTTPExchange/transportContext``.
    var context: (any Sendable)? { get }

    /// Receives bytes from the client.
    ///
    /// - Parameters:
    ///   - buffer: Where they are written, from its start on.
    ///   - count: The most bytes, at least 1 and at most the buffer's length.
    /// - Returns: The outcome.
    func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome

    /// Sends bytes to the client: the first run, then the second; the first is not empty.
    ///
    /// - Returns: The outcome, which is never ``TransferOutcome/ended``.
    func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome

    /// Tells the client that no more bytes follow.
    func endOutput()

    /// Makes the connection end with a reset when the transport is released.
    func resetOnClose()
}

extension ByteTransport {
    /// Nothing, for transports about which there is nothing to know.
    package var context: (any Sendable)? { nil }
}

/// The outcome of an attempt to transfer bytes.
package enum TransferOutcome: Equatable {
    /// This many bytes were transferred, at least one.
    case moved(Int)
    /// None can be transferred before the descriptor is ready.
    case blocked(until: Readiness)
    /// The client has ended its sending.
    case ended
    /// The connection has failed.
    case failed
}

/// What a descriptor can be ready for.
package enum Readiness: Equatable {
    case reading
    case writing
}

/// A connected socket in non-blocking mode, without any protocol over it.
package final class PlainTransport: ByteTransport {
    private let socket: Descriptor

    /// Creates a transport that owns a connected socket.
    package init(_ socket: consuming Descriptor) {
        self.socket = socket
    }

    package var descriptor: Int32 { socket.number }

    package var deadline: ContinuousClock.Instant? { nil }

    package var hasBufferedInput: Bool { false }

    package func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome {
        let count = min(count, buffer.count)
        let received = unsafe buffer.withUnsafeMutableBytes { memory in
            unsafe recv(socket.number, memory.baseAddress, count, 0)
        }
        if received > 0 { return .moved(received) }
        return received == 0 ? .ended : Self.outcome(errno, .reading)
    }

    package func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome {
        let sent = unsafe first.withUnsafeBytes { first in
            unsafe second.withUnsafeBytes { second in
                // sendmsg only reads the memory, which both closures keep in place; iovec has no
                // type for that.
                var parts = unsafe (
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress),
                        iov_len: first.count
                    ),
                    iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress),
                        iov_len: second.count
                    )
                )
                return unsafe withUnsafeMutableBytes(of: &parts) { parts in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = parts.baseAddress?.assumingMemoryBound(to: iovec.self)
                    unsafe message.msg_iovlen = .init(2)
                    return unsafe sendmsg(socket.number, &message, SystemCall.noSignal)
                }
            }
        }
        return sent >= 0 ? .moved(sent) : Self.outcome(errno, .writing)
    }

    package func endOutput() {
        // It fails only for a connection that is dead, and the next read shows that.
        _ = shutdown(socket.number, SystemCall.writeSide)
    }

    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        // Should it fail, the connection ends in an orderly way instead.
        _ = unsafe setsockopt(socket.number, SOL_SOCKET, SO_LINGER, &option, size)
    }

    private static func outcome(_ number: Int32, _ readiness: Readiness) -> TransferOutcome {
        switch number {
        case EAGAIN, EINTR: .blocked(until: readiness)
        // The system is short of memory for now: the write deadline bounds how often this is tried.
        case ENOBUFS, ENOMEM: .blocked(until: readiness)
        default: .failed
        }
    }
}
