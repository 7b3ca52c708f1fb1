import Foundation
import TestSupport
import Testing

/// Crowds of clients against the built exporter with 1,024 descriptors.
///
/// What every test asks for besides its own point: an honest scrape is answered whole within a second
/// all the while, memory grows by less than 30 MB, and the descriptors come back to where they were.
///
/// They measure waits, so nothing else should run meanwhile: `make test` runs them alone.
@Suite(.serialized)
struct CrowdTests {
    private static let allowedGrowth = Sanitizer.isOn ? Int.max : 30 << 20
    private static let allowedSeconds = Sanitizer.isOn ? 10.0 : 1
    /// The clients that have a place, those that are being refused, and the server's own few.
    private static let mostDescriptors = 512 + 16 + 40

    /// Lets a crowd loose on an exporter while an honest client scrapes it, then looks at the damage.
    private static func attack(
        _ subject: Subject,
        location: SourceLocation = #_sourceLocation,
        _ crowd: (HonestScraper) throws -> Void
    ) throws {
        OwnDescriptors.allowMany()
        let scraper = HonestScraper(port: subject.port)
        defer { _ = scraper.stop() }
        try crowd(scraper)
        let before = scraper.record.scrapes
        _ = Deadline.wait { scraper.record.scrapes >= max(before, 5) + 2 }
        let record = scraper.stop()
        #expect(record.failures.isEmpty, "\(record.failures.prefix(3))", sourceLocation: location)
        #expect(record.slowestSeconds < allowedSeconds, sourceLocation: location)
        #expect(record.scrapes >= 5, sourceLocation: location)
        let isAtRest = Deadline.wait(seconds: 15) { subject.isAtRest }
        #expect(
            isAtRest,
            "\(subject.use.descriptors) descriptors, not \(subject.start.descriptors); \(subject.log)",
            sourceLocation: location
        )
        #expect(
            subject.growth < allowedGrowth,
            "\(subject.growth >> 20) MB",
            sourceLocation: location
        )
    }

    @Test func `1,200 clients that send half a head are outlived`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            var crowd: [RawClient] = []
            for _ in 0..<1200 {
                let client = try RawClient(port: subject.port)
                try client.send("GET /metrics HTTP/1.1\r\nHost: crowd\r\nX-Half: ")
                crowd.append(client)
                guard crowd.count % 50 == 0 else { continue }
                #expect(subject.use.descriptors < Self.mostDescriptors)
            }
            // Those that still have a place are told 408 when their five seconds are over.
            #expect(Deadline.wait(seconds: 20) { crowd.allSatisfy(\.isEnded) })
        }
    }

    @Test func `500 clients that never read a page of 100,000 series cost one page`() throws {
        let subject = try Subject(nodes: 10_000)
        #expect(try subject.seriesCount() >= 100_000)
        let bytes = try subject.answer("/metrics").body.count
        #expect(bytes > 4 << 20)
        try Self.attack(subject) { _ in
            var crowd: [RawClient] = []
            for _ in 0..<500 {
                let client = try RawClient(port: subject.port, receiveBuffer: 4096)
                try client.request("/metrics")
                crowd.append(client)
            }
            // All of them are being answered: none has been sent away for another.
            #expect(Deadline.wait { subject.use.descriptors >= 500 + subject.start.descriptors })
            #expect(subject.growth < Self.allowedGrowth, "\(subject.growth >> 20) MB")
            #expect(!Deadline.wait(seconds: 2) { !subject.isServing(crowd.count) })
        }
    }

    @Test func `A hundred clients that send a byte a second are cut off in time`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            let head = Array("GET /metrics HTTP/1.1\r\nHost: crowd\r\n\r\n".utf8)
            let crowd = try (0..<100).map { _ in try RawClient(port: subject.port) }
            let begin = Date()
            var place = 0
            while place < head.count, !crowd.allSatisfy(\.isEnded) {
                for client in crowd { try? client.send([head[place]]) }
                place += 1
                // The pace of the attack, not a wait for anything.
                Foundation.Thread.sleep(forTimeInterval: 1)
            }
            let areEnded = crowd.allSatisfy(\.isEnded)
            #expect(areEnded, "\(place) bytes were taken")
            #expect(-begin.timeIntervalSinceNow < (Sanitizer.isOn ? 60 : 9))
        }
    }

    @Test func `20 clients that pipeline 1,000 requests get 1,000 answers each`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            let request = "GET /-/healthy HTTP/1.1\r\nHost: crowd\r\n\r\n"
            let requests = Array(String(repeating: request, count: 1000).utf8)
            let crowd = try (0..<20).map { _ in try RawClient(port: subject.port) }
            for client in crowd { try client.send(requests) }
            for client in crowd {
                for _ in 0..<1000 { #expect(try client.response().status == 200) }
                #expect(client.received.isEmpty)
            }
        }
    }

    @Test func `500 heads of the largest size that never end cost little`() throws {
        let subject = try Subject()
        let lines = (0..<95).map { "X-\($0): \(String(repeating: "a", count: 150))\r\n" }
        let head = "GET / HTTP/1.1\r\nHost: crowd\r\n" + lines.joined()
        #expect(head.utf8.count < 16_384 && head.utf8.count > 14_000)
        try Self.attack(subject) { scraper in
            let crowd = try (0..<500).map { _ in try RawClient(port: subject.port) }
            for (number, client) in crowd.enumerated() {
                try client.send(head)
                // This is about memory: the reading of 7 MB is spread over honest scrapes.
                guard number % 25 == 0 else { continue }
                let scrapes = scraper.record.scrapes
                _ = Deadline.wait { scraper.record.scrapes > scrapes }
            }
            #expect(subject.growth < Self.allowedGrowth, "\(subject.growth >> 20) MB")
            #expect(Deadline.wait(seconds: 20) { crowd.allSatisfy(\.isEnded) })
        }
    }

    @Test(arguments: [
        (414, "GET /" + String(repeating: "a", count: 1 << 20)),
        (431, "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 1 << 20)),
        (431, "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 200_000)),
    ])
    func `Heads over the limit are refused, however much follows`(status: Int, text: String) throws
    {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            for _ in 0..<40 {
                let client = try RawClient(port: subject.port)
                // The server may hang up on a client that does not stop.
                try? client.send(text)
                _ = try? client.readToEnd()
                #expect(client.text.hasPrefix("HTTP/1.1 \(status) ") || client.text.isEmpty)
            }
            // A client that stops at the limit is told why.
            let client = try RawClient(port: subject.port)
            try client.send(String(text.prefix(16_500)))
            #expect(try client.readToEnd().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func `10,000 connections that come and go leave nothing behind`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            for number in 0..<10_000 {
                let client = try RawClient(port: subject.port)
                switch number % 4 {
                case 0: break
                case 1: try client.send("GET /metr")
                case 2: try client.request("/metrics")
                default:
                    try client.request("/-/healthy")
                    #expect(try client.read())
                }
                if number % 3 == 0 { client.abort() } else { client.disconnect() }
            }
        }
    }

    @Test func `Clients that abort in the middle of a large answer leave nothing behind`() throws {
        let subject = try Subject(nodes: 10_000)
        try Self.attack(subject) { _ in
            for number in 0..<300 {
                let client = try RawClient(port: subject.port, receiveBuffer: 65_536)
                try client.request("/metrics")
                #expect(try client.read(count: number * 1000).count == number * 1000)
                if number % 2 == 0 { client.abort() } else { client.disconnect() }
            }
        }
    }

    @Test func `Running out of descriptors stops nothing and burns no processor`() throws {
        let subject = try Subject(nodes: 10_000, openFiles: 128)
        OwnDescriptors.allowMany()
        let free = 128 - subject.start.descriptors
        #expect(free > 20)
        // Each asks and does not read, so that nobody can be sent away for another.
        let busy = try (0..<free + 20).map { _ in
            let client = try RawClient(port: subject.port, receiveBuffer: 4096)
            try client.request("/metrics")
            return client
        }
        // Whether the descriptors end first or the share of them that clients may have, newcomers are told.
        #expect(Deadline.wait { (try? subject.answer("/-/healthy").status) == 503 })
        for _ in 0..<50 {
            let client = try RawClient(port: subject.port)
            try? client.request("/-/healthy")
            _ = try? client.readToEnd()
            #expect(client.text.hasPrefix("HTTP/1.1 503 ") || client.text.isEmpty)
        }
        let taken = subject.use.descriptors
        let before = subject.use
        let begin = Date()
        #expect(!Deadline.wait(seconds: 2) { subject.use.descriptors < taken - 20 })
        let share = (subject.use.cpuSeconds - before.cpuSeconds) / -begin.timeIntervalSinceNow
        #expect(share < 0.2, "\(share) of a processor for nothing")
        busy.forEach { $0.disconnect() }
        #expect(Deadline.wait { (try? subject.answer("/-/healthy").status) == 200 })
        #expect(Deadline.wait { subject.isAtRest })
    }
}

extension Subject {
    /// Whether so many clients have a connection.
    func isServing(_ count: Int) -> Bool { use.descriptors >= count + start.descriptors }
}
