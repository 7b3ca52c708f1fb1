import Foundation
import TestSupport
import Testing

@testable import TLSListener
@testable import WebConfiguration

/// Files that change while they serve.
struct ReloadTests {
    private typealias Finding = WebConfigurationFile.Finding

    private let folder: CertificateFolder
    private let path: String

    init() throws {
        folder = try SecureServer.makeCertificates()
        path = folder["web.yml"]
    }

    private func write(_ text: String) throws { try folder.write("web.yml", text) }

    private func users(_ names: String...) -> String {
        names.isEmpty
            ? ""
            : "basic_auth_users:\n" + names.map { "  \($0): \(VerdictCase.hash)\n" }.joined()
    }

    private func number(_ file: WebConfigurationFile, _ user: String) -> Bool {
        file.current.configuration.users?.hash(of: Array(user.utf8), number: 0).isKnown ?? false
    }

    /// What the next connection finds.
    private func look(_ file: WebConfigurationFile) -> Finding? {
        file.look(forNewConnection: true)
    }

    @Test func `Users that change are seen by the next connection, and by others in time`() throws {
        try write(users("alice"))
        let file = try WebConfigurationFile(path: path)
        #expect(look(file) == nil)
        try write(users("alice", "bob"))
        #expect(look(file) == .replaced)
        #expect(number(file, "alice") && number(file, "bob"))
        #expect(look(file) == nil)
        try write(users("carol"))
        let now = ContinuousClock.now
        #expect(file.look(forNewConnection: false, at: now) == nil)
        #expect(file.look(forNewConnection: false, at: now + .seconds(1)) == .replaced)
        #expect(!number(file, "alice") && number(file, "carol"))
    }

    @Test func `A change of the same size within a tick of the clock of the file system is seen`()
        throws
    {
        try write(users("user0000"))
        let file = try WebConfigurationFile(path: path)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        for number in 1001..<1200 {
            // In place, so that neither the file nor its size is another, and at once after the last reading.
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: Data(users("user\(number)").utf8))
            #expect(look(file) == .replaced)
            #expect(self.number(file, "user\(number)"))
        }
    }

    @Test func `A replacement that cannot be used is told once, and the last good one goes on`()
        throws
    {
        try write(users("alice"))
        let file = try WebConfigurationFile(path: path)
        try write("basic_auth_users:\n  alice: secret\n")
        let expected =
            "\(path):2: basic_auth_users.alice: a bcrypt hash is expected here, such as htpasswd -B makes"
        #expect(look(file) == .refused(expected))
        #expect(look(file) == nil)
        #expect(number(file, "alice"))
        try write("basic_auth_users:\n  alice: secret2\n")
        #expect(look(file) == nil, "the same once more")
        try FileManager.default.removeItem(atPath: path)
        #expect(
            look(file) == .refused("\(path): the file cannot be read: No such file or directory")
        )
        #expect(look(file) == nil)
        try write(users("alice"))
        #expect(look(file) == nil, "nothing has changed in the end")
        try FileManager.default.removeItem(atPath: path)
        #expect(look(file) != nil, "told again")
        try write(users("bob"))
        #expect(look(file) == .replaced)
    }

    @Test func `A file of which only the beginning is written opens nothing`() throws {
        let whole =
            VerdictCase.tls(
                "client_ca_file: ca.pem\nclient_auth_type: RequireAndVerifyClientCert\n"
                    + "client_allowed_sans: [prometheus.example]"
            ) + users("alice", "bob")
        try write(whole)
        let file = try WebConfigurationFile(path: path)
        var accepted = 0
        for count in 0..<whole.utf8.count {
            try write(String(whole.prefix(count)))
            if look(file) == .replaced { accepted += 1 }
            let now = file.current.configuration
            #expect(file.current.tls != nil && now.users != nil, "\(count)")
            #expect(now.tls?.clientAuthentication == .requireAndVerify, "\(count)")
            #expect(now.tls?.clientNames == ["prometheus.example"], "\(count)")
        }
        #expect(accepted <= 3, "a user less is no loss of protection")
    }

    @Test(arguments: [
        ("switching TLS off", true, ""), ("switching TLS on", false, VerdictCase.tls()),
        ("asking less of the certificates of clients", true, VerdictCase.tls()),
        (
            "asking less of the certificates of clients", true,
            VerdictCase.tls("client_ca_file: ca.pem\nclient_auth_type: VerifyClientCertIfGiven")
        ),
        (
            "asking less of the certificates of clients", true,
            VerdictCase.tls("client_auth_type: RequireAnyClientCert")
        ),
        (
            "taking all client_allowed_sans away", true,
            VerdictCase.tls("client_ca_file: ca.pem\nclient_auth_type: RequireAndVerifyClientCert")
        ),
    ])
    func `What takes protection away needs a restart`(
        _ what: String,
        _ hasTLS: Bool,
        _ text: String
    )
        throws
    {
        let strict = VerdictCase.tls(
            "client_ca_file: ca.pem\nclient_auth_type: RequireAndVerifyClientCert\n"
                + "client_allowed_sans: [prometheus.example]"
        )
        try write(hasTLS ? strict : "# nothing\n")
        let file = try WebConfigurationFile(path: path)
        try write(text)
        #expect(look(file) == .refused("\(path): \(what) needs a restart"))
        #expect((file.current.tls != nil) == hasTLS)
    }

    @Test func `The last user is not taken away, and the first one counts at once`() throws {
        try write("# nothing\n")
        let file = try WebConfigurationFile(path: path)
        try write(users("alice"))
        #expect(look(file) == .replaced)
        try write("# nothing\n")
        #expect(look(file) == .refused("\(path): taking all users away needs a restart"))
        #expect(number(file, "alice"))
    }

    /// The serial number of the certificate that a client sees.
    private func subject(_ server: SecureServer) throws -> String {
        let text = try server.openssl([])
        return text.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init)
            ?? text
    }

    private func replace(_ name: String, by other: String) throws {
        // By a new file under the old name, as certbot and Kubernetes do.
        let copy = folder["copy"]
        try FileManager.default.copyItem(atPath: folder[other], toPath: copy)
        #expect(unsafe rename(copy, folder[name]) == 0)
    }

    @Test func `A certificate that is replaced serves from the next connection on`() throws {
        let server = try SecureServer(in: folder)
        #expect(try subject(server).contains("CN = host"))
        try folder.makeCertificate("next", by: "ca")
        try replace("host.pem", by: "next.pem")
        // With the key of the old one it cannot be used yet.
        #expect(try subject(server).contains("CN = host"))
        try replace("host.key", by: "next.key")
        #expect(try subject(server).contains("CN = next"))
        try folder.write("host.pem", "-----BEGIN CERTIFICATE-----\n")
        #expect(try subject(server).contains("CN = next"))
        try replace("host.pem", by: "rsa.pem")
        try replace("host.key", by: "rsa.key")
        #expect(try subject(server).contains("CN = rsa"))
    }

    @Test func `An authority of clients that is replaced counts from the next connection on`()
        throws
    {
        let server = try SecureServer(
            "client_auth_type: RequireAndVerifyClientCert\nclient_ca_file: clients.pem",
            in: try {
                try folder.write(
                    "clients.pem",
                    String(contentsOfFile: folder["ca.pem"], encoding: .utf8)
                )
                return folder
            }()
        )
        #expect(try server.answers(client: "client"))
        #expect(try !server.answers(client: "stranger"))
        try replace("clients.pem", by: "others.pem")
        #expect(try !server.answers(client: "client"))
        #expect(try server.answers(client: "stranger"))
    }

    @Test func `A link that leads elsewhere is a change, as where Kubernetes mounts a secret`()
        throws
    {
        try folder.write("1.yml", users("alice"))
        try folder.write("2.yml", users("bobby"))
        let link = folder["link.yml"]
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: folder["1.yml"]
        )
        let file = try WebConfigurationFile(path: link)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: folder["2.yml"]
        )
        #expect(look(file) == .replaced)
        #expect(number(file, "bobby"))
    }
}
