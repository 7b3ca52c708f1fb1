import Foundation
import HTTPListener
import Testing

struct DripTests {
    private static let answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz"

    private func server(_ pieceBytes: Int, _ pause: Duration, _ ending: HTTPEnding) throws
        -> RunningServer
    {
        try RunningServer { exchange in
            exchange.respondRaw(
                Array(Self.answer.utf8),
                inPiecesOf: pieceBytes,
                every: pause,
                then: ending
            )
        }
    }

    @Test(arguments: [1, 7, 63, 64, 65, 1000, 0])
    func `An answer in pieces arrives whole, whatever their size`(_ pieceBytes: Int) throws {
        let server = try server(pieceBytes, .milliseconds(1), .keepAlive)
        let client = try server.client()
        for _ in 0..<2 {
            #expect(try client.get().text == "abcdefghijklmnopqrstuvwxyz")
        }
    }

    @Test func `A piece goes no sooner than a pause after the one before`() throws {
        let server = try server(40, .milliseconds(150), .close)
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        try client.read()
        let start = ContinuousClock.now
        #expect(client.received.count == 40)
        #expect(try client.readToEnd() == Self.answer)
        #expect(ContinuousClock.now - start > .milliseconds(100))
    }

    @Test func `Others are served while an answer drips`() throws {
        let server = try RunningServer { exchange in
            guard exchange.request.path == "/drip" else {
                return exchange.respond(.text(200, "quick\n"))
            }
            let bytes = Array(Self.answer.utf8)
            exchange.respondRaw(bytes, inPiecesOf: 1, every: .seconds(60), then: .close)
        }
        let slow = try server.client()
        try slow.send("GET /drip HTTP/1.1\r\nHost: test\r\n\r\n")
        try slow.read()
        #expect(try server.client().get().text == "quick\n")
        #expect(slow.received == [UInt8(ascii: "H")])
    }

    @Test func `A client that leaves in the middle is let go`() throws {
        let server = try server(1, .milliseconds(1), .keepAlive)
        for _ in 0..<20 {
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            try client.read()
            client.abort()
        }
        #expect(try server.client().get().text.hasSuffix("xyz"))
    }
}
