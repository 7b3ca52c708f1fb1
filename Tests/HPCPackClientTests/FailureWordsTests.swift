import CCurl
import TestSupport
import Testing

@testable import HPCPackClient

/// What an answer that is no success is called.
struct FailureWordsTests {
    private func error(_ reply: ScriptedServer.Reply) throws -> RequestError {
        let server = ScriptedServer { _ in reply }
        let session = try Session.test(server, password: .fixed("secret"))
        return try #require(throws: RequestError.self) { try session.clusterVersion() }
    }

    private func error(_ status: Int, _ headers: [(String, String)]) throws -> RequestError {
        try error(.response(status, headers: headers, body: ""))
    }

    @Test func `A refused account is told which schemes the server offers`() throws {
        let windows = try error(
            401,
            [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM, custom x=\"y\"")]
        )
        #expect(windows.reason.hasSuffix("the server offers Negotiate, NTLM"))
        #expect(windows.description.contains("Basic, which /hpc takes from build 5.3.6435 on"))
        #expect(windows.description.contains(#"DOMAIN\user or user@domain"#))
        let basic = try error(401, [("www-authenticate", "basic realm=\"a, Digest b\"")])
        #expect(basic.reason.hasSuffix("offers Basic") && !basic.description.contains("5.3.6435"))
    }

    @Test func `What a proxy refuses is told as the proxy's`() throws {
        for (status, headers) in [
            (407, []), (403, [("Via", "1.1 squid")]), (403, [("X-Squid-Error", "ERR 0")]),
        ] as [(Int, [(String, String)])] {
            let error = try error(status, headers)
            #expect(error.cause == .proxy && error.reason.contains("proxy"), "\(error)")
        }
        for headers in [[], [("Via", "1.1 squid"), ("Server", "Microsoft-IIS/10.0")]] {
            let error = try error(403, headers)
            #expect(error.cause == .status(403) && error.reason.contains("account"), "\(error)")
        }
    }

    @Test(arguments: [404, 503])
    func `Windows answers where the service does not run`(status: Int) throws {
        let type = ("Content-Type", "text/html; charset=us-ascii")
        let windows = try error(status, [("Server", "Microsoft-HTTPAPI/2.0"), type])
        #expect(windows.reason.contains("the HPC REST service does not run there"))
        #expect(windows.cause == .status(status))
        let json = ("Content-Type", "application/json")
        for headers in [[type], [("Server", "Microsoft-HTTPAPI/2.0"), json]] {
            #expect(try !error(status, headers).reason.contains("does not run"))
        }
    }

    @Test(arguments: [
        ("https://head/hpc/cluster/version", "https://head/hpc"), ("/login?token=x", "/…"),
        ("https://u:p@sso.example.com:8443/adfs/x", "https://sso.example.com:8443/…"),
        ("//other/", "http://other"), ("https://other", "https://other"),
    ])
    func `A redirect names its target without what may be secret`(
        location: String,
        shown: String
    ) throws {
        let reason = try error(302, [("Location", location)]).reason
        #expect(reason.contains("it leads to ") && reason.hasSuffix(shown), "\(reason)")
        #expect(!reason.contains("token") && !reason.contains("u:p"))
    }

    @Test func `A host or proxy that does not answer is told by words of our own`() throws {
        let refused = try #require(throws: RequestError.self) {
            try Session.test(ScriptedServer.refusing()).clusterVersion()
        }
        #expect(refused.reason.hasSuffix("no connection to the head node: Connection refused"))
        let slow = try #require(throws: RequestError.self) {
            try Session.test(ScriptedServer { _ in .hang([]) }, timeout: .milliseconds(200))
                .clusterVersion()
        }
        #expect(
            slow.reason.hasSuffix("no complete answer in time: it ended before the answer began")
        )
        let cut = try error(.raw(Wire.head("200 OK", ["Content-Length: 50"]) + [0x22]))
        #expect(cut.reason.hasSuffix("the connection broke: the answer is shorter than it says"))
    }

    @Test func `Cookies go with the pages of one listing, and with no other request`() throws {
        let server = ScriptedServer { request in
            let rows = request.parameter("queryId") == nil ? "1" : "2"
            let cookie = ("Set-Cookie", "lb=node\(rows); Path=/; HttpOnly")
            let token = ("x-ms-continuation-queryId", "q")
            let body = RestObjects.json([[("Id", rows), ("State", "Online")]])
            return .json(body, headers: rows == "1" ? [cookie, token] : [cookie])
        }
        let session = try Session.test(server, rowsPerRead: 1)
        for _ in 0..<2 { try session.nodes(into: StagedRows()) }
        _ = try? session.clusterVersion()
        let cookies = server.requests.map { $0.headers["cookie"] }
        #expect(cookies.prefix(4) == [nil, "lb=node1", nil, "lb=node1"], "\(cookies)")
        #expect(cookies.dropFirst(4).allSatisfy { $0 == nil }, "\(cookies)")
    }

    @Test func `A connection is used no longer than its lifetime`() throws {
        #expect(ClientLimits().connectionLifetime == .seconds(600))
        let server = ScriptedServer { _ in .delayed(0.8, .json("\"5.3\"")) }
        let session = try Session.test(server, limits: { $0.connectionLifetime = .seconds(1) })
        for _ in 0..<4 { _ = try session.clusterVersion() }
        #expect(server.connections > 1 && server.connections < 4, "\(server.connections)")
    }

    @Test(arguments: [
        ("http://proxy:3128", true), ("proxy:3128", true), ("socks5h://u:p@proxy", true),
        ("http://u:a/b@proxy:1", false), ("ftp://proxy", false), ("a b", false), ("http://", false),
    ])
    func `The address of a proxy is checked without repeating it`(text: String, isGood: Bool) {
        let fault = ProxyVariables.fault(of: text)
        #expect((fault == nil) == isGood)
        #expect(fault?.contains("a/b") != true)
        #expect(ProxyVariables.holdsPassword(text) == text.contains(":p@") || !isGood)
    }
}
