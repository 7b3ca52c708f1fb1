import CSockets
import Glibc

/// The bytes of a connection as they are, over a socket that does not block.
package final class PlainTransport: ByteTransport {
    private let socket: Descriptor

    /// Takes over a connected socket.
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

    package var undelivered: Int {
        var count: Int32 = 0
        return unsafe ioctl(socket.number, CSOCKETS_SIOCOUTQ, &count) == 0 ? Int(count) : 0
    }

    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        // Should it fail, the connection ends in good order instead.
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
