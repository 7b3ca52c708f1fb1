import Foundation

/// A web configuration file, our verdict on it and that of `promtool`.
struct VerdictCase {
    /// How the verdict of promtool relates to ours.
    enum Promtool: Equatable {
        /// It is the same.
        case same
        /// It accepts what we refuse.
        case accepts(String)
        /// It refuses what we accept.
        case refuses(String)
        /// The exporter-toolkit of later releases says the same; that of Debian 12 does not know the key.
        case sameIfNew
        /// Releases differ from each other.
        case differs(String)

        /// What to tell of a difference.
        var note: String {
            switch self {
            case .same: ""
            case .accepts(let note), .refuses(let note), .differs(let note): note
            case .sameIfNew: "a key of newer toolkits"
            }
        }
    }

    let name: String
    let text: String
    /// What our error must say after the path of the file: line, key and reason begin so; `nil` when we accept it.
    let error: String?
    let promtool: Promtool

    init(_ name: String, _ text: String, error: String? = nil, _ promtool: Promtool = .same) {
        self.name = name
        self.text = text
        self.error = error
        self.promtool = promtool
    }

    static let hash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG"

    /// A section of TLS that is right, and more lines.
    static func tls(_ more: String = "", certificate: String = "host.pem", key: String = "host.key")
        -> String
    {
        let lines = more.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "tls_server_config:\n  cert_file: \(certificate)\n  key_file: \(key)\n" + lines
    }

    static let all: [VerdictCase] = files + tlsValues + clients + others

    private static let files: [VerdictCase] = [
        .init("nothing", ""),
        .init("a comment", "# nothing yet\n"),
        .init("certificate and key", tls()),
        .init("an empty TLS section", "tls_server_config:\n"),
        .init("an RSA key", tls(certificate: "rsa.pem", key: "rsa.key")),
        .init("a chain", tls(certificate: "chain.pem", key: "leaf.key")),
        .init("certificate and key in one file", tls(certificate: "both.pem", key: "both.pem")),
        .init(
            "no key",
            "tls_server_config:\n  cert_file: host.pem\n",
            error: ":2: tls_server_config.key_file: TLS needs"
        ),
        .init(
            "no certificate",
            "tls_server_config:\n  key_file: host.key\n",
            error: ":2: tls_server_config.cert_file: TLS needs"
        ),
        .init(
            "a version and no certificate",
            "tls_server_config:\n  min_version: TLS13\n",
            error: ":2: tls_server_config.cert_file: TLS needs",
            .accepts("it would serve without TLS")
        ),
        .init(
            "a missing certificate",
            tls(certificate: "none.pem"),
            error: ":2: tls_server_config.cert_file: the file cannot be read: No such file"
        ),
        .init(
            "a missing key",
            tls(key: "none.key"),
            error: ":3: tls_server_config.key_file: the file cannot be read: No such file"
        ),
        .init(
            "a folder as certificate",
            tls(certificate: "."),
            error: ":2: tls_server_config.cert_file: the file cannot be read: Is a directory"
        ),
        .init(
            "the key of another",
            tls(key: "other.key"),
            error: ":3: tls_server_config.key_file: it has no private key of this certificate"
        ),
        .init(
            "a key with a pass phrase",
            tls(key: "secret.key"),
            error: ":3: tls_server_config.key_file: it has no private key of this certificate"
        ),
        .init(
            "a key as certificate",
            tls(certificate: "host.key"),
            error: ":2: tls_server_config.cert_file: it has no certificate that can be used"
        ),
        .init(
            "a damaged certificate",
            tls(certificate: "damaged.pem"),
            error: ":2: tls_server_config.cert_file: it has no certificate that can be used"
        ),
        .init(
            "an RSA key of 1024 bits",
            tls(certificate: "weak.pem", key: "weak.key"),
            error: ":2: tls_server_config.cert_file: it has no certificate that can be used",
            .accepts("OpenSSL's security level 2 refuses it")
        ),
        .init(
            "certificate and key inline",
            "tls_server_config:\n  cert: |\nCERT\n  key: |\nKEY\n",
            .sameIfNew
        ),
        .init(
            "a damaged inline certificate",
            "tls_server_config:\n  cert: abc\n  key: |\nKEY\n",
            error: ":2: tls_server_config.cert: it has no certificate that can be used"
        ),
        .init(
            "an inline key and a file, which counts",
            tls("key: abc"),
            .sameIfNew
        ),
    ]

    private static let tlsValues: [VerdictCase] =
        ["TLS10", "TLS11", "TLS12", "TLS13"].map {
            .init("min_version \($0)", tls("min_version: \($0)"))
        }
        + ["TLS12", "TLS13"].map { .init("max_version \($0)", tls("max_version: \($0)")) }
        + ["CurveP256", "CurveP384", "CurveP521", "X25519"].map {
            .init("curve \($0)", tls("curve_preferences: [\($0)]"))
        }
        + [
            .init(
                "an unknown version",
                tls("min_version: TLS14"),
                error: #":4: tls_server_config.min_version: "TLS14" is none of TLS10, TLS11"#
            ),
            .init(
                "a version in lower case",
                tls("max_version: tls12"),
                error: #":4: tls_server_config.max_version: "tls12" is none of"#
            ),
            .init(
                "an empty version",
                tls("min_version: ''"),
                .refuses("read as none, like other empty texts")
            ),
            .init(
                "max_version below min_version",
                tls("min_version: TLS13\nmax_version: TLS12"),
                error: ":5: tls_server_config.max_version: it is below min_version",
                .accepts("no handshake could succeed")
            ),
            .init(
                "suites of TLS 1.2",
                tls(
                    "cipher_suites:\n- TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n- TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
                )
            ),
            .init("only a suite of TLS 1.3", tls("cipher_suites: [TLS_AES_128_GCM_SHA256]")),
            .init(
                "only a suite of TLS 1.3, and TLS 1.2",
                tls("max_version: TLS12\ncipher_suites: [TLS_AES_128_GCM_SHA256]"),
                error: ":4: tls_server_config.max_version: it leaves no version",
                .accepts("no handshake could succeed")
            ),
            .init("an empty list of suites", tls("cipher_suites: []")),
            .init(
                "an unknown suite",
                tls("cipher_suites:\n- TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n- RC4"),
                error: #":6: tls_server_config.cipher_suites: "RC4" is none of"#
            ),
            .init(
                "a suite with 3DES",
                tls("cipher_suites: [TLS_RSA_WITH_3DES_EDE_CBC_SHA]"),
                error: ":4: tls_server_config.cipher_suites:"
            ),
            .init(
                "a suite without forward secrecy",
                tls("cipher_suites: [TLS_RSA_WITH_AES_128_GCM_SHA256]"),
                error: ":4: tls_server_config.cipher_suites:",
                .differs("refused by toolkits built with Go 1.22 or later")
            ),
            .init(
                "a text for a list",
                tls("cipher_suites: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                error: ":4: tls_server_config.cipher_suites: a list is expected here"
            ),
            .init(
                "an unknown curve",
                tls("curve_preferences: [P-256]"),
                error: #":4: tls_server_config.curve_preferences: "P-256" is none of CurveP256"#
            ),
            .init("the client's preference", tls("prefer_server_cipher_suites: no")),
            .init(
                "a preference that is no boolean",
                tls("prefer_server_cipher_suites: maybe"),
                error: ":4: tls_server_config.prefer_server_cipher_suites: true or false"
            ),
        ]

    private static let clients: [VerdictCase] =
        [
            "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert",
            "VerifyClientCertIfGiven", "RequireAndVerifyClientCert",
        ].map { .init("client_auth_type \($0)", tls("client_auth_type: \($0)")) } + [
            .init(
                "client certificates with an authority",
                tls("client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: ca.pem")
            ),
            .init(
                "client certificates with an authority inline",
                tls("client_auth_type: RequireAndVerifyClientCert") + "  client_ca: |\nCERT\n",
                .sameIfNew
            ),
            .init(
                "an unknown client_auth_type",
                tls("client_auth_type: Always"),
                error: #":4: tls_server_config.client_auth_type: "Always" is none of"#
            ),
            .init(
                "an authority without client_auth_type",
                tls("client_ca_file: ca.pem"),
                error: ":4: tls_server_config.client_ca_file: it means nothing without"
            ),
            .init(
                "a missing authority",
                tls("client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: none.pem"),
                error: ":5: tls_server_config.client_ca_file: the file cannot be read"
            ),
            .init(
                "an authority without certificates",
                tls("client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: host.key"),
                error: ":5: tls_server_config.client_ca_file: it has no certificate",
                .accepts("nobody could connect")
            ),
            .init(
                "an authority that is damaged",
                tls("client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: damaged.pem"),
                error: ":5: tls_server_config.client_ca_file: it has a certificate that is damaged",
                .accepts("it would be left out without a word")
            ),
            .init(
                "client_auth_type without certificate",
                "tls_server_config:\n  client_auth_type: RequireAnyClientCert\n",
                error: ":2: tls_server_config.cert_file: TLS needs"
            ),
            .init(
                "allowed names",
                tls(
                    "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: ca.pem\nclient_allowed_sans: [a.example]"
                ),
                .sameIfNew
            ),
            .init(
                "allowed names of certificates that need not be sent",
                tls(
                    "client_auth_type: VerifyClientCertIfGiven\nclient_ca_file: ca.pem\nclient_allowed_sans: [a.example]"
                ),
                error: ":6: tls_server_config.client_allowed_sans: it needs the client_auth_type"
            ),
            .init(
                "an empty list of allowed names",
                tls("client_auth_type: RequireAnyClientCert\nclient_allowed_sans: []"),
                error: ":5: tls_server_config.client_allowed_sans: an empty list admits nobody",
                .differs("accepted where the key is known; nobody could connect")
            ),
        ]

    private static let others: [VerdictCase] = [
        .init("HTTP/2 off", "http_server_config:\n  http2: false\n"),
        .init("HTTP/2 on, answered by HTTP/1.1", tls() + "http_server_config:\n  http2: true\n"),
        .init(
            "all headers",
            "http_server_config:\n  headers:\n    Content-Security-Policy: default-src 'none'\n"
                + "    X-Frame-Options: deny\n    X-Content-Type-Options: nosniff\n    X-XSS-Protection: 1\n"
                + "    Strict-Transport-Security: max-age=31536000\n"
        ),
        .init(
            "another header",
            "http_server_config:\n  headers:\n    Server: mine\n",
            error: ":3: http_server_config.headers.Server: there is no such key"
        ),
        .init(
            "a header in lower case",
            "http_server_config:\n  headers:\n    x-frame-options: deny\n",
            error: ":3: http_server_config.headers.x-frame-options: there is no such key"
        ),
        .init(
            "an unknown value of a header",
            "http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
            error: #":3: http_server_config.headers.X-Frame-Options: "allow" is none of deny"#
        ),
        .init(
            "a header over two lines",
            "http_server_config:\n  headers:\n    X-XSS-Protection: \"1\\r\\nSet-Cookie: a=b\"\n",
            error: ":3: http_server_config.headers.X-XSS-Protection: it holds a control character",
            .accepts("the line end would be sent as a blank")
        ),
        .init("a user", "basic_auth_users:\n  alice: \(hash)\n"),
        .init("no users", "basic_auth_users:\n"),
        .init("users named like numbers", "basic_auth_users:\n  123: \(hash)\n  true: \(hash)\n"),
        .init(
            "the versions 2a and 2b",
            "basic_auth_users:\n  a: \(version("a"))\n  b: \(version("b"))\n"
        ),
        .init(
            "the version 2x",
            "basic_auth_users:\n  a: \(version("x"))\n",
            error: ":2: basic_auth_users.a: only the bcrypt versions",
            .accepts("2x marks hashes of a faulty program")
        ),
        .init(
            "a password that is not hashed",
            "basic_auth_users:\n  alice: secret\n",
            error: ":2: basic_auth_users.alice: a bcrypt hash is expected here"
        ),
        .init(
            "a hash that is cut off",
            "basic_auth_users:\n  alice: \(hash.dropLast(3))\n",
            error: ":2: basic_auth_users.alice: a bcrypt hash has 60 letters"
        ),
        .init(
            "a hash with a letter too much",
            "basic_auth_users:\n  alice: \(hash)a\n",
            error: ":2: basic_auth_users.alice: a bcrypt hash has 60 letters",
            .accepts("no password could match")
        ),
        .init(
            "a cost of 3",
            "basic_auth_users:\n  alice: \(hash.replacing("$10$", with: "$03$"))\n",
            error: ":2: basic_auth_users.alice: a bcrypt hash has a cost from 04 to 31"
        ),
        .init(
            "a cost of 19",
            "basic_auth_users:\n  alice: \(hash.replacing("$10$", with: "$19$"))\n",
            error: ":2: basic_auth_users.alice: a cost over 18 takes too long",
            .accepts("a check would take half a minute")
        ),
        .init(
            "a user without a hash",
            "basic_auth_users:\n  alice:\n",
            error: ":2: basic_auth_users.alice: a bcrypt hash is expected here"
        ),
        .init(
            "a user with a colon",
            "basic_auth_users:\n  'a:b': \(hash)\n",
            error: ":2: basic_auth_users.a:b: a user with a colon could never log in",
            .accepts("the user could never log in")
        ),
        .init("a limit of requests", "rate_limit:\n  interval: 100ms\n  burst: 20\n", .sameIfNew),
        .init(
            "a limit without a burst",
            "rate_limit:\n  interval: 1s\n",
            error: ":2: rate_limit.burst: without a burst of at least 1",
            .differs("accepted where the key is known; every request would be refused")
        ),
        .init(
            "a limit that is no duration",
            "rate_limit:\n  interval: soon\n  burst: 1\n",
            error: ":2: rate_limit.interval: a duration is expected here"
        ),
        .init("an unknown section", "tls_config:\n", error: ":1: tls_config: there is no such key"),
        .init(
            "an unknown key",
            tls("cert_path: a"),
            error: ":4: tls_server_config.cert_path: there is no such key"
        ),
        .init(
            "a key that stands there twice",
            tls("key_file: host.key"),
            error: ":4: tls_server_config.key_file: the key stands here twice"
        ),
        .init(
            "a list for a section",
            "basic_auth_users: [alice]\n",
            error: ":1: basic_auth_users: keys with values are expected here"
        ),
        .init(
            "a list for a text",
            tls("min_version: [TLS12]"),
            error: ":4: tls_server_config.min_version: a text is expected here"
        ),
        .init("a text for all", "secret\n", error: ":1: keys with values are expected here"),
        .init(
            "text that is not YAML",
            "a: [b\n",
            error: ":2: this is not YAML: did not find expected"
        ),
        .init(
            "a tab",
            "tls_server_config:\n\tcert_file: a\n",
            error: ":2: this is not YAML: found character"
        ),
        .init(
            "a control character",
            "a: \u{7}\n",
            error: ":1: this is not YAML: control characters"
        ),
        .init(
            "a second document",
            "---\n---\nbasic_auth_users:\n  alice: \(hash)\n",
            error: ":3: a second document begins here",
            .accepts("it would be left out without a word")
        ),
        .init("an anchor and an alias", "basic_auth_users:\n  a: &h \(hash)\n  b: *h\n"),
        .init("an alias to nowhere", "basic_auth_users: *h\n", error: ":1: this is not YAML"),
        .init(
            "a node that contains itself",
            "basic_auth_users: &a\n  a: *a\n",
            error: ":2: this is nested too deeply"
        ),
        .init(
            "a merge of keys",
            "basic_auth_users:\n  <<: {alice: \(hash)}\n",
            error: ":2: basic_auth_users.<<: a text is expected here",
            .accepts("merging is no part of YAML 1.2")
        ),
    ]

    private static func version(_ letter: String) -> String {
        hash.replacing("$2y$", with: "$2\(letter)$")
    }
}
