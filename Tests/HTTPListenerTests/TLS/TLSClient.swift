import COpenSSL
import Foundation
import TestSupport

/// A TLS client over a raw one, so that a test decides which bytes go when.
@safe
final class TLSClient {
    enum Received: Equatable {
        case bytes(String)
        /// The server has said that no more comes.
        case end
        /// The connection is over without a word.
        case cut
    }

    let raw: RawClient
    private let context: OpaquePointer
    private let session: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private var taken = 0

    /// Connects, without a handshake; the certificate is not looked at.
    init(port: UInt16, version: Int32 = TLS1_3_VERSION, receiveBuffer: Int32? = nil) throws {
        raw = try RawClient(port: port, receiveBuffer: receiveBuffer)
        guard let context = unsafe SSL_CTX_new(TLS_client_method()),
            let session = unsafe SSL_new(context),
            let input = unsafe BIO_new(BIO_s_mem()), let output = unsafe BIO_new(BIO_s_mem())
        else { throw RawClient.Failure(description: "no TLS") }
        unsafe self.context = context
        unsafe self.session = session
        unsafe self.input = input
        unsafe self.output = output
        unsafe SSL_set_bio(session, input, output)
        unsafe SSL_set_connect_state(session)
        let limits = unsafe (
            SSL_ctrl(session, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version), nil),
            SSL_ctrl(session, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version), nil)
        )
        guard limits == (1, 1) else { throw RawClient.Failure(description: "no such version") }
    }

    deinit {
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
    }

    /// The bytes that the client wants to send.
    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(Int(max(count, 0))))
    }

    /// The first message of a handshake.
    func hello() -> [UInt8] {
        _ = unsafe SSL_do_handshake(session)
        return takeOutput()
    }

    private func flush() throws {
        let bytes = takeOutput()
        if !bytes.isEmpty { try raw.send(bytes) }
    }

    /// Waits for bytes of the server; `false` at the end of the stream.
    private func take() throws -> Bool {
        guard try raw.read() else { return false }
        let bytes = Array(raw.received[taken...])
        taken = raw.received.count
        _ = unsafe BIO_write(input, bytes, Int32(bytes.count))
        return true
    }

    func shakeHands() throws {
        while true {
            let result = unsafe SSL_do_handshake(session)
            try flush()
            if result == 1 { return }
            guard unsafe SSL_get_error(session, result) == SSL_ERROR_WANT_READ, try take() else {
                ERR_clear_error()
                throw RawClient.Failure(description: "the handshake failed")
            }
        }
    }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard unsafe SSL_write(session, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw RawClient.Failure(description: "SSL_write failed")
        }
        try flush()
    }

    func receive() throws -> Received {
        while true {
            var bytes = [UInt8](repeating: 0, count: 32 * 1024)
            let count = unsafe SSL_read(session, &bytes, Int32(bytes.count))
            if count > 0 {
                return .bytes(String(decoding: bytes.prefix(Int(count)), as: UTF8.self))
            }
            switch unsafe SSL_get_error(session, count) {
            case SSL_ERROR_ZERO_RETURN: return .end
            case SSL_ERROR_WANT_READ:
                try flush()
                do {
                    guard try take() else { return .cut }
                } catch let failure as RawClient.Failure where failure.description.contains("recv")
                {
                    return .cut
                }
            default:
                ERR_clear_error()
                return .cut
            }
        }
    }

    /// Everything up to the end, and which end it was.
    func receiveAll() throws -> (text: String, end: Received) {
        var text = ""
        while true {
            let received = try receive()
            guard case .bytes(let more) = received else { return (text, received) }
            text += more
        }
    }

    /// Everything up to and with a text.
    func receive(through mark: String) throws -> String {
        var text = ""
        while !text.contains(mark) {
            guard case .bytes(let more) = try receive() else {
                throw RawClient.Failure(description: "ended after \(text.suffix(100))")
            }
            text += more
        }
        return text
    }

    /// Asks for new keys on both sides (RFC 8446 §4.6.3).
    func updateKeys() throws {
        _ = unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED)
        _ = unsafe SSL_do_handshake(session)
        try flush()
    }

    /// Asks for a new handshake (RFC 5246 §7.4.1.1), which TLS 1.3 does not know.
    func renegotiate() throws {
        _ = unsafe SSL_renegotiate(session)
        _ = unsafe SSL_do_handshake(session)
        try flush()
    }

    /// Says that no more comes.
    func end() throws {
        _ = unsafe SSL_shutdown(session)
        try flush()
    }
}
