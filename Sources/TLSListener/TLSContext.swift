import COpenSSL
package import HTTPListener

/// A certificate, its key and the settings of TLS that all connections of a server share.
///
/// TLS 1.2 and 1.3, no renegotiation, no compression; sessions are resumed by tickets.
@safe
// Sendable, unchecked: both objects are set up before the value exists and only read from then on;
// OpenSSL counts the references to a context under a lock of its own (SSL_new(3)), and connections keep
// this value, and with it the methods of their BIOs and the policy for clients, alive.
public final class TLSContext: @unchecked Sendable {
    let context: OpaquePointer
    private let method: OpaquePointer
    /// How clients are judged; freed when no session can refer to it.
    let policy: UnsafeMutablePointer<copenssl_client_policy>?

    /// The certificate of the authority that clients must trust, as PEM text; `nil` for one from a file.
    public let authorityPEM: [UInt8]?

    /// Reads certificate and key from PEM files.
    ///
    /// - Parameters:
    ///   - certificateFile: The certificate, followed by its chain up to an authority.
    ///   - keyFile: Its private key, without a pass phrase.
    /// - Throws: An error that names the file that cannot be used.
    public convenience init(certificateFile: String, keyFile: String) throws(TLSError) {
        try self.init(authorityPEM: nil)
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
            throw TLSError("\(certificateFile) has no certificate that can be used (PEM)")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1 else {
            throw TLSError(
                "\(keyFile) has no private key of this certificate (PEM, without a pass phrase)"
            )
        }
    }

    /// Makes a certificate for a host, signed by a new authority.
    ///
    /// The authority's key is destroyed when this returns: nobody can sign anything else with it.
    ///
    /// - Parameter names: The names and addresses under which clients know the host; at least one.
    /// - Throws: An error for a name that is no host name and no address.
    public convenience init(selfSignedFor names: [String]) throws(TLSError) {
        let authorityKey = try PrivateKey()
        let number = String(UInt32.random(in: .min ... .max), radix: 16)
        let authority = try Certificate(
            authority: "HPC Pack simulator authority \(number)",
            key: authorityKey
        )
        let key = try PrivateKey()
        let host = try Certificate(
            host: names,
            key: key,
            authority: authority,
            authorityKey: authorityKey
        )
        try self.init(authorityPEM: authority.pem())
        guard unsafe SSL_CTX_use_certificate(context, host.pointer) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, key.pointer) == 1
        else { throw TLSError("cannot use the certificate that was made") }
    }

    /// Sets up what `settings` say, with a new key for session tickets.
    ///
    /// - Parameter settings: What to offer, and what to ask of clients.
    /// - Throws: The part that cannot be used, and why.
    public convenience init(_ settings: TLSServerSettings) throws(TLSServerSettings.Failure) {
        do throws(TLSError) {
            try self.init(
                authorityPEM: nil,
                verifiesClients: settings.clientAuthentication == .none
                    ? nil : settings.clientAuthentication.verifies
            )
        } catch {
            throw TLSServerSettings.Failure(part: .other, reason: error.message)
        }
        try apply(settings)
    }

    private init(
        authorityPEM: [UInt8]?,
        verifiesClients: Bool? = nil
    ) throws(TLSError) {
        let policy = unsafe verifiesClients.flatMap { unsafe copenssl_new_policy($0 ? 1 : 0) }
        guard let method = unsafe copenssl_new_socket_method() else {
            unsafe copenssl_free_policy(policy)
            throw TLSError("cannot set up OpenSSL")
        }
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            unsafe BIO_meth_free(method)
            unsafe copenssl_free_policy(policy)
            throw TLSError("cannot set up OpenSSL")
        }
        unsafe self.policy = policy
        unsafe self.method = method
        unsafe self.context = context
        self.authorityPEM = authorityPEM
        guard unsafe copenssl_configure(context) == 1 else {
            throw TLSError("this OpenSSL does not know TLS 1.2 and 1.3")
        }
    }

    deinit {
        unsafe SSL_CTX_free(context)
        unsafe BIO_meth_free(method)
        unsafe copenssl_free_policy(policy)
    }

    /// Returns the transport of a client that was accepted, for `HTTPServer`.
    ///
    /// - Parameters:
    ///   - socket: The connected socket, on which no byte has been transferred.
    ///   - handshakeTimeout: How long the handshake may take.
    /// - Returns: The transport.
    package func makeTransport(
        _ socket: consuming Descriptor,
        handshakeTimeout: Duration
    ) -> any ByteTransport {
        TLSTransport(
            PlainTransport(socket),
            context: self,
            deadline: ContinuousClock.now + handshakeTimeout
        )
    }

    /// Creates the TLS session of a connection, over a socket that it does not own; `nil` without memory.
    func makeSession(over socket: Int32) -> OpaquePointer? {
        guard let session = unsafe SSL_new(context) else { return nil }
        guard let bio = unsafe copenssl_new_socket(method, socket) else {
            unsafe SSL_free(session)
            return nil
        }
        // The session owns the BIO from here on.
        unsafe SSL_set_bio(session, bio, bio)
        unsafe SSL_set_accept_state(session)
        return unsafe session
    }
}

/// Why TLS could not be set up.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, where, and what to do, in one sentence.
    public let message: String

    /// The message.
    public var description: String { message }

    /// Creates an error.
    ///
    /// - Parameter message: What went wrong, in one sentence.
    public init(message: String) { self.message = message }

    /// Creates an error with the last reason that OpenSSL recorded on this thread.
    init(_ what: String) {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        // The text of a reason lives as long as the library.
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            self.init(message: what)
            return
        }
        self.init(message: unsafe "\(what): \(String(cString: reason))")
    }
}
