import CCurl
import CPeerCertificate

/// Why TLS with a head node failed.
enum TLSFailure: Sendable, Equatable {
    /// The certificate has expired.
    case expired
    /// The certificate is not valid yet.
    case notYetValid
    /// The certificate does not carry the name of the host, or the one that was demanded.
    case wrongName
    /// Nobody who is trusted has issued the certificate; that includes self-signed ones.
    case unknownAuthority
    /// The certificate is none of those that were given by fingerprint.
    case notPinned
    /// A key or a signature is too weak.
    case weakKey
    /// The certificate is not made for servers.
    case wrongPurpose
    /// The certificate was revoked.
    case revoked
    /// The certificate is not accepted for a rare reason, as OpenSSL numbers them (`X509_V_ERR_…`).
    case rejected(Int)
    /// The two sides have no version of TLS in common.
    case oldProtocol
    /// The server asks for a certificate of the client.
    case clientCertificateWanted
    /// The port answers, and not with TLS.
    case notTLS
    /// The server ended the handshake with an alert.
    case refused
    /// The file of the authorities cannot be used.
    case unusableAuthorities
    /// Anything else, by libcurl's code.
    case other(Int)

    /// Finds out why a transfer failed; `nil` when TLS is not the reason.
    ///
    /// - Parameters:
    ///   - code: libcurl's code.
    ///   - message: libcurl's message, which may hold a secret; it is compared with known words and not kept.
    ///   - verifier: What is known of the certificate; `nil` with another TLS library than OpenSSL.
    init?(code: CURLcode, message: String, verifier: CertificateVerifier?) {
        self.init(
            code: code,
            message: message,
            verifyError: verifier?.error,
            wantsClientCertificate: verifier?.wantsClientCertificate ?? false
        )
    }

    /// Finds out why a transfer failed; `nil` when TLS is not the reason.
    ///
    /// - Parameters:
    ///   - code: libcurl's code.
    ///   - message: libcurl's message.
    ///   - verifyError: Why the certificate was not accepted (`X509_V_ERR_…`, 0 for none); `nil` when unknown.
    ///   - wantsClientCertificate: Whether the server asked for a certificate of the client.
    init?(code: CURLcode, message: String, verifyError: Int?, wantsClientCertificate: Bool) {
        switch code {
        case CURLE_OK: return nil
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE: self = .unusableAuthorities
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING:
            // TLS 1.3 tells only after the handshake that a certificate is missing.
            guard wantsClientCertificate else { return nil }
            self = .clientCertificateWanted
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_USE_SSL_FAILED, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CLIENTCERT:
            if let verifyError, verifyError != 0 {
                self.init(verifyError: verifyError)
            } else if let failure = Self(words: message.lowercased(), wantsClientCertificate) {
                self = failure
            } else if code == CURLE_PEER_FAILED_VERIFICATION {
                // OpenSSL accepted the certificate and libcurl its name not.
                self = verifyError == nil ? .unknownAuthority : .wrongName
            } else {
                self = .other(Int(code.rawValue))
            }
        default: return nil
        }
    }

    private init(verifyError: Int) {
        self =
            switch verifyError {
            case 10: .expired
            case 9: .notYetValid
            case 62, 63, 64: .wrongName
            case 2, 18, 19, 20, 21: .unknownAuthority
            case 66, 67, 68: .weakKey
            case 23: .revoked
            case 26, 79: .wrongPurpose
            case Int(PEER_CERTIFICATE_NOT_PINNED): .notPinned
            default: .rejected(verifyError)
            }
    }

    /// What OpenSSL says of a handshake that failed, in the versions 1.1 to 3.5.
    private init?(words: String, _ wantsClientCertificate: Bool) {
        func says(_ parts: String...) -> Bool { parts.contains { words.contains($0) } }
        if says(
            "wrong version number",
            "packet length too long",
            "record layer failure",
            "unknown protocol"
        ) {
            self = .notTLS
        } else if says(
            "unsupported protocol",
            "alert protocol version",
            "no protocols available",
            "legacy"
        ) {
            self = .oldProtocol
        } else if says("key too small", "md too weak", "key too weak", "dh key", "weak") {
            self = .weakKey
        } else if says("certificate required", "alert bad certificate") || wantsClientCertificate {
            self = .clientCertificateWanted
        } else if says("alert", "eof", "reset") {
            self = .refused
        } else {
            return nil
        }
    }

    /// What is wrong, as a part of a sentence.
    var reason: String {
        switch self {
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet"
        case .wrongName: "the certificate does not carry the name asked for"
        case .unknownAuthority:
            "the certificate is self-signed or its authority is unknown here"
        case .notPinned: "the certificate is none of --hpcpack.certificate-sha256"
        case .weakKey: "a key or signature of the server is too weak for this system's policy"
        case .wrongPurpose: "the certificate is not made for servers"
        case .revoked: "the certificate was revoked"
        case .rejected(let number): "the certificate is not accepted, OpenSSL's reason \(number)"
        case .oldProtocol: "the server speaks no version of TLS that this system allows"
        case .clientCertificateWanted:
            "the server asks for a certificate of the client, and the exporter sends none"
        case .notTLS: "the port does not speak TLS"
        case .refused: "the server ended the handshake"
        case .unusableAuthorities: "the file of the authorities cannot be used"
        case .other(let code): "libcurl's code is \(code)"
        }
    }

    /// What to do about it, as a part of a sentence.
    var advice: String {
        switch self {
        case .expired: "renew it on the head node, and check the clocks of both machines"
        case .notYetValid: "check the clocks of both machines"
        case .wrongName:
            "use a host name in --hpcpack.url that it carries, or give the one that it carries with "
                + "--hpcpack.server-name"
        case .unknownAuthority:
            "give the authority, or the self-signed certificate, with --hpcpack.ca-file (certlm.msc, Personal, "
                + "export as Base-64), or the certificate's fingerprint with --hpcpack.certificate-sha256"
        case .notPinned:
            "if the head node has a new certificate, give its fingerprint; if not, somebody else answers"
        case .weakKey:
            "give the head node a certificate with an RSA key of at least 2048 bits and SHA-256"
        case .wrongPurpose:
            "give the head node a certificate for server authentication, or this one's fingerprint with "
                + "--hpcpack.certificate-sha256"
        case .revoked, .rejected: "give the head node a new certificate"
        case .oldProtocol: "turn on TLS 1.2 or later on the head node"
        case .clientCertificateWanted:
            "turn client certificates off for the REST service, or for the proxy in front of it"
        case .notTLS: "write http:// in --hpcpack.url, or the port of HTTPS (443)"
        case .refused:
            "look for its reason in the System event log of the head node (Schannel)"
        case .unusableAuthorities: "check --hpcpack.ca-file, or install ca-certificates"
        case .other: "check that --hpcpack.url names the HTTPS port of the head node (443)"
        }
    }
}
