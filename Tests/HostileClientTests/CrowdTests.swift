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
        _ = becomesTrue { scraper.record.scrapes >= max(before, 5) + 2 }
        let record = scraper.stop()
        #expect(record.failures.isEmpty, "\(record.failures.prefix(3))", sourceLocation: location)
        #expect(record.slowestSeconds < allowedSeconds, sourceLocation: location)
        #expect(record.scrapes >= 5, sourceLocation: location)
        let isAtRest = becomesTrue(within: 15) { subject.isAtRest }
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
            var crowd: [CrowdClient] = []
            for _ in 0..<1200 {
                let client = try CrowdClient(port: subject.port)
                client.send("GET /metrics HTTP/1.1\r\nHost: crowd\r\nX-Half: ")
                crowd.append(client)
                guard crowd.count % 50 == 0 else { continue }
                #expect(subject.use.descriptors < Self.mostDescriptors)
            }
            // Those that still have a place are told 408 when their five seconds are over.
            #expect(becomesTrue(within: 20) { crowd.allSatisfy(\.isEnded) })
        }
    }

    @Test func `500 clients that never read a page of 100,000 series cost one page`() throws {
        let subject = try Subject(nodes: 10_000)
        #expect(try subject.seriesCount() >= 100_000)
        let bytes = try subject.answer("/metrics").bodyBytes
        #expect(bytes > 4 << 20)
        try Self.attack(subject) { _ in
            var crowd: [CrowdClient] = []
            for _ in 0..<500 {
                let client = try CrowdClient(port: subject.port, receiveBuffer: 4096)
                client.ask("/metrics")
                crowd.append(client)
            }
            // All of them are being answered: none has been sent away for another.
            #expect(becomesTrue { subject.use.descriptors >= 500 + subject.start.descriptors })
            #expect(subject.growth < Self.allowedGrowth, "\(subject.growth >> 20) MB")
            #expect(!becomesTrue(within: 2) { !subject.isServing(crowd.count) })
        }
    }

    @Test func `A hundred clients that send a byte a second are cut off in time`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            let head = Array("GET /metrics HTTP/1.1\r\nHost: crowd\r\n\r\n".utf8)
            let crowd = try (0..<100).map { _ in try CrowdClient(port: subject.port) }
            let begin = Date()
            var place = 0
            while place < head.count, !crowd.allSatisfy(\.isEnded) {
                for client in crowd { client.send([head[place]]) }
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
            let crowd = try (0..<20).map { _ in try CrowdClient(port: subject.port) }
            for client in crowd { #expect(client.send(requests)) }
            for client in crowd {
                var leftover: [UInt8] = []
                for _ in 0..<1000 {
                    let answer = try Answer(from: client, leftover: &leftover)
                    #expect(answer.status == 200)
                }
                #expect(leftover.isEmpty)
            }
        }
    }

    @Test func `500 heads of the largest size that never end cost little`() throws {
        let subject = try Subject()
        let lines = (0..<95).map { "X-\($0): \(String(repeating: "a", count: 150))\r\n" }
        let head = "GET / HTTP/1.1\r\nHost: crowd\r\n" + lines.joined()
        #expect(head.utf8.count < 16_384 && head.utf8.count > 14_000)
        try Self.attack(subject) { scraper in
            let crowd = try (0..<500).map { _ in try CrowdClient(port: subject.port) }
            for (number, client) in crowd.enumerated() {
                #expect(client.send(head))
                // This is about memory: the reading of 7 MB is spread over honest scrapes.
                guard number % 25 == 0 else { continue }
                let scrapes = scraper.record.scrapes
                _ = becomesTrue { scraper.record.scrapes > scrapes }
            }
            #expect(subject.growth < Self.allowedGrowth, "\(subject.growth >> 20) MB")
            #expect(becomesTrue(within: 20) { crowd.allSatisfy(\.isEnded) })
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
                let client = try CrowdClient(port: subject.port)
                // The server may hang up on a client that does not stop.
                client.send(text)
                let (answer, _) = client.receiveAll()
                #expect(answer.hasPrefix("HTTP/1.1 \(status) ") || answer.isEmpty)
            }
            // A client that stops at the limit is told why.
            let client = try CrowdClient(port: subject.port)
            client.send(String(text.prefix(16_500)))
            let (answer, ending) = client.receiveAll()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(ending == .closed)
        }
    }

    @Test func `10,000 connections that come and go leave nothing behind`() throws {
        let subject = try Subject()
        try Self.attack(subject) { _ in
            for number in 0..<10_000 {
                let client = try CrowdClient(port: subject.port)
                switch number % 4 {
                case 0: break
                case 1: client.send("GET /metr")
                case 2: client.ask("/metrics")
                default:
                    client.ask("/-/healthy")
                    #expect(!client.receive().bytes.isEmpty)
                }
                if number % 3 == 0 { client.abort() } else { client.close() }
            }
        }
    }

    @Test func `Clients that abort in the middle of a large answer leave nothing behind`() throws {
        let subject = try Subject(nodes: 10_000)
        try Self.attack(subject) { _ in
            for number in 0..<300 {
                let client = try CrowdClient(port: subject.port, receiveBuffer: 65_536)
                client.ask("/metrics")
                var left = number * 1000
                while left > 0 {
                    let (bytes, _) = client.receive(atMost: left)
                    guard !bytes.isEmpty else { break }
                    left -= bytes.count
                }
                #expect(left <= 0)
                if number % 2 == 0 { client.abort() } else { client.close() }
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
            let client = try CrowdClient(port: subject.port, receiveBuffer: 4096)
            client.ask("/metrics")
            return client
        }
        // Whether the descriptors end first or the share of them that clients may have, newcomers are told.
        #expect(becomesTrue { (try? subject.answer("/-/healthy").status) == 503 })
        for _ in 0..<50 {
            let client = try CrowdClient(port: subject.port)
            client.ask("/-/healthy")
            let (answer, _) = client.receiveAll()
            #expect(answer.hasPrefix("HTTP/1.1 503 ") || answer.isEmpty)
        }
        let taken = subject.use.descriptors
        let before = subject.use
        let begin = Date()
        #expect(!becomesTrue(within: 2) { subject.use.descriptors < taken - 20 })
        let share = (subject.use.cpuSeconds - before.cpuSeconds) / -begin.timeIntervalSinceNow
        #expect(share < 0.2, "\(share) of a processor for nothing")
        busy.forEach { $0.close() }
        #expect(becomesTrue { (try? subject.answer("/-/healthy").status) == 200 })
        #expect(becomesTrue { subject.isAtRest })
    }
}

extension Subject {
    /// Whether so many clients have a connection.
    func isServing(_ count: Int) -> Bool { use.descriptors >= count + start.descriptors }
}
