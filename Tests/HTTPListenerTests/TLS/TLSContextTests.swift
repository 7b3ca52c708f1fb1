import Foundation
import TLSListener
import TestSupport
import Testing

/// Certificates, as curl sees them.
struct TLSContextTests {
    @Test(arguments: ["--tlsv1.2 --tls-max 1.2", "--tlsv1.3"])
    func `Who trusts the authority is answered under every name`(_ flags: String) throws {
        let server = try TLSServer(names: ["localhost", "127.0.0.1", "::1", "head.example.com"])
        for name in ["localhost", "127.0.0.1", "head.example.com"] {
            let run = try server.curl(
                flags.split(separator: " ").map(String.init) + [
                    "--cacert", server.authority,
                    "--resolve", "head.example.com:\(server.port):127.0.0.1",
                    "https://\(name):\(server.port)/x",
                ]
            )
            #expect(run.text == "GET /x\n", "\(name) \(run.errors)")
        }
    }

    @Test func `Nobody is believed without the authority or under another name`() throws {
        let server = try TLSServer(names: ["localhost"])
        let other = try TLSServer()
        // curl's exit code 60: the certificate cannot be verified.
        let url = "https://localhost:\(server.port)/"
        #expect(try server.curl([url]).status == 60)
        #expect(try server.curl(["--cacert", other.authority, url]).status == 60)
        let byAddress = "https://127.0.0.1:\(server.port)/"
        #expect(try server.curl(["--cacert", server.authority, byAddress]).status == 60)
        #expect(try server.curl(["-k", byAddress]).text == "GET /\n")
    }

    @Test func `The host's certificate is no authority, and the authority signs hosts only`() throws
    {
        let server = try TLSServer()
        let authority = try InstalledTool("openssl", package: "openssl").run([
            "x509", "-in", server.authority, "-noout", "-text",
        ]
        ).text
        #expect(authority.contains("CA:TRUE, pathlen:0"))
        let host = try InstalledTool("openssl", package: "openssl").run([
            "s_client", "-connect", "127.0.0.1:\(server.port)", "-CAfile", server.authority,
        ]
        )
        #expect(host.text.contains("Verify return code: 0 (ok)"), "\(host.text)")
        let leaf = server.folder.appendingPathComponent("leaf.pem")
        try Data(host.bytes).write(to: leaf)
        let text = try InstalledTool("openssl", package: "openssl").run([
            "x509", "-in", leaf.path, "-noout", "-text",
        ]).text
        #expect(text.contains("CA:FALSE"))
        #expect(text.contains("DNS:localhost, IP Address:127.0.0.1"))
        #expect(text.contains("TLS Web Server Authentication"))
    }

    @Test(arguments: ["a b", "x,DNS:evil.example", "", "999.1.1.1", "::zz"])
    func `A name that cannot be one is refused`(_ name: String) {
        #expect(throws: TLSError.self) { try TLSContext(selfSignedFor: ["localhost", name]) }
    }

    @Test func `Certificate and key come from files`() throws {
        let files = try PEMFiles()
        let context = try TLSContext(certificateFile: files["a.pem"], keyFile: files["a.key"])
        #expect(context.authorityPEM == nil)
        let server = try TLSServer(context: context)
        let run = try server.curl(
            ["--cacert", files["a.pem"], "https://localhost:\(server.port)/files"]
        )
        #expect(run.text == "GET /files\n", "\(run.errors)")
    }

    @Test(arguments: [
        ("a.pem", "b.key", "b.key"), ("a.pem", "secret.key", "secret.key"),
        ("a.pem", "none.key", "none.key"), ("none.pem", "a.key", "none.pem"),
        ("a.key", "a.key", "a.key"), ("a.pem", "a.pem", "a.pem"), ("empty", "a.key", "empty"),
    ])
    func `A file that cannot be used is named`(
        _ certificate: String,
        _ key: String,
        _ culprit: String
    ) throws {
        let files = try PEMFiles()
        let error = try #require(throws: TLSError.self) {
            try TLSContext(certificateFile: files[certificate], keyFile: files[key])
        }
        #expect(error.message.hasPrefix(files[culprit] + " has no "), "\(error)")
    }
}

/// Certificates and keys made by the tool `openssl`.
final class PEMFiles {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pem-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: folder.appendingPathComponent("empty"))
        for name in ["a", "b"] {
            try run(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                    + "-keyout \(name).key -out \(name).pem "
                    + "-subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2"
            )
        }
        try run("pkcs8 -topk8 -in a.key -out secret.key -passout pass:secret")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    subscript(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func run(_ arguments: String) throws {
        let words = arguments.split(separator: " ").map(String.init)
        let run = try InstalledTool("openssl", package: "openssl").run(words, in: folder.path)
        guard run.status == 0 else { throw RawClient.Failure(description: run.errors) }
    }
}
