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
        #expect(try cluster.truth().differences(from: trusted.page).isEmpty)
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
}

/// An nginx that speaks TLS in front of a simulator.
final class TLSFront {
    let port: UInt16
    let authority: String
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// Starts an nginx.
    ///
    /// - Parameters:
    ///   - upstream: The simulator behind it.
    ///   - days: How long its certificate is good for; one that has ended for a negative number.
    /// - Throws: `SetUpFailure` when it does not start.
    init(_ upstream: String, days: Int = 2) throws {
        folder = try TemporaryFolder()
        authority = folder.path("ca.pem")
        port = try Loopback.freePort()
        try folder.write("names", "subjectAltName=DNS:localhost\n")
        let openssl = try InstalledTool("openssl", package: "openssl")
        for command in [
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 2",
            "req -newkey rsa:2048 -nodes -keyout host.key -out host.csr -subj /CN=localhost",
            "x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out host.pem "
                + "-days \(days) -extfile names",
        ] {
            let words = command.split(separator: " ").map(String.init)
            let run = try openssl.run(words, in: folder.path)
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
                ssl_certificate \(folder.path)/host.pem; ssl_certificate_key \(folder.path)/host.key;
                location / { proxy_pass \(base); proxy_http_version 1.1; proxy_set_header Connection ""; }
              }
            }
            """
        let configuration = try folder.write("nginx.conf", text)
        process = try InstalledTool("nginx", package: "nginx-light")
            .start(["-c", configuration, "-p", folder.path, "-e", "stderr"])
        let url = "https://localhost:\(port)/hpc/cluster/version"
        let isUp = Deadline.wait { (try? Curl.get(url, ["-k"]).status) == 401 }
        if !isUp {
            throw SetUpFailure(description: "nginx does not start: \(process.standardError)")
        }
    }
}

/// Why a test could not begin.
struct SetUpFailure: Error, CustomStringConvertible {
    let description: String
}
