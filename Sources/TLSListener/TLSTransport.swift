import COpenSSL
import HTTPListener

/// TLS over a connected socket in non-blocking mode.
///
/// The first calls of ``receive(into:atMost:)`` or ``send(_:_:)`` perform the handshake, and return what
/// the socket must be ready for. Used by the server's thread only.
@safe
final class TLSTransport: ByteTransport {
    /// The bytes of a record, the most that TLS allows (RFC 8446 §5.1).
    private static let recordBytes = 16 * 1024

    /// How many bytes are sent before other connections are served.
    private static let bytesAtOnce = 16 * recordBytes

    private let plain: PlainTransport
    private let context: TLSContext
    private let session: OpaquePointer?
    private(set) var deadline: ContinuousClock.Instant?

    /// Whether the session has failed, so that nothing can be sent or received any more.
    private var isBroken: Bool

    /// Whether close_notify has to be sent.
    private var owesCloseNotify = false

    /// The size of a record that the socket did not accept whole, which OpenSSL wants to be given again.
    private var unsentRecord = 0
    private var record: [UInt8] = []

    /// Creates a transport over a connected socket, on which no byte has been transferred.
    ///
    /// - Parameters:
    ///   - plain: The socket.
    ///   - context: Certificate and key.
    ///   - deadline: When the handshake must be done.
    init(_ plain: PlainTransport, context: TLSContext, deadline: ContinuousClock.Instant) {
        self.plain = plain
        self.context = context
        self.deadline = deadline
        let session = unsafe context.makeSession(over: plain.descriptor)
        unsafe self.session = session
        isBroken = unsafe session == nil
    }

    deinit {
        guard let session = unsafe session else { return }
        // close_notify is sent unless it was before, the session has failed or it was never established.
        let isSilent =
            unsafe isBroken || deadline != nil || SSL_get_shutdown(session) & SSL_SENT_SHUTDOWN != 0
        if !isSilent {
            ERR_clear_error()
            _ = unsafe SSL_shutdown(session)
        }
        unsafe SSL_free(session)
        ERR_clear_error()
    }

    var descriptor: Int32 { plain.descriptor }

    var hasBufferedInput: Bool {
        guard let session = unsafe session, !isBroken else { return false }
        return unsafe SSL_pending(session) > 0
    }

    func resetOnClose() {
        isBroken = true
        plain.resetOnClose()
    }

    func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome {
        guard let session = unsafe session else { return .failed }
        if let outcome = prepare() { return outcome }
        ERR_clear_error()
        var received = 0
        let room = min(count, buffer.count)
        let result = unsafe buffer.withUnsafeMutableBytes { memory in
            unsafe SSL_read_ex(session, memory.baseAddress, room, &received)
        }
        return result == 1 ? .moved(received) : outcome(of: result)
    }

    func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome {
        guard let session = unsafe session else { return .failed }
        if let outcome = prepare() { return outcome }
        let count = first.count + second.count
        var sent = 0
        while sent < min(count, Self.bytesAtOnce) {
            ERR_clear_error()
            var written = 0
            let size = min(count - sent, Self.recordBytes)
            // The bytes of a record that was not accepted whole are the same when they are given again.
            guard size >= unsentRecord else {
                isBroken = true
                return .failed
            }
            let isLast = sent + size >= min(count, Self.bytesAtOnce)
            unsafe copenssl_set_more(session, isLast ? 0 : 1)
            let result: Int32
            if sent >= first.count {
                let rest = second.extracting(droppingFirst: sent - first.count)
                    .extracting(first: size)
                result = unsafe rest.withUnsafeBytes { memory in
                    unsafe SSL_write_ex(session, memory.baseAddress, memory.count, &written)
                }
            } else {
                fillRecord(first, second, from: sent)
                result = unsafe record.withUnsafeBytes { memory in
                    unsafe SSL_write_ex(session, memory.baseAddress, memory.count, &written)
                }
            }
            guard result == 1 else {
                unsafe copenssl_set_more(session, 0)
                unsentRecord = size
                let outcome = outcome(of: result)
                return outcome != .failed && sent > 0 ? .moved(sent) : outcome
            }
            unsentRecord = 0
            sent += written
        }
        // Connections are many and mostly idle.
        record = []
        return .moved(sent)
    }

    func endOutput() {
        guard !isBroken else { return }
        guard deadline == nil else { return plain.endOutput() }
        owesCloseNotify = true
        _ = sendCloseNotify()
    }

    /// Performs what must precede any transfer: the handshake, or a close_notify that is to be sent.
    ///
    /// - Returns: The outcome of the transfer; `nil` to continue with it.
    private func prepare() -> TransferOutcome? {
        guard let session = unsafe session, !isBroken else { return .failed }
        if deadline != nil {
            ERR_clear_error()
            let result = unsafe SSL_do_handshake(session)
            guard result == 1 else { return outcome(of: result) }
            deadline = nil
        }
        return owesCloseNotify ? sendCloseNotify() : nil
    }

    /// Sends close_notify (RFC 8446 §6.1), so that the client can tell the end from a truncation.
    private func sendCloseNotify() -> TransferOutcome? {
        guard let session = unsafe session else { return .failed }
        ERR_clear_error()
        let result = unsafe SSL_shutdown(session)
        guard result >= 0 else { return outcome(of: result) }
        owesCloseNotify = false
        plain.endOutput()
        return nil
    }

    /// The outcome of a call of OpenSSL that did not succeed.
    private func outcome(of result: Int32) -> TransferOutcome {
        guard let session = unsafe session else { return .failed }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .blocked(until: .reading)
        case SSL_ERROR_WANT_WRITE: return .blocked(until: .writing)
        case SSL_ERROR_ZERO_RETURN: return .ended
        // Malformed records, a client that closed without close_notify, a socket that failed.
        default:
            isBroken = true
            return .failed
        }
    }

    /// Collects the bytes of the next record, so that a small head and its body are sent as one.
    private func fillRecord(_ first: Span<UInt8>, _ second: Span<UInt8>, from start: Int) {
        let count = min(first.count + second.count - start, Self.recordBytes)
        record.removeAll(keepingCapacity: true)
        record.reserveCapacity(count)
        let fromFirst = first.extracting(droppingFirst: min(start, first.count))
            .extracting(first: count)
        let fromSecond = second.extracting(droppingFirst: max(start - first.count, 0))
            .extracting(first: count - fromFirst.count)
        unsafe fromFirst.withUnsafeBytes { unsafe record.append(contentsOf: $0) }
        unsafe fromSecond.withUnsafeBytes { unsafe record.append(contentsOf: $0) }
    }
}
