import Foundation
import TestSupport
import Testing

/// What must never leave the exporter, and what must never enter a page as markup.
struct SecretTests {
    private static let secret = "S3cret+of/tests"
    private static let environment = ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": secret]
    private static let user = #"--hpcpack.username=HPC\monitor"#

    /// The secret as it is, as HTTP Basic sends it, and as URLs write it.
    private static let forms = [
        secret, Data("HPC\\monitor:\(secret)".utf8).base64EncodedString(),
        "S3cret%2Bof%2Ftests",
    ]

    private func expectNoSecret(in process: ChildProcess, _ what: String) {
        for text in [process.standardOutput, process.standardError] {
            for form in Self.forms { #expect(!text.contains(form), "\(what): \(text)") }
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `Credentials do not travel to where a redirect points`(status: Int) throws {
        let other = ScriptedServer { _ in .json("\"5.3\"") }
        let server = ScriptedServer { request in
            let place = other.url.replacingOccurrences(of: "//", with: "//HPC:\(Self.secret)@")
            return .response(status, headers: [("Location", place + request.path)], body: "")
        }
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=\(server.url)", Self.user, "--once", "--log.level=debug"],
            environment: Self.environment
        )
        #expect(try process.exitCode() == 1)
        #expect(other.requests.isEmpty && other.connections == 0)
        #expect(!server.requests.isEmpty)
        #expect(server.requests.allSatisfy { $0.headers["authorization"] != nil })
        #expect(process.standardError.contains("a redirect, which is not followed"))
        expectNoSecret(in: process, "\(status)")
    }

    @Test(arguments: ["logfmt", "json"])
    func `No way to fail writes the password, at the most talkative level`(format: String) throws {
        let echo = ScriptedServer { request in
            // A service that shows what it was asked, as some proxies do.
            let text = request.headers["authorization"] ?? ""
            return .response(
                200,
                headers: [("Content-Type", "text/html")],
                body: "<pre>Authorization: \(text)</pre>"
            )
        }
        let replies: [ScriptedServer.Reply] = [
            .response(401, headers: [("WWW-Authenticate", "Basic realm=\"x\"")], body: "no"),
            .response(401, headers: [("WWW-Authenticate", "Negotiate")], body: ""),
            .response(403, body: "{}"), .response(500, body: "{}"), .json("null"), .json("{"),
            .raw([]), .reset(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".utf8)),
            .raw(Array("nonsense\r\n\r\n".utf8)),
            .response(
                302,
                headers: [("Location", "https://u:\(Self.secret)@x/?\(Self.secret)")],
                body: ""
            ),
            .response(302, headers: [("Location", "/\(Self.secret)#\(Self.secret)")], body: ""),
            .response(200, headers: [("Content-Type", Self.secret)], body: "<"),
            .response(
                401,
                headers: [("WWW-Authenticate", "Basic realm=\"\(Self.secret)\"")],
                body: ""
            ),
            .response(403, headers: [("Via", Self.secret), ("Server", Self.secret)], body: ""),
            .response(407, headers: [("Proxy-Authenticate", Self.secret)], body: Self.secret),
        ]
        var urls = [echo.url, ScriptedServer.refusing().url, "https://127.0.0.1:\(echo.port)"]
        let servers = replies.map { reply in ScriptedServer { _ in reply } }
        urls += servers.map(\.url)
        for url in urls {
            for way in ["--once", "--check"] {
                let process = try ChildProcess(
                    "hpcpack-exporter",
                    [
                        "--hpcpack.url=\(url)", Self.user, way, "--log.level=debug",
                        "--log.format=\(format)",
                    ],
                    environment: Self.environment
                )
                #expect(try process.exitCode() == 1, "\(url)")
                expectNoSecret(in: process, "\(url) \(way)")
            }
        }
    }

    /// The password as people write it into the address of a proxy, and nobody listens there.
    @Test(arguments: [
        "http://svc:S3cret+of/tests@127.0.0.1:9", "svc:S3cret+of/tests@127.0.0.1:9",
        "http://svc:S3cret%2Bof%2Ftests@127.0.0.1:9", "http://svc:S3cret%2Bof%2Ftests@x.invalid:9",
        "socks5h://svc:S3cret%2Bof%2Ftests@127.0.0.1:9", "S3cret+of/tests",
        "https://svc:S3cret%2Bof%2Ftests@127.0.0.1:9", "ftp://svc:S3cret+of/tests@127.0.0.1:9",
        "http://svc:S3cret%2Bof%2Ftests@PROXY",
    ])
    func `The password of a proxy is written nowhere`(address: String) throws {
        // A proxy that refuses, in words that repeat what it was told.
        let proxy = ScriptedServer { request in
            let text = request.headers["proxy-authorization"] ?? ""
            return .response(
                407,
                headers: [("Proxy-Authenticate", "Basic realm=\"\(text)\"")],
                body: text
            )
        }
        let address = address.replacingOccurrences(of: "PROXY", with: "127.0.0.1:\(proxy.port)")
        let target = "127.0.0.1:\(ScriptedServer.refusing().port)"
        for (name, scheme, way) in [
            ("http_proxy", "http", "--once"), ("http_proxy", "http", "check"),
            ("https_proxy", "https", "check"), ("HTTPS_PROXY", "https", "check"),
            ("ALL_PROXY", "https", "check"), ("HPCPACK_EXPORTER_HPCPACK_PROXY", "https", "check"),
        ] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                [way, "--hpcpack.url=\(scheme)://\(target)", Self.user, "--log.level=debug"],
                environment: Self.environment.merging([name: address]) { _, new in new }
            )
            #expect(try process.exitCode() != 0, "\(name) \(way)")
            expectNoSecret(in: process, "\(name)=\(address) \(way)")
        }
        // Served, for the page of people and the metrics.
        let exporter = try RunningExporter(
            ["--hpcpack.url=http://\(target)", Self.user, "--log.level=debug"],
            environment: Self.environment.merging(["http_proxy": address]) { _, new in new }
        )
        for path in ["/metrics", "/"] {
            let text = try Curl.get("http://\(exporter.authority)\(path)").body
            #expect(
                text.contains("hpcpack_up 0") || text.contains("Something fails"),
                "\(path): \(text)"
            )
            for form in Self.forms + ["S3cret"] {
                #expect(!text.contains(form), "\(path): \(text)")
            }
        }
        expectNoSecret(in: exporter.process, address)
    }

    @Test func `A proxy's password on the command line is refused without repeating it`() throws {
        let process = try ChildProcess(
            "hpcpack-exporter",
            ["--hpcpack.url=http://x", "--hpcpack.proxy=http://svc:\(Self.forms[2])@proxy:1"]
        )
        #expect(try process.exitCode() == 2)
        #expect(process.standardError.contains("HPCPACK_EXPORTER_HPCPACK_PROXY"))
        expectNoSecret(in: process, "the flag")
    }

    @Test func `Help and version do not show what the variables hold`() throws {
        for flag in ["--help", "--version"] {
            let process = try ChildProcess(
                "hpcpack-exporter",
                [flag],
                environment: Self.environment.merging([
                    "HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE": Self.secret,
                    "HPCPACK_EXPORTER_HPCPACK_URL": "https://u:\(Self.secret)@head",
                ]) { old, _ in old }
            )
            #expect(try process.exitCode() == 0)
            expectNoSecret(in: process, flag)
        }
    }

    @Test(arguments: [
        ["HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE": secret],
        ["HPCPACK_EXPORTER_HPCPACK_URL": "https://u:\(secret)@head"],
        ["HPCPACK_EXPORTER_HPCPACK_URL": "https://\(secret)"],
        ["HPCPACK_EXPORTER_HPCPACK_URL": secret],
        ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": "\(secret)\u{1}"],
        ["HPCPACK_EXPORTER_HPCPACK_PASWORD": secret],
    ])
    func `A secret in the wrong variable is refused without repeating it`(
        variables: [String: String]
    ) throws {
        let process = try ChildProcess(
            "hpcpack-exporter",
            [Self.user, "--web.listen-address=127.0.0.1:0"]
                + (variables["HPCPACK_EXPORTER_HPCPACK_URL"] == nil
                    ? ["--hpcpack.url=http://x"] : []),
            environment: variables
        )
        #expect(try process.exitCode() == 2)
        #expect(process.standardError.split(separator: "\n").count == 1)
        expectNoSecret(in: process, "\(variables.keys)")
    }

    @Test func `Nothing that the server says becomes markup or a line of its own`() throws {
        let evil = "</b><script>alert(1)</script>\u{1B}[31m\r\nlevel=error msg=forged"
        let json = RestObjects.quoted(evil)
        let cluster = FakeCluster()
        cluster.change { content in
            content.groups = [evil]
            content.nodes = [[("Id", "1"), ("Name", evil), ("State", evil), ("NodeGroups", evil)]]
            content.jobs = [[("Id", "1"), ("State", evil), ("NodeGroups", evil)]]
            content.faults = [
                ("/cluster/version", .json(json)), ("/cluster/activeHeadNode", .json(json)),
                ("/cluster/info/dateTimeFormat", .json(json)),
                (
                    "/jobs/templates",
                    .response(
                        200,
                        headers: [("Content-Type", evil.filter { $0 != "\r\n" })],
                        body: "<"
                    )
                ),
            ]
        }
        let exporter = try RunningExporter([
            "--hpcpack.url=\(cluster.server.url)", "--log.level=debug",
        ])
        _ = try exporter.page()
        let people = try Curl.get("http://\(exporter.authority)/").body
        #expect(people.contains("&lt;script&gt;alert(1)") && !people.contains("<script"))
        #expect(!people.contains("\u{1B}"))
        let page = try exporter.page().text
        #expect(!page.split(separator: "\n").contains { $0.hasPrefix("level=error") })
        let log = exporter.process.standardError
        #expect(log.contains("script") && !log.contains("\u{1B}"))
        #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("ts=") }, "\(log)")
    }
}
