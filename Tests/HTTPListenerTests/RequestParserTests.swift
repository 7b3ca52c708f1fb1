import ParserOracles
import Testing

@testable import HTTPListener

struct RequestParserTests {
    @Test(arguments: ParserCorpus.accepted)
    func `A sound request is read, however it is cut`(_ sound: ParserCorpus.Accepted) throws {
        let bytes = Array(sound.text.utf8)
        let whole = ParserRun(bytes)
        #expect(whole.refusal == nil)
        let request = try #require(whole.requests.first)
        #expect(whole.requests.count == 1)
        #expect(request.method == sound.method)
        #expect(request.path == sound.path)
        #expect(request.query == sound.query)
        #expect(request.body == Array(sound.body.utf8))
        #expect(ParserRun.byteByByte(bytes) == whole)
        for index in bytes.indices {
            #expect(ParserRun.split(bytes, at: index) == whole, "split at \(index)")
        }
    }

    @Test(arguments: ParserCorpus.refused)
    func `A request that is not sound is refused, however it is cut`(
        _ broken: ParserCorpus.Refused
    ) {
        let whole = ParserRun(broken.bytes)
        #expect(whole.refusal?.status == broken.status)
        #expect(whole.requests.isEmpty)
        #expect(ParserRun.byteByByte(broken.bytes) == whole)
        for index in stride(from: 0, to: broken.bytes.count, by: max(broken.bytes.count / 200, 1)) {
            #expect(ParserRun.split(broken.bytes, at: index) == whole, "split at \(index)")
        }
    }

    @Test(arguments: ParserCorpus.accepted)
    func `A request that is cut short is awaited`(_ sound: ParserCorpus.Accepted) {
        let bytes = Array(sound.text.utf8)
        for count in bytes.indices {
            let run = ParserRun(Array(bytes[..<count]))
            #expect(run.requests.isEmpty && run.refusal == nil, "after \(count) bytes")
        }
    }

    @Test func `Requests that come in one go are read in order`() {
        let all = ParserCorpus.accepted.map(\.text).joined()
        let run = ParserRun(all)
        #expect(run.refusal == nil)
        #expect(run.requests.map(\.path) == ParserCorpus.accepted.map(\.path))
        #expect(ParserRun.byteByByte(Array(all.utf8)) == run)
    }

    @Test func `Nothing is read after a refusal`() {
        let run = ParserRun(
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\nBAD\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        #expect(run.requests.map(\.path) == ["/a"])
        #expect(run.refusal?.status == 400)
    }

    @Test func `An absolute target brings its own host`() {
        let run = ParserRun("GET http://right:81/x HTTP/1.1\r\nHost: wrong\r\n\r\n")
        #expect(run.requests.first?.headers.values("Host") == ["right:81"])
        #expect(run.requests.first?.target == "http://right:81/x")
    }

    @Test func `Field values keep UTF-8 and read other bytes as Latin-1`() {
        var bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nU: ä \u{1F600}\r\nL: ".utf8)
        bytes += [0xE4, 0x20, 0xFF] + Array("\r\n\r\n".utf8)
        let headers = ParserRun(bytes).requests.first?.headers
        #expect(headers?["U"] == "ä \u{1F600}")
        #expect(headers?["L"] == "ä ÿ")
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: x, CLOSE\r\n", false), ("1.1", "Connection: keep-alive\r\n", true),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive\r\nConnection: close\r\n", false),
        ("1.2", "", true),
    ])
    func `The version and Connection say whether the connection lives on`(
        _ version: String,
        _ field: String,
        _ keepsAlive: Bool
    ) throws {
        let run = ParserRun("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n")
        #expect(try #require(run.requests.first).keepsAlive == keepsAlive)
    }

    @Test func `Without room for bodies every body is refused and an empty one is not`() {
        let limits = ListenerLimits()
        let head = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(
            ParserRun(head + "Content-Length: 1\r\n\r\n", limits: limits).refusal?.status == 413
        )
        #expect(
            ParserRun(head + "Transfer-Encoding: chunked\r\n\r\n", limits: limits).refusal?.status
                == 413
        )
        #expect(ParserRun(head + "Content-Length: 0\r\n\r\n", limits: limits).requests.count == 1)
    }

    @Test func `Methods that are not served are refused before their body`() {
        var limits = ListenerLimits()
        limits.methods = ["GET", "HEAD"]
        let refusal = ParserRun(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
            limits: limits
        ).refusal
        #expect(refusal?.status == 405)
        #expect(refusal?.method == "POST")
        #expect(refusal?.response.headers["Allow"] == "GET, HEAD")
        #expect(ParserRun("HEAD / HTTP/1.0\r\n\r\n", limits: limits).requests.count == 1)
    }

    @Test func `100 Continue is wanted once, and only while nothing of the body has come`() {
        let head = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        var parser = RequestParser(limits: .tests)
        parser.append(Array(head.utf8))
        #expect(parser.next() == .wantsContinue)
        #expect(parser.next() == .needsMore)
        parser.append(Array("ab".utf8))
        #expect(parser.next() == .needsMore)
        parser = RequestParser(limits: .tests)
        parser.append(Array((head + "a").utf8))
        #expect(parser.next() == .needsMore)
        parser = RequestParser(limits: .tests)
        parser.append(Array(head.replacing("1.1", with: "1.0").utf8))
        #expect(parser.next() == .needsMore)
    }

    @Test func `The largest head and request line that are allowed pass`() {
        let line = "GET /\(String(repeating: "a", count: 8 * 1024 - 14)) HTTP/1.1"
        #expect(line.utf8.count == 8 * 1024)
        let run = ParserRun("\(line)\r\nHost: a\r\n\r\n")
        #expect(run.requests.count == 1)
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let filler = String(repeating: "a", count: 16 * 1024 - start.utf8.count - 4)
        #expect(ParserRun("\(start)\(filler)\r\n\r\n").requests.count == 1)
        #expect(ParserRun("\(start)\(filler)a\r\n\r\n").refusal?.status == 431)
    }

    @Test func `A client that pipelines finds little room`() {
        var parser = RequestParser(limits: .tests)
        let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var taken = 0
        while parser.room >= request.count {
            parser.append(request)
            taken += request.count
        }
        #expect(taken <= 17 * 1024)
        guard case .request = parser.next() else {
            Issue.record("no request")
            return
        }
        #expect(parser.room > 0)
    }

    @Test func `Mutated requests are read alike in any pieces, and never trap`() {
        var random = SplitMix(state: 20_240_917)
        let seeds =
            ParserCorpus.accepted.map { Array($0.text.utf8) }
            + ParserCorpus.refused.map(\.bytes).filter { $0.count < 300 }
        var (accepted, refused) = (0, 0)
        for _ in 0..<4000 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2:
                    bytes.insert("\r\n :0;,\"".utf8.randomElement(using: &random) ?? 0, at: index)
                default: bytes += bytes[index...]
                }
            }
            let whole = ParserRun(bytes)
            #expect(ParserRun.byteByByte(bytes) == whole, "\(bytes)")
            accepted += whole.requests.count
            refused += whole.refusal == nil ? 0 : 1
            for request in whole.requests {
                #expect(request.body.count <= ListenerLimits.tests.bodyBytes)
                #expect(request.path.utf8.first == UInt8(ascii: "/") || request.path == "*")
            }
        }
        #expect(accepted > 200 && refused > 500)
    }
}

/// A seeded generator, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
