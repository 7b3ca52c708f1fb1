import Foundation
import TestSupport
import Testing

/// The built exporter with `--web.config.file` (docs/web-configuration.md).
struct WebConfigurationTests {
    /// The hash of ``password``, of the lowest cost.
    private static let hash = "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"
    private static let password = "Kk4DQuMMfZL9o"
    private static let users = "basic_auth_users:\n  prometheus: \(hash)\n"
    private static let tls = "tls_server_config:\n  cert_file: host.pem\n  key_file: host.key\n"

    /// Certificates of an authority `ca` for `host` and `client`, and of an authority `others` for `stranger`.
    private static func makeCertificates() throws -> CertificateFolder {
        let folder = try CertificateFolder()
        try folder.makeAuthority("ca")
        try folder.makeAuthority("others")
        try folder.makeCertificate("host", by: "ca")
        let names = "DNS:prometheus.example"
        try folder.makeCertificate("client", by: "ca", names: names, usage: "clientAuth")
        try folder.makeCertificate("stranger", by: "others", names: names, usage: "clientAuth")
        return folder
    }

    private static func start(
        _ cluster: SimulatedCluster,
        _ file: String,
        scheme: String = "https",
        _ flags: [String] = []
    ) throws -> RunningExporter {
        try RunningExporter(
            cluster.flags + [
                "--web.config.file=\(file)", "--hpcpack.max-request-rate=0",
                "--collector.interval=1s",
            ]
                + flags,
            environment: SimulatedCluster.environment,
            scheme: scheme
        )
    }

    private static func curl(
        _ exporter: RunningExporter,
        _ path: String,
        _ arguments: [String],
        in folder: CertificateFolder
    ) throws -> Curl.Answer {
        try Curl("https://\(exporter.authority)", authority: folder["ca.pem"], user: nil)(
            path,
            arguments
        )
    }

    @Test func `Prometheus scrapes with TLS, with a client certificate and with a password`() throws
    {
        let cluster = try SimulatedCluster(["--jobs=20"])
        let folder = try Self.makeCertificates()
        let open = try Self.start(cluster, folder.write("tls.yml", Self.tls))
        let mutual = try Self.start(
            cluster,
            folder.write(
                "mutual.yml",
                Self.tls
                    + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n"
                    + "  client_allowed_sans: [prometheus.example]\n"
            )
        )
        let secret = try Self.start(cluster, folder.write("users.yml", Self.tls + Self.users))
        let plain = try Self.start(cluster, folder.write("plain.yml", Self.users), scheme: "http")
        func job(_ name: String, _ exporter: RunningExporter, _ lines: String) -> String {
            """
            - job_name: \(name)
              static_configs: [{targets: ['\(exporter.authority)']}]
              \(lines)

            """
        }
        let authority = "ca_file: '\(folder["ca.pem"])'"
        func own(_ name: String) -> String {
            "scheme: https\n  tls_config: {\(authority), cert_file: '\(folder["\(name).pem"])', "
                + "key_file: '\(folder["\(name).key"])'}"
        }
        let trusting = "scheme: https\n  tls_config: {\(authority)}"
        func account(_ password: String) -> String {
            "basic_auth: {username: prometheus, password: '\(password)'}"
        }
        let good = [
            job("tls", open, trusting), job("mutual", mutual, own("client")),
            job("users", secret, trusting + "\n  " + account(Self.password)),
            job("plain", plain, account(Self.password)),
        ]
        let bad = [
            job("untrusting", open, "scheme: https"), job("unencrypted", open, "scheme: http"),
            job("certificateless", mutual, trusting), job("stranger", mutual, own("stranger")),
            job("wrong", secret, trusting + "\n  " + account("wrong")),
            job("anonymous", secret, trusting), job("plainly_anonymous", plain, "scheme: http"),
        ]
        let prometheus = try PrometheusProcess(scraping: [], more: (good + bad).joined())
        try prometheus.wait(for: "count(up == 1) == \(good.count)")
        try prometheus.wait(for: "count(up == 0) == \(bad.count)")
        let up = try prometheus.api.query("up == 1").compactMap { $0.labels["job"] }
        #expect(Set(up) == ["tls", "mutual", "users", "plain"])
        for job in up {
            #expect(try !prometheus.api.query("hpcpack_nodes{job=\"\(job)\"}").isEmpty)
        }
        try prometheus.wait(
            for:
                "hpcpack_exporter_http_requests_total{job=\"users\", handler=\"metrics\", code=\"401\"} > 1"
        )
    }

    @Test func `Every page is behind the password, on every address, and has the headers`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let folder = try Self.makeCertificates()
        let text =
            Self.tls + Self.users
            + "http_server_config:\n  headers:\n    X-Frame-Options: deny\n    Content-Security-Policy: sandbox\n"
            + "    Strict-Transport-Security: max-age=1\n"
        let exporter = try Self.start(
            cluster,
            folder.write("web.yml", text),
            ["--web.listen-address=[::1]:0"]
        )
        let log = exporter.process.standardError
        let addresses = log.components(separatedBy: "address=https://").dropFirst().map {
            String($0.prefix { $0 != "/" })
        }
        #expect(addresses.count == 2 && !log.contains("address=http:"), "\(log)")
        for address in addresses {
            // The certificate names 127.0.0.1 alone.
            let curl = try Curl("https://\(address)", user: nil)
            for path in ["/", "/metrics", "/sd/nodes?port=9100", "/-/healthy", "/-/ready", "/none"]
            {
                let refused = try curl(path, ["-k"])
                #expect(refused.status == 401, "\(path)")
                #expect(refused.headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
                let wrong = try curl(path, ["-k", "-u", "prometheus:wrong"])
                #expect(wrong.status == 401 && wrong.body == refused.body)
                let answer = try curl(path, ["-k", "-u", "prometheus:\(Self.password)"])
                #expect(answer.status == (path == "/none" ? 404 : 200), "\(path)")
                for response in [refused, wrong, answer] {
                    #expect(response.headers["x-frame-options"] == "deny")
                    #expect(response.headers["content-security-policy"] == "sandbox")
                    #expect(response.headers["strict-transport-security"] == "max-age=1")
                }
            }
        }
    }

    @Test func `A limit of requests is kept`() throws {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let folder = try CertificateFolder()
        let file = try folder.write("web.yml", "rate_limit:\n  interval: 1h\n  burst: 3\n")
        let exporter = try Self.start(cluster, file, scheme: "http")
        let statuses = try (0..<5).map { _ in
            try Curl.get("http://\(exporter.authority)/-/healthy").status
        }
        #expect(statuses == [200, 200, 200, 429, 429])
    }

    @Test
    func `Certificate and password are replaced while it runs, and what is broken is told once`()
        throws
    {
        let cluster = try SimulatedCluster(["--jobs=5"])
        let folder = try Self.makeCertificates()
        let file = try folder.write("web.yml", Self.tls + Self.users)
        let exporter = try Self.start(cluster, file)
        func status(_ password: String) throws -> Int {
            try Self.curl(exporter, "/-/healthy", ["-u", "prometheus:\(password)"], in: folder)
                .status
        }
        #expect(try status(Self.password) == 200)
        // The hash of "other".
        let other = "$2b$04$cVWp4XaNU8a4v1uMRum2SOCntJFryuFEJAiSSGu2hJ3jgfQdhGW/y"
        try folder.write("web.yml", Self.tls + Self.users.replacing(Self.hash, with: other))
        #expect(try status(Self.password) == 401)
        #expect(try status("other") == 200)
        try folder.write("web.yml", Self.tls + "basic_auth_users:\n  prometheus: other\n")
        for _ in 0..<3 { #expect(try status(Self.password) == 401) }
        try folder.write("web.yml", Self.tls + Self.users)
        #expect(try status(Self.password) == 200)
        try folder.makeCertificate("host", by: "others")
        #expect(try status(Self.password) == 0, "an authority that is not believed")
        let log = exporter.process.standardError
        let lines = log.split(separator: "\n").filter { $0.contains("web configuration") }
        let expected = "basic_auth_users.prometheus: a bcrypt hash is expected here"
        #expect(lines.count { $0.contains("level=error") && $0.contains(expected) } == 1, "\(log)")
        #expect(lines.count { $0.contains("level=info") } >= 2, "\(log)")
        #expect(!log.contains(other) && !log.contains(Self.hash))
    }

    @Test(arguments: [[], ["--once"], ["check"]])
    func `A file that cannot be used ends it with 2, named with line and key`(_ how: [String])
        throws
    {
        let folder = try CertificateFolder()
        let file = try folder.write("web.yml", "tls_server_config:\n  cert_file: none.pem\n")
        for (path, said) in [
            (
                file,
                ":2: tls_server_config.cert_file: the file cannot be read: No such file or directory"
            ),
            (folder["none.yml"], ": the file cannot be read: No such file or directory"),
        ] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                how + ["--hpcpack.url=http://127.0.0.1:1/hpc", "--web.config.file=\(path)"]
            )
            #expect(try process.exitCode() == 2)
            #expect(
                process.standardError == "hpcpack-exporter: --web.config.file: \(path)\(said)\n",
                "\(process.standardError)"
            )
        }
    }
}
