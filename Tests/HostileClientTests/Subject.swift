import Foundation
import TestSupport

/// The exporter under attack: a process of its own with few descriptors, before a cluster of any size.
final class Subject {
    private let cluster: FakeCluster
    private let process: ChildProcess

    /// The port on 127.0.0.1.
    let port: UInt16

    /// The use at rest, before anybody attacks.
    private(set) var start = ProcessVitals()

    /// Starts the exporter and waits until its first round has ended and it rests.
    ///
    /// - Parameters:
    ///   - nodes: How many nodes there are; each has eleven series and more.
    ///   - openFiles: The limit of descriptors.
    ///   - flags: More flags.
    /// - Throws: What keeps it from serving.
    init(nodes: Int = 20, openFiles: Int = 1024, flags: [String] = []) throws {
        var content = FakeCluster.Content()
        content.groups = ["ComputeNodes", "GPU"]
        content.nodes = (0..<nodes).map { number in
            [
                ("Id", String(number)), ("Name", "NODE-\(number)"), ("State", "Online"),
                ("Reachable", "True"), ("Availability", "AlwaysOn"), ("Location", "OnPremise"),
                ("NumCores", "32"), ("NumSockets", "2"), ("MemorySize", "131072"),
                ("NodeGroups", "ComputeNodes,GPU"), ("OnlineTime", "7/5/2019 9:05:07 AM"),
            ]
        }
        cluster = FakeCluster(content)
        // One round and no more, so that nothing but the clients moves the memory.
        process = try ChildProcess(
            "hpcpack-exporter",
            [
                "--web.listen-address=127.0.0.1:0", "--hpcpack.url=\(cluster.server.url)",
                "--collector.interval=1d", "--collector.max-age=2d",
            ] + flags,
            shell: "ulimit -n \(openFiles) && exec \"$0\" \"$@\""
        )
        let authority = try process.word(after: "address=http://127.0.0.1:")
        guard let port = UInt16(authority.prefix { $0 != "/" }) else {
            throw ChildProcess.Failure(description: "no port in \(authority)")
        }
        self.port = port
        let isReady = Deadline.wait(seconds: 120) { (try? answer("/-/ready").status) == 200 }
        guard isReady else {
            throw ChildProcess.Failure(description: "not ready: \(process.standardError)")
        }
        // The first scrapes touch what every later one touches again.
        for _ in 0..<3 {
            _ = try answer("/metrics")
            _ = try answer("/metrics", "Accept-Encoding: gzip\r\n")
        }
        var last = use
        var since = Date()
        _ = Deadline.wait(seconds: 10) {
            let now = use
            if now.descriptors != last.descriptors || now.cpuSeconds != last.cpuSeconds {
                (last, since) = (now, Date())
            }
            return -since.timeIntervalSinceNow > 0.3
        }
        start = use
    }

    /// Asks for a page on a connection of its own.
    func answer(_ path: String, _ fields: String = "") throws -> RawClient.Response {
        try RawClient(port: port).get(path, fields)
    }

    /// The lines of the metrics page that are no comments.
    func seriesCount() throws -> Int {
        try answer("/metrics").body.split(separator: UInt8(ascii: "\n"))
            .count { $0.first != UInt8(ascii: "#") }
    }

    /// What the process holds and has used now; nothing when it has ended.
    var use: ProcessVitals { (try? ProcessVitals(of: process.id)) ?? ProcessVitals() }

    /// How much the memory has grown since the start.
    var growth: Int { use.memoryBytes - start.memoryBytes }

    /// Whether it lives, and uses no more descriptors than at the start.
    var isAtRest: Bool { process.isRunning && use.descriptors <= start.descriptors }

    /// What it has logged.
    var log: String { process.standardError }
}

/// Lets this process hold a crowd.
enum OwnDescriptors {
    /// Raises the soft limit to the hard one.
    static func allowMany() {
        var limit = rlimit()
        let kind = __rlimit_resource_t(7)
        guard unsafe getrlimit(kind, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(kind, &limit)
    }
}
