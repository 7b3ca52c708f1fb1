import COpenSSL
import HTTPListener

/// The bytes of a connection in TLS records, over a socket that does not block.
///
/// The handshake happens inside the first calls of ``receive(into:atMost:)`` or ``send(_:_:)``, which
/// say what the socket must be ready for. Used by the server's thread only.
@safe
final class TLSTransport: ByteTransport {
    /// How many bytes go into a record, and the most that TLS allows (RFC 8446 §5.1).
    private static let recordBytes = 16 * 1024

    /// How many bytes are sent before other clients are looked after.
    private static let bytesAtOnce = 16 * recordBytes

    private let plain: PlainTransport
    private let context: TLSContext
    private let session: OpaquePointer?
    private(set) var deadline: ContinuousClock.Instant?

    /// Whether nothing can be sent or received any more.
    private var isBroken: Bool
    private var owesEnd = false

    /// The size of a record that the socket did not take whole; OpenSSL wants it given again.
    private var unsentRecord = 0
    private var record: [UInt8] = []

    /// Takes over a connected socket, on which no byte has moved.
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
        // A connection that ends at rest says so; one that is broken or reset has nothing to say.
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

    var undelivered: Int { plain.undelivered }

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
            fillRecord(first, second, from: sent)
            guard record.count >= unsentRecord else {
                isBroken = true
                return .failed
            }
            ERR_clear_error()
            var written = 0
            let result = unsafe record.withUnsafeBytes { memory in
                unsafe SSL_write_ex(session, memory.baseAddress, memory.count, &written)
            }
            guard result == 1 else {
                unsentRecord = record.count
                let outcome = outcome(of: result)
                return outcome != .failed && sent > 0 ? .moved(sent) : outcome
            }
            unsentRecord = 0
            sent += written
        }
        // Connections are many and mostly at rest.
        record = []
        return .moved(sent)
    }

    func endOutput() {
        guard !isBroken else { return }
        guard deadline == nil else { return plain.endOutput() }
        owesEnd = true
        _ = sendEnd()
    }

    /// Does what must come before any byte: the handshake, or the end that is still to be said.
    ///
    /// - Returns: What the transfer comes to instead; `nil` to go on.
    private func prepare() -> TransferOutcome? {
        guard let session = unsafe session, !isBroken else { return .failed }
        if deadline != nil {
            ERR_clear_error()
            let result = unsafe SSL_do_handshake(session)
            guard result == 1 else { return outcome(of: result) }
            deadline = nil
        }
        return owesEnd ? sendEnd() : nil
    }

    /// Sends close_notify (RFC 8446 §6.1), so that the client can tell the end from a cut.
    private func sendEnd() -> TransferOutcome? {
        guard let session = unsafe session else { return .failed }
        ERR_clear_error()
        let result = unsafe SSL_shutdown(session)
        guard result >= 0 else { return outcome(of: result) }
        owesEnd = false
        plain.endOutput()
        return nil
    }

    /// What a call of OpenSSL came to that did not succeed.
    private func outcome(of result: Int32) -> TransferOutcome {
        guard let session = unsafe session else { return .failed }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .blocked(until: .reading)
        case SSL_ERROR_WANT_WRITE: return .blocked(until: .writing)
        case SSL_ERROR_ZERO_RETURN: return .ended
        // Broken records, a client that hung up without a word, a socket that died.
        default:
            isBroken = true
            return .failed
        }
    }

    /// Puts the next record's bytes together, so that a small head and its body go as one.
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
