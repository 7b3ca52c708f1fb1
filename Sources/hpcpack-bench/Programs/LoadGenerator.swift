/// wrk: one thread, eight connections, as fast as the answers come.
enum LoadGenerator {
    /// Asks for a time.
    ///
    /// - Returns: Answers a second.
    /// - Throws: `BenchError` when an answer was no success.
    static func rate(_ url: String, gzip: Bool, seconds: Int) throws(BenchError) -> Double {
        let accepted = gzip ? ["-H", "Accept-Encoding: gzip"] : []
        let program = try ChildProgram(
            "wrk",
            ["-t1", "-c8", "-d\(seconds)s"] + accepted + [url],
            reading: .standardOutput
        )
        let text = try program.rest()
        program.wait()
        guard !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Requests/sec:") }),
            let word = line.split(separator: " ").last, let rate = Double(word), rate > 0
        else { throw BenchError("wrk got no answers: \(text)") }
        return rate
    }
}
