import Foundation
import TestSupport
import Testing

@testable import TLSListener
@testable import WebConfiguration

/// Handshakes as a web configuration says, seen by curl and `openssl s_client`.
struct HandshakeTests {
    /// Versions before 1.2 sign with SHA-1, which clients have to allow, too.
    private static let versions = ["1.0", "1.1", "1.2", "1.3"]

    private func speaks(_ version: String, _ server: SecureServer) throws -> Bool {
        try server.answers([
            "--tlsv\(version)", "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0",
        ])
    }

    @Test(arguments: [
        ("", ["1.2", "1.3"]), ("min_version: TLS13", ["1.3"]), ("max_version: TLS12", ["1.2"]),
        ("min_version: TLS11", ["1.1", "1.2", "1.3"]), ("min_version: TLS10", versions),
        ("min_version: TLS10\nmax_version: TLS11", ["1.0", "1.1"]),
        ("min_version: TLS12\nmax_version: TLS12", ["1.2"]),
    ])
    func `Just the versions that are asked for are spoken`(_ lines: String, _ spoken: [String])
        throws
    {
        let server = try SecureServer(lines)
        for version in Self.versions {
            #expect(try speaks(version, server) == spoken.contains(version), "\(version)")
        }
    }

    @Test func `Just the suites that are asked for are spoken, in TLS 1.2 and earlier`() throws {
        let certificates = try SecureServer.makeCertificates()
        let suites = TLSServerSettings.CipherSuite.allCases.filter { $0.cipherListName != nil }
        #expect(suites.count == 10)
        for suite in suites {
            let isRSA = suite.rawValue.contains("_RSA_")
            let server = try SecureServer(
                "cipher_suites: [\(suite.rawValue)]",
                certificate: isRSA ? "rsa" : "host",
                in: certificates
            )
            for other in suites where other.rawValue.contains("_RSA_") == isRSA {
                let name = try #require(other.cipherListName)
                let isAnswered = try server.answers(["--tls-max", "1.2", "--ciphers", name])
                #expect(isAnswered == (other == suite), "\(suite) by \(other)")
            }
            #expect(try server.answers(["--tlsv1.3"]))
        }
    }

    @Test func `A list with suites of TLS 1.3 alone leaves TLS 1.2 unspoken`() throws {
        let server = try SecureServer("cipher_suites: [TLS_AES_128_GCM_SHA256]")
        #expect(try server.answers(["--tlsv1.3"]))
        #expect(try !server.answers(["--tls-max", "1.2"]))
    }

    @Test func `CBC is not offered to TLS 1.2 unless it is asked for`() throws {
        let server = try SecureServer()
        #expect(try !server.answers(["--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA"]))
        #expect(
            try server.answers(["--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305"])
        )
    }

    @Test(arguments: [(true, "AES256"), (false, "AES128")])
    func `The preference of the side that is asked for counts`(_ isOwn: Bool, _ chosen: String)
        throws
    {
        let server = try SecureServer(
            "prefer_server_cipher_suites: \(isOwn)\ncipher_suites:\n"
                + "- TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n- TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        )
        let text = try server.openssl([
            "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
        ])
        #expect(text.contains("Cipher is ECDHE-ECDSA-\(chosen)-GCM"), "\(text)")
    }

    @Test(arguments: [
        ("CurveP256", "P-256"), ("CurveP384", "P-384"), ("CurveP521", "P-521"),
        ("X25519", "X25519"),
    ])
    func `Just the curves that are asked for are used`(_ curve: String, _ name: String) throws {
        // The curve of an ECDSA certificate would have to be among them, too.
        let server = try SecureServer("curve_preferences: [\(curve)]", certificate: "rsa")
        for other in ["P-256", "P-384", "P-521", "X25519"] {
            #expect(try server.answers(["--curves", other]) == (other == name), "\(other)")
        }
    }

    @Test func `The chain is sent with the certificate`() throws {
        let certificates = try SecureServer.makeCertificates()
        try certificates.makeCertificate("between", by: "ca", isAuthority: true)
        try certificates.makeCertificate("leaf", by: "between")
        let text = { try String(contentsOfFile: certificates[$0], encoding: .utf8) }
        try certificates.write("chain.pem", text("leaf.pem") + text("between.pem"))
        try certificates.write("chain.key", text("leaf.key"))
        let server = try SecureServer(certificate: "chain", in: certificates)
        let session = try server.openssl(["-showcerts"])
        #expect(session.contains("Verify return code: 0 (ok)"), "\(session)")
        #expect(session.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
        #expect(session.contains("/x\n"))
        let alone = try SecureServer(certificate: "leaf", in: certificates)
        #expect(try !alone.answers(), "without what lies between")
    }

    @Test func `A client of HTTP/2 gets HTTP/1.1`() throws {
        let server = try SecureServer()
        let run = try server.curl(["--http2", "-v"])
        #expect(run.text == "/x\n")
        #expect(run.errors.contains("HTTP/1.1 200 OK"), "\(run.errors)")
    }

    /// Which clients are let in: without a certificate, with one of the authority, of another, of itself.
    @Test(arguments: [
        ("", [true, true, true]),
        ("client_auth_type: NoClientCert", [true, true, true]),
        ("client_auth_type: RequestClientCert", [true, true, true]),
        ("client_auth_type: RequireAnyClientCert", [false, true, true]),
        ("client_auth_type: RequireClientCert", [false, true, true]),
        ("client_auth_type: VerifyClientCertIfGiven\nclient_ca_file: ca.pem", [true, true, false]),
        (
            "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: ca.pem",
            [false, true, false]
        ),
        (
            "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: others.pem",
            [false, false, true]
        ),
        // The authorities of the system know neither.
        ("client_auth_type: RequireAndVerifyClientCert", [false, false, false]),
        // A client's own certificate serves as its authority.
        (
            "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: stranger.pem",
            [false, false, true]
        ),
    ])
    func `Clients are let in as client_auth_type says`(_ lines: String, _ expected: [Bool]) throws {
        let server = try SecureServer(lines)
        for version in ["1.2", "1.3"] {
            for (client, isExpected) in zip([nil, "client", "stranger"], expected) {
                #expect(
                    try server.answers(["--tlsv\(version)", "--tls-max", version], client: client)
                        == isExpected,
                    "\(client ?? "no certificate") by TLS \(version)"
                )
            }
        }
    }

    @Test func `A certificate of a host is none of a client`() throws {
        let server = try SecureServer(
            "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: ca.pem"
        )
        #expect(try !server.answers(client: "host"))
        #expect(try server.answers(client: "client"))
    }

    @Test(arguments: [
        ("prometheus.example", true), ("10.1.2.3", true), ("2001:db8::1", true),
        ("ops@example.org", true), ("spiffe://example/scraper", true),
        ("Prometheus.example", false), ("prometheus.exampl", false), ("prometheus.example.", false),
        ("*.example", false), ("client", false), ("10.1.2.4", false), ("2001:db8:0::1", false),
    ])
    func `Of the names allowed the certificate must have one`(_ name: String, _ isAllowed: Bool)
        throws
    {
        let lines = "client_ca_file: ca.pem\nclient_allowed_sans: ['x.example', '\(name)']"
        let server = try SecureServer("client_auth_type: RequireAndVerifyClientCert\n" + lines)
        #expect(try server.answers(client: "client") == isAllowed)
        #expect(try !server.answers(client: "stranger"), "the authority counts as well")
        #expect(try !server.answers())
        let any = try SecureServer(
            "client_auth_type: RequireAnyClientCert\nclient_allowed_sans: ['\(name)']",
            in: server.certificates
        )
        #expect(try any.answers(client: "stranger") == isAllowed)
        #expect(try !any.answers(client: "host"))
    }

    /// Whether a client that comes back with the session of an earlier connection is known again.
    private func isResumed(
        _ server: SecureServer,
        _ version: String,
        after change: () throws -> Void
    )
        throws -> Bool
    {
        let session = server.certificates["\(UUID()).session"]
        let own = [
            version, "-cert", server.certificates["client.pem"], "-key",
            server.certificates["client.key"],
        ]
        let first = try server.openssl(own + ["-sess_out", session])
        #expect(first.contains("New, TLSv1") && first.contains("/x\n"), "\(first)")
        try change()
        let second = try server.openssl(own + ["-sess_in", session])
        #expect(second.contains("/x\n"), "\(second)")
        return second.contains("Reused, TLSv1")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `Sessions are resumed until the key of their tickets is changed`(_ version: String) throws
    {
        let lines = "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: ca.pem"
        let server = try SecureServer(lines)
        let start = ContinuousClock.now
        for (seconds, isKnown) in [
            (0, true), (3601, false), (3700, true), (7190, true), (7210, false),
        ] {
            var finding: WebConfigurationFile.Finding?
            let isResumed = try isResumed(server, version) {
                finding = server.file.look(forNewConnection: true, at: start + .seconds(seconds))
            }
            #expect(isResumed == isKnown, "after \(seconds) s")
            #expect(finding == nil)
        }
    }
}
