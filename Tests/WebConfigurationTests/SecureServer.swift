import Foundation
import HTTPListener
import TLSListener
import TestSupport

@testable import WebConfiguration

/// A server on a free port of 127.0.0.1 that speaks TLS as a web configuration says, and certificates for it.
final class SecureServer {
    let certificates: CertificateFolder
    let file: WebConfigurationFile
    private let server: HTTPServer
    var port: UInt16 { server.addresses[0].port }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - lines: More lines of `tls_server_config`.
    ///   - certificate: The names of certificate and key, without extension.
    ///   - certificates: A folder with `ca`, `host`, `client` and `stranger`; made when it is `nil`.
    ///   - limits: How the file is watched.
    /// - Throws: What keeps it from serving.
    init(
        _ lines: String = "",
        certificate: String = "host",
        in certificates: CertificateFolder? = nil,
        limits: WebConfigurationFile.Limits = .init()
    ) throws {
        let certificates = try certificates ?? Self.makeCertificates()
        self.certificates = certificates
        let path = try certificates.write(
            "\(UUID()).yml",
            VerdictCase.tls(lines, certificate: "\(certificate).pem", key: "\(certificate).key")
        )
        let file = try WebConfigurationFile(path: path, limits: limits)
        self.file = file
        server = try HTTPServer(
            addresses: [SocketAddress(parsing: "127.0.0.1:0")],
            transport: { socket in
                _ = file.look(forNewConnection: true)
                guard let tls = file.current.tls else { return PlainTransport(socket) }
                return tls.makeTransport(socket, handshakeTimeout: .seconds(5))
            },
            handler: { $0.respond(.text(200, "\($0.request.path)\n")) }
        )
        try server.start()
    }

    deinit {
        server.stop(within: .zero)
        server.join()
    }

    /// Makes an authority, a host and a client that it has signed, and one of another authority.
    static func makeCertificates() throws -> CertificateFolder {
        let folder = try CertificateFolder()
        try folder.makeAuthority("ca")
        try folder.makeAuthority("others")
        try folder.makeCertificate("host", by: "ca")
        try folder.makeCertificate("rsa", by: "ca", key: "rsa:2048")
        try folder.makeCertificate("client", by: "ca", names: clientNames, usage: "clientAuth")
        try folder.makeCertificate(
            "stranger",
            by: "others",
            names: clientNames,
            usage: "clientAuth"
        )
        return folder
    }

    static let clientNames =
        "DNS:prometheus.example,IP:10.1.2.3,IP:2001:db8::1,email:ops@example.org,URI:spiffe://example/scraper"

    /// Runs curl against it.
    func curl(_ arguments: [String] = [], client: String? = nil) throws -> InstalledTool.Outcome {
        let own = client.map {
            ["--cert", certificates["\($0).pem"], "--key", certificates["\($0).key"]]
        }
        return try InstalledTool("curl", package: "curl").run(
            ["-sS", "-m", "20", "--cacert", certificates["ca.pem"]] + (own ?? []) + arguments
                + ["https://localhost:\(port)/x"]
        )
    }

    /// Whether curl gets its page.
    func answers(_ arguments: [String] = [], client: String? = nil) throws -> Bool {
        try curl(arguments, client: client).text == "/x\n"
    }

    /// Runs `openssl s_client` against it, which sends one request.
    func openssl(_ arguments: [String], request: String = "GET /x HTTP/1.0\r\n\r\n") throws
        -> String
    {
        try InstalledTool("openssl", package: "openssl").run(
            ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", certificates["ca.pem"]]
                + ["-ign_eof"] + arguments,
            input: request
        ).output
    }
}
