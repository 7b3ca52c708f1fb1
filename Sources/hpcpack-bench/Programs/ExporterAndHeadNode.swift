import Basics
import FoundationEssentials
import Glibc

/// A prepared head node in a process of its own, so that its CPU time counts for no other.
final class HeadNodeProgram {
    let port: UInt16
    private let program: ChildProgram

    /// Starts the head node, and waits until it serves.
    init(_ size: ClusterSize) throws {
        program = try ChildProgram(
            "/proc/self/exe",
            ["serve"] + size.arguments,
            reading: .standardOutput
        )
        let line = try program.readLine(containing: "port ")
        guard let port = UInt16(line.dropFirst("port ".count)) else {
            throw BenchError("the prepared head node did not tell its port")
        }
        self.port = port
    }

    var url: String { "http://127.0.0.1:\(port)/hpc" }

    /// Changes so many jobs and nodes.
    func change(_ count: Int, nodes: Int = 0) throws {
        _ = try control("change?count=\(count)&nodes=\(nodes)")
    }

    /// Returns the number of requests since the last call of this or of ``change(_:)``.
    func requestsSinceLastCall() throws -> Int { try control("requests") }

    func stop() { program.stop() }

    private func control(_ action: String) throws -> Int {
        guard let response = LoopbackClient.get(port, "/bench/" + action),
            let count = Int(String(decoding: response.body, as: UTF8.self).filter(\.isNumber))
        else { throw BenchError("the prepared head node does not respond") }
        return count
    }
}

/// The exporter as it is shipped, with collection rounds on demand.
final class ExporterProgram {
    let port: UInt16
    let program: ChildProgram
    /// The collectors that have rounds.
    private let collectors: Int

    /// Starts the exporter, and waits for the end of its first rounds.
    init(_ headNode: HeadNodeProgram, _ flags: [String] = []) throws {
        port = try LoopbackClient.freePort()
        collectors = flags.contains("--no-collector.tasks") ? 3 : 4
        program = try ChildProgram(
            try Self.path,
            Self.flags(headNode, port) + ["--collector.interval=1d", "--log.level=debug"] + flags,
            reading: .standardError
        )
        try finishRound()
    }

    /// The path of the exporter, which is built beside this program.
    static var path: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path =
                own.split(separator: "/").dropLast().map { "/" + $0 }.joined()
                + "/hpcpack-exporter"
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw BenchError("\(path) is not built")
            }
            return path
        }
    }

    static func flags(_ headNode: HeadNodeProgram, _ port: UInt16) -> [String] {
        [
            "--hpcpack.url=\(headNode.url)", "--web.listen-address=127.0.0.1:\(port)",
            "--hpcpack.max-request-rate=0",
        ]
    }

    /// Runs one round of every collector.
    ///
    /// - Returns: The CPU time of the round and of the page that follows from it, in seconds.
    func round() throws -> Double {
        let before = try program.cpu
        program.signal(SIGHUP)
        try finishRound()
        return try program.cpu - before
    }

    private func finishRound() throws {
        for _ in 0..<collectors {
            let line = try program.readLine(containing: "A round has ended", "A collector failed")
            guard !line.contains("failed") else { throw BenchError("a round failed: \(line)") }
        }
        // The page is rendered on another thread, 100 ms after the first collector has ended its round; it is
        // done when the process has used no CPU time for longer than that.
        var last = -1.0
        var idlePeriods = 0
        while idlePeriods < 4 {
            usleep(50_000)
            let now = try program.cpu
            idlePeriods = now == last ? idlePeriods + 1 : 0
            last = now
        }
    }

    /// Returns the page, plain or compressed.
    func page(gzip: Bool = false) throws -> [UInt8] {
        let headers = gzip ? ["Accept-Encoding: gzip"] : []
        guard let response = LoopbackClient.get(port, "/metrics", headers: headers),
            response.head.hasPrefix("HTTP/1.1 200")
        else { throw BenchError("the exporter does not serve its page") }
        return response.body
    }

    /// The resident memory, and the part of it that is no file's, in bytes.
    var memory: (resident: Int, anonymous: Int) {
        get throws {
            let text = try FileContents(path: "/proc/\(program.id)/status").text
            func bytes(_ name: String) -> Int {
                let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
                return (Int(line?.filter(\.isNumber) ?? "") ?? 0) << 10
            }
            return (bytes("VmRSS:"), bytes("RssAnon:"))
        }
    }

    func stop() { program.stop() }
}
