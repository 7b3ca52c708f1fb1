/// What a server offers in a handshake, and what it asks of its clients.
///
/// Versions, cipher suites and curves have the names that Go gives them, which are those of the web
/// configuration files of Prometheus' exporters.
public struct TLSServerSettings: Sendable, Equatable {
    /// A version of TLS.
    public enum Version: String, CaseIterable, Sendable, Comparable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        /// Whether a version is older than another.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A cipher suite without known weakness.
    public enum CipherSuite: String, CaseIterable, Sendable {
        case aes128GCM = "TLS_AES_128_GCM_SHA256"
        case aes256GCM = "TLS_AES_256_GCM_SHA384"
        case chaCha20 = "TLS_CHACHA20_POLY1305_SHA256"
        case ecdsaAES128GCM = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case rsaAES128GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case ecdsaAES256GCM = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case rsaAES256GCM = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case ecdsaChaCha20 = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        case rsaChaCha20 = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case ecdsaAES128CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
        case rsaAES128CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
        case ecdsaAES256CBC = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
        case rsaAES256CBC = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"

        /// OpenSSL's name of a suite of TLS 1.2 and earlier; `nil` for one of TLS 1.3, where all are offered.
        var cipherListName: String? {
            switch self {
            case .aes128GCM, .aes256GCM, .chaCha20: nil
            case .ecdsaAES128GCM: "ECDHE-ECDSA-AES128-GCM-SHA256"
            case .rsaAES128GCM: "ECDHE-RSA-AES128-GCM-SHA256"
            case .ecdsaAES256GCM: "ECDHE-ECDSA-AES256-GCM-SHA384"
            case .rsaAES256GCM: "ECDHE-RSA-AES256-GCM-SHA384"
            case .ecdsaChaCha20: "ECDHE-ECDSA-CHACHA20-POLY1305"
            case .rsaChaCha20: "ECDHE-RSA-CHACHA20-POLY1305"
            case .ecdsaAES128CBC: "ECDHE-ECDSA-AES128-SHA"
            case .rsaAES128CBC: "ECDHE-RSA-AES128-SHA"
            case .ecdsaAES256CBC: "ECDHE-ECDSA-AES256-SHA"
            case .rsaAES256CBC: "ECDHE-RSA-AES256-SHA"
            }
        }

        /// Whether versions before TLS 1.2 know it.
        var isOfOldVersions: Bool { rawValue.hasSuffix("_CBC_SHA") }
    }

    /// A curve for the exchange of keys.
    public enum Curve: String, CaseIterable, Sendable {
        case p256 = "CurveP256"
        case p384 = "CurveP384"
        case p521 = "CurveP521"
        case x25519 = "X25519"

        /// OpenSSL's name.
        var groupName: String {
            switch self {
            case .p256: "P-256"
            case .p384: "P-384"
            case .p521: "P-521"
            case .x25519: "X25519"
            }
        }
    }

    /// What is asked of the certificate of a client.
    public enum ClientAuthentication: Sendable {
        /// No certificate is asked for.
        case none
        /// One is asked for, and whatever comes is accepted.
        case request
        /// One is asked for, and must lead to an authority when it is sent.
        case verifyIfGiven
        /// One is required, whoever has issued it.
        case requireAny
        /// One that leads to an authority is required.
        case requireAndVerify

        /// Whether a client must send a certificate.
        public var isRequired: Bool { self == .requireAny || self == .requireAndVerify }
        /// Whether a certificate that is sent must lead to an authority.
        public var verifies: Bool { self == .verifyIfGiven || self == .requireAndVerify }
    }

    /// Part of the settings, to tell which one cannot be used.
    public enum Part: Sendable {
        case certificate, key, clientAuthorities, cipherSuites, curves, versions, other
    }

    /// Why settings cannot be used.
    public struct Failure: Error, Sendable, Equatable {
        /// The part that cannot be used.
        public let part: Part
        /// What is wrong with it, to follow its name.
        public let reason: String
    }

    /// The certificate, followed by its chain, as PEM text.
    public var certificate: [UInt8]
    /// The private key of the certificate, without a pass phrase, as PEM text.
    public var key: [UInt8]
    /// What is asked of the certificate of a client.
    public var clientAuthentication = ClientAuthentication.none
    /// The authorities of clients as PEM text; `nil` for those of the system.
    public var clientAuthorities: [UInt8]?
    /// The subject alternative names of which a client's certificate must have one; any will do when empty.
    public var clientNames: [String] = []
    /// The oldest version that is spoken.
    public var minimumVersion = Version.tls12
    /// The newest version that is spoken.
    public var maximumVersion = Version.tls13
    /// The suites of TLS 1.2 and earlier in order of preference; empty for the usual ones.
    public var cipherSuites: [CipherSuite] = []
    /// Whether the server's order of suites counts, not the client's.
    public var prefersOwnCipherSuites = true
    /// The curves in order of preference; empty for the usual ones.
    public var curves: [Curve] = []

    /// Creates settings with everything but certificate and key as usual.
    ///
    /// - Parameters:
    ///   - certificate: The certificate, followed by its chain, as PEM text.
    ///   - key: Its private key as PEM text.
    public init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }

    /// The suites of TLS 1.2 and earlier as OpenSSL lists them; `nil` when there are none.
    var cipherList: String? {
        let isOld = minimumVersion < .tls12
        var suites = cipherSuites
        if suites.isEmpty {
            suites = CipherSuite.allCases.filter { isOld || !$0.isOfOldVersions }
        }
        let names = suites.compactMap(\.cipherListName)
        guard !names.isEmpty else { return nil }
        // The signatures of versions before 1.2 are by SHA-1, which any other level forbids.
        return names.joined(separator: ":") + (isOld ? ":@SECLEVEL=0" : "")
    }
}
