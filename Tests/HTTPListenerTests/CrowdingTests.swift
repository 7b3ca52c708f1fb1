import Foundation
import Testing

@testable import HTTPListener

/// What becomes of clients when there are more than have a place, or when they are slow.
struct CrowdingTests {
    @Test func `A client that is refused takes no place, however many come`() throws {
        let waiting = Log<HTTPExchange>()
        let running = try RunningServer(limits: ListenerLimits(connections: 4)) {
            waiting.append($0)
        }
        let busy = try (0..<4).map { _ in
            let client = try running.client()
            try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            return client
        }
        try eventually { waiting.values.count == 4 }
        // None of them hangs up: each lingers while the next one comes.
        var refused: [RawClient] = []
        for _ in 0..<60 {
            let client = try running.client()
            try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            #expect(try client.response().status == 503)
            refused.append(client)
        }
        #expect(waiting.values.count == 4)
        #expect(running.refusals.values.count == 60)
        for exchange in waiting.values { exchange.respond(.text(200, "at last")) }
        for client in busy { #expect(try client.response().text == "at last") }
        // Those that had a place rest now, and one of them makes room.
        let next = try running.client()
        try next.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        try eventually { waiting.values.count == 5 }
        waiting.values.last?.respond(.text(200, "welcome"))
        #expect(try next.response().text == "welcome")
    }

    @Test func `A client that reads steadily but slowly is cut off after the longest time`() throws
    {
        var limits = ListenerLimits()
        limits.transferTimeout = .seconds(1)
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: 64 << 20)
        let running = try RunningServer(limits: limits) {
            $0.respond(HTTPResponse(status: 200, body: body))
        }
        let client = try RawClient(port: running.port, receiveBuffer: 4096)
        try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        let begin = ContinuousClock.now
        // Far above the slowest pace, and far too slow to end within the minute of this test.
        #expect(throws: RawClient.Failure.self) {
            while try client.read(atMost: 4096) { usleep(5000) }
        }
        #expect(client.received.count > 20_000 && client.received.count < 32 << 20)
        #expect(ContinuousClock.now - begin < .seconds(40))
    }

    @Test func `A transfer may be slow, but not slower than its pace nor longer than its time`() {
        let start = ContinuousClock.now
        var pace = TransferPace(
            at: start,
            timeout: .seconds(30),
            minimumBytesPerSecond: 1000,
            longest: .seconds(60)
        )
        #expect(pace.deadline == start.advanced(by: .seconds(30)))
        pace.moved(5000, at: start.advanced(by: .seconds(20)))
        #expect(pace.deadline == start.advanced(by: .seconds(35)))
        pace.moved(1 << 40, at: start.advanced(by: .seconds(34)))
        #expect(pace.deadline == start.advanced(by: .seconds(60)))
    }
}
