import ClusterCollector
import Exposition
import Glibc
import HPCPackClient
import Logging

/// A large site: 10,000 nodes, 1,000,000 jobs, 4,400 of them running, with numbers of tasks from the rows of jobs.
enum EnterpriseRows {
    private static let size = ClusterSize(
        jobs: 1_000_000,
        nodes: 10_000,
        running: 4400,
        queued: 2000,
        tasksPerJob: 8,
        tellsUse: true
    )

    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let headNode = try HeadNodeProgram(size)
        defer { headNode.stop() }
        let small = try HeadNodeProgram(.small)
        defer { small.stop() }
        let flags = ["--collector.max-age=2d", "--collector.full-interval=1d"]
        let exporter = try ExporterProgram(headNode, flags)
        defer { exporter.stop() }
        let reference = try ExporterProgram(small, flags)
        defer { reference.stop() }
        // From the second page on the compressed one is made with the plain one.
        for program in [exporter, reference] { _ = try program.page(gzip: true) }
        let repetitions = settings.repetitions(15, quick: 7)
        func measure(_ change: () throws -> Void) throws -> (Samples, reference: Samples, Double) {
            var (large, little, requests) = (Samples(), Samples(), Samples())
            for round in 0..<repetitions + 2 {
                try change()
                _ = try headNode.requestsSinceLastCall()
                let times = (try exporter.round(), try reference.round())
                guard round >= 2 else { continue }
                large.append(times.0)
                little.append(times.1)
                requests.append(Double(try headNode.requestsSinceLastCall()))
            }
            return (large, little, requests.median)
        }
        let (unchanged, reference1, requests) = try measure {}
        let (changed, _, changedRequests) = try measure { try headNode.change(1000, nodes: 100) }
        let memory = try exporter.memory
        let megabytes = Double(memory.resident) / 1e6
        let name = "10,000 nodes, 1,000,000 jobs, 4,400 running"
        return [
            TableRow(
                what: "CPU of a round with no change, \(name); page and gzip included",
                median: unchanged.median.milliseconds,
                beside: "small cluster: \(reference1.median.milliseconds)",
                ratio: (unchanged / reference1).median.digits(1),
                target: "≤ 30 ms",
                isMet: unchanged.median <= 0.030
            ),
            TableRow(
                what: "requests of that round",
                median: requests.digits(0),
                target: "≤ 40",
                isMet: requests <= 40
            ),
            TableRow(
                what: "CPU of a round in which 100 nodes and 1,000 jobs changed",
                median: changed.median.milliseconds,
                beside: "requests: \(changedRequests.digits(0))",
                ratio: (changed.median / unchanged.median).digits(2),
                target: "≤ 60 ms",
                isMet: changed.median <= 0.060
            ),
            TableRow(
                what: "resident memory of that exporter",
                median: "\(megabytes.digits(1)) MB",
                beside:
                    "its own, without mapped files: \((Double(memory.anonymous) / 1e6).digits(1)) MB",
                target: "≤ 110 MB",
                isMet: megabytes <= 110
            ),
        ] + [try page(settings, headNode), try latency(settings, exporter)]
    }

    /// The CPU time to make the plain page when 10 nodes have changed, and when none has.
    private static func page(
        _ settings: BenchSettings,
        _ headNode: HeadNodeProgram
    ) throws -> TableRow {
        let collector = ClusterCollector(
            client: HPCPackClient(
                ClientConfiguration(headNodes: [try HeadNodeURL(headNode.url)]),
                logger: .silent
            ),
            configuration: CollectorConfiguration(jobs: false, tasks: false),
            logger: .silent
        )
        var renderer = ExpositionRenderer()
        func render(after change: Int) throws -> Double {
            if change > 0 { try headNode.change(0, nodes: change) }
            guard collector.collectRound().succeeded else { throw BenchError("the round failed") }
            let before = CPUClock.own.seconds
            _ = renderer.render(collector.families(at: .now))
            return CPUClock.own.seconds - before
        }
        _ = try render(after: 10)
        var (some, none) = (Samples(), Samples())
        for _ in 0..<settings.repetitions(11, quick: 5) {
            some.append(try render(after: 10))
            none.append(try render(after: 0))
        }
        return TableRow(
            what: "CPU to make the page after 10 of 10,000 nodes changed",
            median: some.median.milliseconds,
            beside: "after none: \(none.median.milliseconds)",
            target: "≤ 5 ms",
            isMet: some.median <= 0.005
        )
    }

    /// How long a scrape takes at most in 99 of 100 cases while rounds run, against an exporter that is idle.
    private static func latency(
        _ settings: BenchSettings,
        _ exporter: ExporterProgram
    ) throws -> TableRow {
        let url = "http://127.0.0.1:\(exporter.port)/metrics"
        var (busy, idle) = (Samples(), Samples())
        for _ in 0..<settings.repetitions(9, quick: 3) {
            idle.append(try LoadGenerator.percentile99(url, seconds: 2))
            // A round takes some tenths of a second, so that one runs most of the time.
            for _ in 0..<2 { exporter.program.signal(SIGHUP) }
            busy.append(try LoadGenerator.percentile99(url, seconds: 2))
        }
        let ratio = (busy / idle).median
        return TableRow(
            what: "p99 of a compressed scrape while a round runs, `wrk -t1 -c8`",
            median: busy.median.milliseconds,
            beside: "idle exporter: \(idle.median.milliseconds)",
            ratio: ratio.digits(2),
            target: "≤ 2",
            isMet: ratio <= 2
        )
    }
}
