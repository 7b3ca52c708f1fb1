import Basics
import TLSListener

/// The section `tls_server_config` of a web configuration file.
struct TLSSection {
    let settings: TLSServerSettings
    let context: TLSContext

    private static let keys = [
        "cert_file", "key_file", "cert", "key", "client_auth_type", "client_ca_file", "client_ca",
        "client_allowed_sans", "min_version", "max_version", "cipher_suites",
        "prefer_server_cipher_suites", "curve_preferences",
    ]

    private enum ClientAuthType: String, CaseIterable {
        case none = "NoClientCert"
        case request = "RequestClientCert"
        case requireAny = "RequireAnyClientCert"
        /// The older name of ``requireAny``.
        case require = "RequireClientCert"
        case verifyIfGiven = "VerifyClientCertIfGiven"
        case requireAndVerify = "RequireAndVerifyClientCert"

        var authentication: TLSServerSettings.ClientAuthentication {
            switch self {
            case .none: .none
            case .request: .request
            case .requireAny, .require: .requireAny
            case .verifyIfGiven: .verifyIfGiven
            case .requireAndVerify: .requireAndVerify
            }
        }
    }

    /// Reads the section; `nil` when it is missing or empty, so that TLS is not spoken.
    ///
    /// - Parameters:
    ///   - node: The section.
    ///   - path: The file, which paths in it begin from.
    ///   - read: Reads a file that it names.
    /// - Throws: The first thing that cannot be used.
    init?(
        _ node: YAMLNode?,
        in path: String,
        read: (String) throws(FileContents.Failure) -> [UInt8]
    ) throws(WebConfigurationError) {
        let section = try SectionReader(
            node,
            name: "tls_server_config",
            in: path,
            known: Self.keys
        )
        guard section.keys.contains(where: { section.node($0) != nil }) else { return nil }
        func pem(_ fileKey: String, inline key: String) throws(WebConfigurationError) -> [UInt8]? {
            guard let name = try section.text(fileKey) else {
                return try section.text(key).map { Array($0.utf8) }
            }
            do throws(FileContents.Failure) {
                return try read(Self.resolve(name, beside: path))
            } catch {
                throw section.error(fileKey, "the file cannot be read: \(error)")
            }
        }
        guard let certificate = try pem("cert_file", inline: "cert") else {
            throw section.error("cert_file", "TLS needs cert_file or cert", line: section.line)
        }
        guard let key = try pem("key_file", inline: "key") else {
            throw section.error("key_file", "TLS needs key_file or key", line: section.line)
        }
        var settings = TLSServerSettings(certificate: certificate, key: key)
        settings.minimumVersion =
            try section.choice("min_version", TLSServerSettings.Version.self) ?? .tls12
        settings.maximumVersion =
            try section.choice("max_version", TLSServerSettings.Version.self) ?? .tls13
        guard settings.minimumVersion <= settings.maximumVersion else {
            throw section.error("max_version", "it is below min_version")
        }
        settings.cipherSuites = try section.choices(
            "cipher_suites",
            TLSServerSettings.CipherSuite.self
        )
        settings.prefersOwnCipherSuites = try section.bool("prefer_server_cipher_suites") ?? true
        settings.curves = try section.choices("curve_preferences", TLSServerSettings.Curve.self)
        settings.clientAuthorities = try pem("client_ca_file", inline: "client_ca")
        let type = try section.choice("client_auth_type", ClientAuthType.self) ?? .none
        settings.clientAuthentication = type.authentication
        let authority = section.node("client_ca_file") == nil ? "client_ca" : "client_ca_file"
        guard settings.clientAuthorities == nil || type != .none else {
            throw section.error(authority, "it means nothing without client_auth_type")
        }
        if let names = try section.texts("client_allowed_sans") {
            guard settings.clientAuthentication.isRequired else {
                throw section.error(
                    "client_allowed_sans",
                    "it needs the client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert"
                )
            }
            guard !names.isEmpty else {
                throw section.error("client_allowed_sans", "an empty list admits nobody")
            }
            settings.clientNames = names.map(\.text)
        }
        self.settings = settings
        do throws(TLSServerSettings.Failure) {
            context = try TLSContext(settings)
        } catch {
            throw section.error(Self.key(of: error.part, section, authority), "it \(error.reason)")
        }
    }

    /// The key of what OpenSSL cannot use.
    private static func key(
        of part: TLSServerSettings.Part,
        _ section: SectionReader,
        _ authority: String
    ) -> String {
        switch part {
        case .certificate: section.node("cert_file") == nil ? "cert" : "cert_file"
        case .key: section.node("key_file") == nil ? "key" : "key_file"
        case .clientAuthorities: authority
        case .cipherSuites: "cipher_suites"
        case .curves: "curve_preferences"
        case .versions: "max_version"
        case .other: "cert_file"
        }
    }

    /// A path that is relative to the folder of a file.
    private static func resolve(_ name: String, beside path: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return name
        }
        return String(path[...slash]) + name
    }
}
