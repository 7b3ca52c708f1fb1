import Foundation
import TestSupport
import Testing

@testable import WebConfiguration

/// Web configuration files, as we and as `promtool check web-config` judge them.
struct VerdictTests {
    private let folder: CertificateFolder

    init() throws {
        folder = try CertificateFolder()
        try folder.makeAuthority("ca")
        try folder.makeCertificate("host", by: "ca")
        try folder.makeCertificate("other", by: "ca")
        try folder.makeCertificate("rsa", by: "ca", key: "rsa:2048")
        try folder.makeCertificate("weak", by: "ca", key: "rsa:1024")
        try folder.makeCertificate("between", by: "ca", isAuthority: true)
        try folder.makeCertificate("leaf", by: "between")
        try folder.run("pkcs8 -topk8 -in host.key -out secret.key -passout pass:secret")
        let text = { [folder] in try String(contentsOfFile: folder[$0], encoding: .utf8) }
        try folder.write("chain.pem", text("leaf.pem") + text("between.pem"))
        try folder.write("both.pem", text("host.key") + text("host.pem"))
        var lines = try text("ca.pem").components(separatedBy: "\n")
        lines[3] = String(lines[3].dropLast(2))
        try folder.write("damaged.pem", lines.joined(separator: "\n"))
    }

    /// The text of a case, with certificate and key where they stand inline.
    private func text(_ one: VerdictCase) throws -> String {
        var text = one.text
        for (mark, file) in [("CERT\n", "host.pem"), ("KEY\n", "host.key")] {
            let pem = try String(contentsOfFile: folder[file], encoding: .utf8)
            let lines = pem.split(separator: "\n").map { "    \($0)\n" }.joined()
            text = text.replacing("|\n\(mark)", with: "|\n\(lines)")
        }
        return text
    }

    @Test func `Each file gets the verdict that promtool gives, but where the table says why not`()
        throws
    {
        let promtool = try InstalledTool("promtool", package: "prometheus")
        for one in VerdictCase.all {
            let path = try folder.write("web.yml", text(one))
            var ours: String?
            do throws(WebConfigurationError) {
                _ = try WebConfigurationFile(path: path)
            } catch {
                ours = error.description
            }
            if let expected = one.error {
                #expect(
                    ours?.hasPrefix(path + expected) == true,
                    "\(one.name): \(ours ?? "accepted")"
                )
            } else {
                #expect(ours == nil, "\(one.name)")
            }
            let run = try promtool.run(["check", "web-config", path])
            let isAccepted = run.status == 0
            switch one.promtool {
            case .same: #expect(isAccepted == (ours == nil), "\(one.name): \(run.output)")
            case .accepts: #expect(isAccepted && ours != nil, "\(one.name): \(run.output)")
            case .refuses: #expect(!isAccepted && ours == nil, "\(one.name): \(run.output)")
            case .sameIfNew:
                let isKnown = !run.output.contains("not found in type")
                #expect(isAccepted == isKnown && ours == nil, "\(one.name): \(run.output)")
            case .differs: #expect(ours != nil)
            }
        }
    }

    @Test func `No error repeats a key, a hash or a password`() throws {
        let secrets = ["hunter2hunter2", VerdictCase.hash, "PRIVATE KEY", "MIG"]
        let pem = try String(contentsOfFile: folder["host.key"], encoding: .utf8)
        let inline = pem.split(separator: "\n").map { "    \($0)\n" }.joined()
        for text in [
            "basic_auth_users:\n  alice: hunter2hunter2\n",
            "basic_auth_users:\n  alice: [\(VerdictCase.hash)]\n",
            "basic_auth_users:\n  alice: \(VerdictCase.hash)x\n",
            "basic_auth_users: \(VerdictCase.hash)\n",
            "tls_server_config:\n  cert_file: other.pem\n  key: |\n\(inline)",
            "tls_server_config:\n  cert: |\n\(inline)  key: |\n\(inline)",
            "tls_server_config:\n  cert_file: other.pem\n  key: \"\(VerdictCase.hash)\n",
        ] {
            let path = try folder.write("web.yml", text)
            let error = try #require(throws: WebConfigurationError.self) {
                try WebConfigurationFile(path: path)
            }
            for secret in secrets { #expect(!error.description.contains(secret), "\(error)") }
        }
    }

    @Test func `A file that cannot be read is named`() throws {
        for (path, reason) in [
            (folder["none.yml"], "No such file or directory"), (folder.path, "Is a directory"),
            ("/dev/null", "Not a regular file"),
        ] {
            let error = try #require(throws: WebConfigurationError.self) {
                try WebConfigurationFile(path: path)
            }
            #expect(error.description == "\(path): the file cannot be read: \(reason)")
        }
        let large = try folder.write("large.yml", String(repeating: "#\n", count: 3 << 20))
        #expect(throws: WebConfigurationError.self) { try WebConfigurationFile(path: large) }
    }

    /// Compares the table, or writes it where `HPCPACK_UPDATE_DOCS=1` asks for that (`make docs`).
    @Test func `The document has the table`() throws {
        let document = "docs/web-configuration.md"
        var parts = try Repository.text(document).components(separatedBy: "<!-- verdicts -->")
        try #require(parts.count == 3)
        var table = "\n| file | here | promtool | why |\n| --- | --- | --- | --- |\n"
        for one in VerdictCase.all {
            let here = one.error == nil ? "good" : "refused"
            let theirs =
                switch one.promtool {
                case .same, .sameIfNew: here
                case .accepts: "good"
                case .refuses: "refused"
                case .differs: "depends"
                }
            table += "| \(one.name) | \(here) | \(theirs) | \(one.promtool.note) |\n"
        }
        if ProcessInfo.processInfo.environment["HPCPACK_UPDATE_DOCS"] == "1" {
            parts[1] = table
            let text = parts.joined(separator: "<!-- verdicts -->")
            try Data(text.utf8).write(to: Repository.root.appendingPathComponent(document))
        } else {
            #expect(parts[1] == table, "run make docs")
        }
    }
}
