import COpenSSL
import Foundation
import HTTPListener
import TestSupport
import Testing

/// HTTPS as clients see it that behave, and as others do.
@Suite(.serialized)
struct TLSTransportTests {
    private static let request = "GET /x HTTP/1.1\r\nHost: test\r\n\r\n"
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    @Test(arguments: versions)
    func `One connection serves one request after another`(_ version: Int32) throws {
        let server = try TLSServer()
        let client = try server.client(version)
        for _ in 0..<3 {
            try client.send(Self.request)
            #expect(try client.receive(through: "GET /x\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test(arguments: versions)
    func `Bodies of any size come and go whole`(_ version: Int32) throws {
        var limits = ListenerLimits()
        limits.bodyBytes = 8 << 20
        let server = try TLSServer(limits: limits) { exchange in
            exchange.respond(HTTPResponse(status: 200, body: exchange.request.body.reversed()))
        }
        let highest = version == TLS1_2_VERSION ? "1.2" : "1.3"
        let file = server.folder.appendingPathComponent("body")
        for count in [1, 16_383, 16_384, 16_385, 1_000_003] {
            let body = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })
            try body.write(to: file)
            let run = try server.curl([
                "--cacert", server.authority, "--tls-max", highest,
                "--data-binary", "@\(file.path)", "https://localhost:\(server.port)/",
            ])
            #expect(run.bytes == body.reversed(), "\(count) \(run.errors)")
        }
    }

    @Test func `A request that comes byte by byte, handshake and all, is answered`() throws {
        let server = try TLSServer()
        let client = try TLSClient(port: server.port)
        for byte in client.hello() { try client.raw.send([byte]) }
        try client.shakeHands()
        for character in Self.request { try client.send(String(character)) }
        #expect(try client.receive(through: "GET /x\n").contains("200 OK"))
    }

    @Test func `Requests in one record are answered one by one`() throws {
        let server = try TLSServer()
        let client = try server.client()
        try client.send(String(repeating: Self.request, count: 50))
        var count = 0
        while count < 50 {
            guard case .bytes(let text) = try client.receive() else { break }
            count += text.components(separatedBy: "GET /x\n").count - 1
        }
        #expect(count == 50)
    }

    @Test(arguments: versions)
    func `The end of a connection is said, whoever ends it`(_ version: Int32) throws {
        var limits = ListenerLimits()
        limits.idleTimeout = .seconds(1)
        let server = try TLSServer(limits: limits)
        let closing = try server.client(version)
        try closing.send("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        #expect(try closing.receiveAll().end == .end)
        let idle = try server.client(version)
        #expect(try idle.receiveAll().end == .end)
        let leaving = try server.client(version)
        try leaving.end()
        #expect(try leaving.receiveAll().end == .end)
    }

    @Test func `A connection that is cut off ends without close_notify`() throws {
        let waiting = Log<HTTPExchange>()
        let server = try TLSServer { waiting.append($0) }
        let client = try server.client()
        try client.send(Self.request)
        try eventually { !waiting.values.isEmpty }
        server.server.stop(within: .zero)
        let (text, end) = try client.receiveAll()
        #expect(text.isEmpty)
        #expect(end == .cut)
    }

    @Test(arguments: [request, "\0\0\0\0\0\0\0\0", "\u{16}\u{3}\u{1}"])
    func `What is no handshake gets no answer in the clear`(_ text: String) throws {
        var limits = ListenerLimits()
        limits.headTimeout = .milliseconds(300)
        let server = try TLSServer(limits: limits)
        let client = try RawClient(port: server.port)
        try client.send(text)
        var isOpen = true
        // The end may be a reset, since nothing of what was sent is of use.
        while isOpen { isOpen = (try? client.read()) ?? false }
        #expect(!client.text.contains("HTTP"))
        #expect(try server.curl(["-k", "https://localhost:\(server.port)/"]).text == "GET /\n")
    }

    @Test func `Old versions are refused`() throws {
        let server = try TLSServer()
        let run = try server.curl(
            ["-k", "--tls-max", "1.1", "--ciphers", "ALL:@SECLEVEL=0"]
                + ["https://localhost:\(server.port)/"]
        )
        #expect(run.status == 35, "\(run.errors)")
    }

    @Test func `Handshakes that stop half-way are closed in time and cost nobody else anything`()
        throws
    {
        var limits = ListenerLimits()
        limits.headTimeout = .seconds(5)
        let server = try TLSServer(limits: limits)
        var stuck: [TLSClient] = []
        for position in 0..<40 {
            let client = try TLSClient(port: server.port)
            let hello = client.hello()
            try client.raw.send(Array(hello.prefix(hello.count * position / 40)))
            stuck.append(client)
        }
        let start = ContinuousClock.now
        let quick = try server.client()
        try quick.send(Self.request)
        _ = try quick.receive(through: "GET /x\n")
        #expect(ContinuousClock.now - start < .seconds(4), "nobody waits for the others")
        for client in stuck {
            while (try? client.raw.read()) ?? false {}
        }
        #expect(ContinuousClock.now - start > .seconds(1))
        stuck = []
        quick.raw.disconnect()
        try eventually { server.openSockets == 1 }
    }

    @Test func `Descriptors come back from clients that leave at every moment`() throws {
        let server = try TLSServer()
        let hello = try TLSClient(port: server.port).hello()
        for count in stride(from: 0, through: hello.count, by: 8) {
            let client = try RawClient(port: server.port)
            try client.send(Array(hello.prefix(count)))
            count % 16 == 0 ? client.abort() : client.disconnect()
        }
        for _ in 0..<10 {
            let client = try server.client()
            try client.send("GET /x HT")
            client.raw.abort()
        }
        try eventually { server.openSockets == 1 }
        #expect(try server.curl(["-k", "https://localhost:\(server.port)/"]).text == "GET /\n")
    }

    @Test func `Broken handshakes get no further, and the next client is served`() throws {
        var limits = ListenerLimits()
        limits.headTimeout = .seconds(1)
        let server = try TLSServer(limits: limits)
        let hello = try TLSClient(port: server.port).hello()
        var random = UInt64(7)
        func draw(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        for _ in 0..<200 {
            var bytes = hello
            for _ in 0...draw(4) { bytes[draw(bytes.count)] = UInt8(draw(256)) }
            if draw(3) == 0 {
                bytes.insert(contentsOf: hello.prefix(draw(40)), at: draw(bytes.count))
            }
            let client = try RawClient(port: server.port)
            try? client.send(bytes)
            // What comes, if anything, is a record of TLS: a handshake or an alert.
            if draw(2) == 0, (try? client.read(within: 0.05)) == true {
                #expect([0x15, 0x16].contains(client.received.first))
            }
        }
        let client = try server.client()
        try client.send(Self.request)
        #expect(try client.receive(through: "GET /x\n").contains("200 OK"))
        client.raw.disconnect()
        try eventually { server.openSockets == 1 }
    }

    @Test func `New keys on request, and a flood of such requests stops nobody`() throws {
        let server = try TLSServer()
        let flooding = try server.client()
        let other = try server.client()
        for _ in 0..<300 { try flooding.updateKeys() }
        try other.send(Self.request)
        #expect(try other.receive(through: "GET /x\n").contains("200 OK"))
        try flooding.send(Self.request)
        #expect(try flooding.receive(through: "GET /x\n").contains("200 OK"))
    }

    @Test func `A second handshake on a connection is refused`() throws {
        let server = try TLSServer()
        let client = try server.client(TLS1_2_VERSION)
        try client.renegotiate()
        try? client.send(Self.request)
        let text = try? client.receiveAll().text
        #expect(text?.contains("200 OK") != true)
        #expect(try server.curl(["-k", "https://localhost:\(server.port)/"]).text == "GET /\n")
    }

    @Test func `A client that reads slowly gets all, and others are served meanwhile`() throws {
        let body = [UInt8](repeating: UInt8(ascii: "z"), count: 12 << 20)
        let server = try TLSServer { exchange in
            exchange.request.path == "/large"
                ? exchange.respond(HTTPResponse(status: 200, body: body))
                : exchange.respond(.text(200, "quick\n"))
        }
        let slow = try TLSClient(port: server.port, receiveBuffer: 8192)
        try slow.shakeHands()
        try slow.send("GET /large HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        let head = try slow.receive(through: "zzz")
        for _ in 0..<5 {
            let quick = try server.client()
            try quick.send(Self.request)
            _ = try quick.receive(through: "quick\n")
        }
        let (rest, end) = try slow.receiveAll()
        #expect((head + rest).utf8.count { $0 == UInt8(ascii: "z") } == body.count)
        #expect(end == .end)
    }

    @Test func `A client for whom there is no room is told so over TLS`() throws {
        let server = try TLSServer(limits: ListenerLimits(connections: 1)) { exchange in
            exchange.respond(.text(200, "late\n"), after: .seconds(30))
        }
        let busy = try server.client()
        try busy.send(Self.request)
        // The place is taken once the request is with the handler.
        try eventually {
            let late = try TLSClient(port: server.port)
            guard (try? late.shakeHands()) != nil else { return false }
            let (text, end) = try late.receiveAll()
            return text.hasPrefix("HTTP/1.1 503 ") && end == .end
        }
        busy.raw.disconnect()
    }

    @Test func `Many clients at once are all answered`() async throws {
        let server = try TLSServer()
        let port = server.port
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    var count = 0
                    for round in 0..<5 {
                        let client = try TLSClient(
                            port: port,
                            version: Self.versions[(number + round) % 2]
                        )
                        try client.shakeHands()
                        try client.send("GET /\(number)/\(round) HTTP/1.1\r\nHost: t\r\n\r\n")
                        _ = try client.receive(through: "GET /\(number)/\(round)\n")
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(answered == 40)
        try eventually { server.openSockets == 1 }
    }
}
