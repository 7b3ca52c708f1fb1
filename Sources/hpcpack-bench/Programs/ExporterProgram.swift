import Glibc

/// The exporter as it is shipped, with rounds on demand.
final class ExporterProgram {
    let port: UInt16
    let program: ChildProgram

    /// Starts it and waits for the end of its first round.
    init(_ headNode: HeadNodeProgram, _ flags: [String] = []) throws(BenchError) {
        port = try LoopbackClient.freePort()
        program = try ChildProgram(
            try Tools.exporter,
            Self.flags(headNode, port) + ["--collector.interval=1d", "--log.level=debug"] + flags,
            reading: .standardError
        )
        try finishRound()
    }

    static func flags(_ headNode: HeadNodeProgram, _ port: UInt16) -> [String] {
        [
            "--hpcpack.url=\(headNode.url)", "--web.listen-address=127.0.0.1:\(port)",
            "--hpcpack.max-request-rate=0",
        ]
    }

    /// Does one round.
    ///
    /// - Returns: The CPU time until everything that follows from it is done, the new page included.
    func round() throws(BenchError) -> Double {
        let before = try program.cpu
        program.signal(SIGHUP)
        try finishRound()
        return try program.cpu - before
    }

    private func finishRound() throws(BenchError) {
        let line = try program.line(with: "A round has ended")
        guard line.hasSuffix("failed=\"\"") || line.hasSuffix("failed=") else {
            throw BenchError("a round failed: \(line)")
        }
        // The page is made on another thread: it is done when no time is used any more.
        var before = -1.0
        while true {
            let now = try program.cpu
            if now == before { return }
            before = now
            usleep(30_000)
        }
    }

    /// The page, plain or compressed.
    func page(gzip: Bool = false) throws(BenchError) -> [UInt8] {
        let accepted = gzip ? ["Accept-Encoding: gzip"] : []
        guard let answer = LoopbackClient.get(port, "/metrics", headers: accepted),
            answer.head.hasPrefix("HTTP/1.1 200")
        else { throw BenchError("the exporter does not serve its page") }
        return answer.body
    }

    /// Resident memory in bytes, and the part of it that is this process's own and not a file's.
    var memory: (resident: Int, anonymous: Int) {
        get throws(BenchError) {
            let text = try Tools.read("/proc/\(program.id)/status")
            func kilobytes(_ name: String) -> Int {
                let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
                return Int(line?.filter(\.isNumber) ?? "") ?? 0
            }
            return (kilobytes("VmRSS:") << 10, kilobytes("RssAnon:") << 10)
        }
    }

    func stop() { program.stop() }
}
