import Foundation
import TestSupport
import Testing

/// HTTPS through nginx, with a certificate authority made up for the test.
struct TLSTests {
    @Test func `Only a certificate that is trusted and names the host is believed`() throws {
        let cluster = try SimulatedCluster(["--jobs=50"])
        let front = try TLSFront(cluster.url)
        func up(_ host: String, _ flags: [String]) throws -> (page: MetricsPage, log: String) {
            let process = try ChildProcess(
                "hpcpack-exporter",
                [
                    "--hpcpack.url=https://\(host):\(front.port)",
                    #"--hpcpack.username=HPC\monitor"#, "--once",
                ] + flags,
                environment: SimulatedCluster.environment
            )
            _ = try process.exitCode()
            return (MetricsPage(process.standardOutput), process.standardError)
        }
        let trusted = try up("localhost", ["--hpcpack.ca-file=\(front.authority)"])
        #expect(trusted.page["hpcpack_up"] == 1, "\(trusted.log)")
        let differences = try cluster.truth().differences(from: trusted.page)
        #expect(differences.isEmpty, "\(differences)")
        let expiry = "hpcpack_api_certificate_expiry_timestamp_seconds"
        let left = try #require(trusted.page["\(expiry){head_node=\"localhost:\(front.port)\"}"])
        #expect(abs(left - Date().timeIntervalSince1970 - 2 * 86_400) < 3600, "two days")
        let untrusted = try up("localhost", [])
        #expect(untrusted.page["hpcpack_up"] == 0)
        #expect(untrusted.page.values.contains { $0.key.contains("code=\"tls\"") })
        #expect(untrusted.log.contains("--hpcpack.ca-file"))
        #expect(
            try up("127.0.0.1", ["--hpcpack.ca-file=\(front.authority)"]).page["hpcpack_up"] == 0,
            "another name"
        )
        let insecure = try up("127.0.0.1", ["--hpcpack.insecure-skip-verify"])
        #expect(
            insecure.page["hpcpack_up"] == 1,
            "\(insecure.log) \(insecure.page.text.prefix(300))"
        )
    }

    @Test func `A certificate that has expired is not believed, and costs one connection`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let front = try TLSFront(cluster.url, days: -1)
        let process = try ChildProcess(
            "hpcpack-exporter",
            [
                "--hpcpack.url=https://localhost:\(front.port)", "--once",
                #"--hpcpack.username=HPC\monitor"#, "--hpcpack.ca-file=\(front.authority)",
            ],
            environment: SimulatedCluster.environment
        )
        #expect(try process.exitCode() == 1)
        let page = MetricsPage(process.standardOutput)
        #expect(page["hpcpack_up"] == 0)
        let sent = page.values.filter {
            $0.key.hasPrefix("hpcpack_api_requests_total") && $0.value > 0
        }
        #expect(sent.keys.allSatisfy { $0.contains("code=\"tls\"") }, "\(sent)")
        #expect(sent.values.reduce(0, +) == 1, "\(sent)")
        #expect(process.standardError.contains("expired"), "\(process.standardError)")
    }

    /// What an exporter says of the cluster behind a front.
    private func run(_ front: TLSFront, _ flags: [String], host: String = "localhost") throws
        -> (isUp: Bool, text: String)
    {
        let process = try ChildProcess(
            "hpcpack-exporter",
            flags + [
                "--hpcpack.url=https://\(host):\(front.port)", #"--hpcpack.username=HPC\monitor"#,
            ],
            environment: SimulatedCluster.environment
        )
        let code = try process.exitCode()
        return (code == 0, process.standardOutput + process.standardError)
    }

    /// HPC Pack's documented certificate is self-signed and has no DNS name.
    @Test
    func `A certificate without a DNS name is believed by its common name or its fingerprint`()
        throws
    {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let front = try TLSFront(cluster.url, .selfSigned("HPC Pack 2016 Communication"))
        let authority = "--hpcpack.ca-file=\(front.certificate)"
        let name = "--hpcpack.server-name=HPC Pack 2016 Communication"
        let byFile = try run(front, ["--once", authority])
        #expect(!byFile.isUp && byFile.text.contains("does not carry the name asked for"))
        #expect(byFile.text.contains("CN=HPC Pack 2016 Communication"), "\(byFile.text)")
        #expect(try run(front, ["--once", authority, name]).isUp)
        #expect(try run(front, ["--once", authority, name], host: "127.0.0.1").isUp)
        #expect(try !run(front, ["--once", authority, name + "s"]).isUp)
        let byName = try run(front, ["--once", name])
        #expect(
            !byName.isUp && byName.text.contains("self-signed"),
            "the name proves nothing alone"
        )

        let check = try run(front, ["check"])
        let flag = check.text.split(whereSeparator: \.isWhitespace)
            .first { $0.hasPrefix("--hpcpack.certificate-sha256=") && $0.utf8.count == 93 }
        let fingerprint = try #require(flag.map(String.init), "\(check.text)")
        #expect(check.text.contains("no DNS name; self-signed; valid from 20"), "\(check.text)")
        #expect(try run(front, ["--once", fingerprint]).isUp)
        #expect(try run(front, ["--once", fingerprint], host: "127.0.0.1").isUp)
        let checked = try run(front, ["check", fingerprint])
        #expect(checked.isUp && checked.text.contains("trusted by its fingerprint"))
        let other = "--hpcpack.certificate-sha256=" + String(repeating: "0", count: 64)
        #expect(try run(front, ["--once", other, fingerprint]).isUp, "one of several is enough")
        let wrong = try run(front, ["--once", other])
        #expect(!wrong.isUp && wrong.text.contains("none of --hpcpack.certificate-sha256"))
        #expect(wrong.text.contains(fingerprint.suffix(64)), "the one that was met")
    }

    @Test func `A certificate that has expired is believed by its fingerprint`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let front = try TLSFront(cluster.url, days: -1)
        let check = try run(front, ["check", "--hpcpack.ca-file=\(front.authority)"])
        #expect(check.text.contains("the certificate has expired"), "\(check.text)")
        #expect(check.text.contains("Renew it on the head node"), "\(check.text)")
        let flag = check.text.split(whereSeparator: \.isWhitespace)
            .first { $0.hasPrefix("--hpcpack.certificate-sha256=") }
        #expect(try run(front, ["--once", String(#require(flag))]).isUp)
    }

    @Test func `Each way in which TLS fails is told by a sentence of its own`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let old = try TLSFront(
            cluster.url,
            directives: "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;"
        )
        let oldText = try run(old, ["check", "--hpcpack.ca-file=\(old.authority)"]).text
        #expect(oldText.contains("no version of TLS that this system allows"), "\(oldText)")
        let weak = try TLSFront(
            cluster.url,
            bits: 1024,
            directives: "ssl_ciphers DEFAULT@SECLEVEL=0;"
        )
        let weakText = try run(weak, ["check", "--hpcpack.ca-file=\(weak.authority)"]).text
        #expect(weakText.contains("too weak"), "\(weakText)")
        let demanding = try TLSFront(
            cluster.url,
            directives: "ssl_verify_client on; ssl_client_certificate AUTHORITY;"
        )
        let text = try run(demanding, ["check", "--hpcpack.ca-file=\(demanding.authority)"]).text
        // nginx ends the handshake well and answers 400.
        #expect(text.contains("400") || text.contains("certificate of the client"), "\(text)")
        let process = try ChildProcess(
            "hpcpack-exporter",
            [
                "check",
                "--hpcpack.url=" + cluster.url.replacingOccurrences(of: "http:", with: "https:"),
            ]
        )
        #expect(try process.exitCode() == 1)
        #expect(process.standardOutput.contains("the port does not speak TLS"))
        #expect(process.standardOutput.contains("Write http:// in --hpcpack.url"))
        // The other way round: nginx knows this fault, HTTP.sys closes the connection.
        let secure = try TLSFront(cluster.url)
        let silent = ScriptedServer { _ in .raw([]) }
        for port in [secure.port, silent.port] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                ["check", "--hpcpack.url=http://localhost:\(port)"]
            )
            #expect(try process.exitCode() == 1)
            #expect(
                process.standardOutput.contains("speaks HTTPS, write https://"),
                "\(process.standardOutput)"
            )
        }
    }

    @Test func `A CA file with a damaged certificate is refused at the start with its line`() throws
    {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let front = try TLSFront(cluster.url)
        let pem = try String(contentsOfFile: front.authority, encoding: .utf8)
        var lines = pem.components(separatedBy: "\n")
        lines[3] = String(lines[3].dropLast(2))
        let damaged = lines.joined(separator: "\n")
        let count = pem.split(separator: "\n").count
        for (text, line) in [
            (damaged, 1), (pem + damaged, count + 1), ("# " + pem + "\n\n" + pem, 0),
            (pem + "-----BEGIN CERTIFICATE-----\nAAAA\n", count + 1),
            (pem + pem, 0), (pem.replacingOccurrences(of: "\n", with: "\r\n"), 0),
        ] {
            let file = try TemporaryFile(text, mode: 0o644)
            let result = try run(front, ["--once", "--hpcpack.ca-file=\(file.path)"])
            #expect(result.isUp == (line == 0), "\(result.text)")
            #expect(result.text.contains("begins on line \(line) is damaged") == (line > 0))
        }
    }
}

/// An nginx that speaks TLS in front of a simulator.
final class TLSFront {
    /// Who has issued the certificate.
    enum Issuer {
        /// The authority, for the DNS name `localhost`.
        case authority
        /// Itself, with this common name and no DNS name.
        case selfSigned(String)
    }

    let port: UInt16
    /// The file of the authority.
    let authority: String
    /// The file of the server's certificate.
    let certificate: String
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// Starts an nginx.
    ///
    /// - Parameters:
    ///   - upstream: The simulator behind it.
    ///   - issuer: Who has issued its certificate.
    ///   - days: How long its certificate is good for; one that has ended for a negative number.
    ///   - bits: The size of its RSA key.
    ///   - directives: What its configuration says besides, `AUTHORITY` for the file of the authority.
    /// - Throws: `SetUpFailure` when it does not start.
    init(
        _ upstream: String,
        _ issuer: Issuer = .authority,
        days: Int = 2,
        bits: Int = 2048,
        directives: String = ""
    ) throws {
        folder = try TemporaryFolder()
        authority = folder.path("ca.pem")
        certificate = folder.path("host.pem")
        port = try Loopback.freePort()
        try folder.write("names", "subjectAltName=DNS:localhost\n")
        let openssl = try InstalledTool("openssl", package: "openssl")
        func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
        var commands = [
            words(
                "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 2"
            )
        ]
        switch issuer {
        case .authority:
            commands += [
                words(
                    "req -newkey rsa:\(bits) -nodes -keyout host.key -out host.csr -subj /CN=localhost"
                ),
                words(
                    "x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out host.pem "
                        + "-days \(days) -extfile names"
                ),
            ]
        case .selfSigned(let name):
            commands.append(
                words(
                    "req -x509 -newkey rsa:\(bits) -nodes -keyout host.key -out host.pem -days \(days)"
                )
                    + ["-subj", "/CN=\(name)"]
            )
        }
        for command in commands {
            let run = try openssl.run(command, in: folder.path)
            guard run.status == 0 else { throw SetUpFailure(description: run.errors) }
        }
        let base = upstream.replacingOccurrences(of: "/hpc", with: "")
        let text = """
            daemon off; worker_processes 1; pid pid; error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c;
              uwsgi_temp_path d; scgi_temp_path e;
              server {
                listen 127.0.0.1:\(port) ssl http2;
                \(directives.replacingOccurrences(of: "AUTHORITY", with: authority))
                ssl_certificate \(folder.path)/host.pem; ssl_certificate_key \(folder.path)/host.key;
                location / { proxy_pass \(base); proxy_http_version 1.1; proxy_set_header Connection ""; }
              }
            }
            """
        let configuration = try folder.write("nginx.conf", text)
        process = try InstalledTool("nginx", package: "nginx-light")
            .start(["-c", configuration, "-p", folder.path, "-e", "stderr"])
        let port = port
        let isUp = Deadline.wait { (try? RawClient(port: port)) != nil }
        if !isUp {
            throw SetUpFailure(description: "nginx does not start: \(process.standardError)")
        }
    }
}

/// Why a test could not begin.
struct SetUpFailure: Error, CustomStringConvertible {
    let description: String
}
