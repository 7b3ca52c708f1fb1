import Foundation
import TestSupport
import Testing

/// Crowds of clients against the built exporter with a web configuration.
///
/// As in `CrowdTests`, an honest scrape is answered within a second all the while, and nothing is left behind.
@Suite(.serialized)
struct SecureCrowdTests {
    private static let allowedSeconds = Sanitizer.isOn ? 15.0 : 1

    /// The beginning of a ClientHello that promises 512 bytes.
    private static let halfHello: [UInt8] =
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
        + Array(repeating: 7, count: 20)

    /// A whole ClientHello of TLS 1.2 (RFC 5246 §7.4.1.2), after which the server waits for keys.
    private static let hello: [UInt8] = {
        let extensions: [UInt8] =
            [0x00, 0x0A, 0x00, 0x06, 0x00, 0x04, 0x00, 0x1D, 0x00, 0x17]  // X25519 and P-256
            + [0x00, 0x0B, 0x00, 0x02, 0x01, 0x00]  // points that are not compressed
            + [0x00, 0x0D, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03]  // ECDSA with P-256 and SHA-256
        let body: [UInt8] =
            [0x03, 0x03] + Array(repeating: 9, count: 32) + [
                0x00, 0x00, 0x02, 0xC0, 0x2B, 0x01, 0x00,
            ]
            + [0x00, UInt8(extensions.count)] + extensions
        return [0x16, 0x03, 0x01, 0x00, UInt8(body.count + 4), 0x01, 0x00, 0x00, UInt8(body.count)]
            + body
    }()

    private static func attack(
        _ subject: SecureSubject,
        _ crowd: (HonestScraper) throws -> Void
    ) throws {
        OwnDescriptors.allowMany()
        let scraper = HonestScraper { subject.scrape() }
        defer { _ = scraper.stop() }
        try crowd(scraper)
        let before = scraper.record.scrapes
        _ = Deadline.wait { scraper.record.scrapes >= max(before, 5) + 2 }
        let record = scraper.stop()
        #expect(record.failures.isEmpty, "\(record.failures.prefix(3))")
        #expect(record.slowestSeconds < allowedSeconds)
        #expect(record.scrapes >= 5)
        #expect(Deadline.wait(seconds: 15) { subject.isAtRest }, "\(subject.log)")
        #expect(Sanitizer.isOn || subject.growth < 30 << 20, "\(subject.growth >> 20) MB")
    }

    @Test(arguments: [(halfHello, false), (hello, true)])
    func `1,200 clients that leave their handshake unfinished are outlived`(
        _ bytes: [UInt8],
        _ isAnswered: Bool
    ) throws {
        let subject = try SecureSubject(hasTLS: true)
        try Self.attack(subject) { _ in
            var crowd: [RawClient] = []
            for _ in 0..<1200 {
                let client = try RawClient(port: subject.port)
                try client.send(bytes)
                crowd.append(client)
                if isAnswered, crowd.count == 1 {
                    // Its certificate: the hello is a sound one.
                    #expect(try client.read(count: 100).first == 0x16)
                }
            }
            #expect(Deadline.wait(seconds: 20) { crowd.allSatisfy(\.isEnded) })
        }
    }

    @Test func `Clients that speak no TLS are sent away`() throws {
        let subject = try SecureSubject(hasTLS: true)
        try Self.attack(subject) { _ in
            for text in [
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "SSH-2.0-x\r\n",
                "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
            ] {
                for _ in 0..<100 {
                    let client = try RawClient(port: subject.port)
                    try client.send(text)
                    _ = try? client.readToEnd()
                    #expect(!client.text.contains(" 200 "))
                }
            }
        }
    }

    /// Sends wrong passwords on many connections at once, as fast as they are answered.
    private static func flood(_ subject: SecureSubject, users: [String], rounds: Int) throws
        -> [Int: Int]
    {
        var statuses: [Int: Int] = [:]
        var number = 0
        for _ in 0..<rounds {
            var crowd: [RawClient] = []
            for _ in 0..<100 {
                let client = try RawClient(port: subject.port)
                number += 1
                let words = Data("\(users[number % users.count]):wrong \(number)".utf8)
                try client.request(
                    "/metrics",
                    "Authorization: Basic \(words.base64EncodedString())\r\nConnection: close\r\n"
                )
                crowd.append(client)
            }
            for client in crowd { statuses[try client.response().status, default: 0] += 1 }
        }
        return statuses
    }

    @Test func `A flood of wrong passwords keeps no honest scrape waiting`() throws {
        let subject = try SecureSubject(hasTLS: false)
        // It has been answered before, like that of a Prometheus: the flood comes from the same address.
        #expect(subject.scrape() == nil)
        try Self.attack(subject) { _ in
            let statuses = try Self.flood(
                subject,
                users: [SecureSubject.user, "nobody"],
                rounds: 8
            )
            #expect(Set(statuses.keys).isSubset(of: [401, 503]), "\(statuses)")
            #expect(statuses[401] ?? 0 > 10 && statuses[503] ?? 0 > 10, "\(statuses)")
        }
    }

    @Test func `A first scrape amid a flood from another address is answered within a second`()
        throws
    {
        let subject = try SecureSubject(hasTLS: false)
        let flood = Foundation.Thread {
            _ = try? Self.flood(subject, users: [SecureSubject.user], rounds: 8)
        }
        flood.start()
        defer { _ = Deadline.wait { flood.isFinished } }
        _ = Deadline.wait { subject.isBusy }
        let begin = Date()
        let failure = subject.scrape(["--interface", "127.0.0.2"])
        #expect(failure == nil)
        #expect(-begin.timeIntervalSinceNow < Self.allowedSeconds)
        #expect(!flood.isFinished, "the flood goes on meanwhile")
    }
}

/// The exporter behind a web configuration: a process of its own with few descriptors.
final class SecureSubject: Sendable {
    static let user = "prometheus"
    private static let password = "secret"
    /// The hash of the password, of the usual cost.
    private static let hash = "$2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u"

    private let cluster: FakeCluster
    private let process: ChildProcess
    private let certificates: CertificateFolder
    private let curl: Curl
    private let start: ProcessVitals

    /// The port on 127.0.0.1.
    let port: UInt16

    /// Starts the exporter and waits until its first round has ended.
    ///
    /// - Parameter hasTLS: Whether it speaks TLS; else it asks for a password.
    /// - Throws: What keeps it from serving.
    init(hasTLS: Bool) throws {
        certificates = try CertificateFolder()
        try certificates.makeAuthority("ca")
        try certificates.makeCertificate("host", by: "ca")
        let text =
            hasTLS
            ? "tls_server_config:\n  cert_file: host.pem\n  key_file: host.key\n"
            : "basic_auth_users:\n  \(Self.user): \(Self.hash)\n"
        cluster = FakeCluster(FakeCluster.Content())
        process = try ChildProcess(
            "hpcpack-exporter",
            [
                "--web.listen-address=127.0.0.1:0", "--hpcpack.url=\(cluster.server.url)",
                "--collector.interval=1d", "--collector.max-age=2d",
                "--web.config.file=\(certificates.write("web.yml", text))",
            ],
            shell: "ulimit -n 1024 && exec \"$0\" \"$@\""
        )
        let scheme = hasTLS ? "https" : "http"
        let authority = try process.word(after: "address=\(scheme)://127.0.0.1:")
        guard let port = UInt16(authority.prefix { $0 != "/" }) else {
            throw ChildProcess.Failure(description: "no port in \(authority)")
        }
        self.port = port
        curl = try Curl(
            "\(scheme)://127.0.0.1:\(port)",
            authority: certificates["ca.pem"],
            user: hasTLS ? nil : "\(Self.user):\(Self.password)"
        )
        start = Self.settled(process.id)
    }

    /// What a process holds once it has been at rest for a while; asking it would have its password checked.
    private static func settled(_ id: Int32) -> ProcessVitals {
        var last = ProcessVitals()
        var since = Date()
        _ = Deadline.wait {
            let now = (try? ProcessVitals(of: id)) ?? ProcessVitals()
            if now.descriptors != last.descriptors || now.cpuSeconds != last.cpuSeconds {
                (last, since) = (now, Date())
            }
            return -since.timeIntervalSinceNow > 0.5
        }
        return last
    }

    /// Scrapes by curl.
    ///
    /// - Returns: What went wrong; `nil` for a whole page.
    func scrape(_ arguments: [String] = []) -> String? {
        do {
            let answer = try curl("/metrics", ["--compressed"] + arguments)
            return answer.status == 200 ? nil : "status \(answer.status), exit \(answer.exitCode)"
        } catch {
            return "\(error)"
        }
    }

    private var use: ProcessVitals { (try? ProcessVitals(of: process.id)) ?? ProcessVitals() }

    /// How much the memory has grown since the start.
    var growth: Int { use.memoryBytes - start.memoryBytes }

    /// Whether it uses a processor for passwords.
    var isBusy: Bool { use.cpuSeconds > start.cpuSeconds + 0.2 }

    /// Whether it lives, and uses few descriptors.
    var isAtRest: Bool { process.isRunning && use.descriptors <= start.descriptors + 4 }

    /// What it has logged.
    var log: String { process.standardError }
}
