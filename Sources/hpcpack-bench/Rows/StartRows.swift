import Glibc

/// From the start of the process to the whole answer to the first scrape.
enum StartRows {
    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let headNode = try HeadNodeProgram(.small)
        defer { headNode.stop() }
        var times = Samples()
        var cpu = Samples()
        var versions = Samples()
        _ = try start(headNode)
        for _ in 0..<settings.repeats(21, quick: 9) {
            let (time, used) = try start(headNode)
            times.add(time)
            cpu.add(used)
            versions.add(try version())
        }
        return [
            BenchRow(
                what: "start to first scrape answered, small cluster, wall clock",
                median: times.median.milliseconds,
                beside: "`--version` alone: \(versions.median.milliseconds)",
                ratio: times.ratio(to: versions).digits(1),
                target: "≤ 50 ms",
                isMet: times.median <= 0.05
            ),
            BenchRow(what: "CPU of the same", median: cpu.median.milliseconds),
        ]
    }

    private static func start(
        _ headNode: HeadNodeProgram
    ) throws(BenchError) -> (time: Double, cpu: Double) {
        let port = try LoopbackClient.freePort()
        let begin = now
        let program = try ChildProgram(
            try Tools.exporter,
            ExporterProgram.flags(headNode, port) + ["--log.level=error"]
        )
        defer { program.stop() }
        while now - begin < 20 {
            if let answer = LoopbackClient.get(port, "/metrics") {
                let time = now - begin
                let page = String(decoding: answer.body, as: UTF8.self)
                guard page.contains("\nhpcpack_up 1\n") else {
                    throw BenchError("the first scrape shows no whole round")
                }
                return (time, try program.cpu)
            }
            usleep(200)
        }
        throw BenchError("the exporter does not serve")
    }

    private static func version() throws(BenchError) -> Double {
        let begin = now
        _ = try ChildProgram.cpu(try Tools.exporter, ["--version"])
        return now - begin
    }

    private static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
