/// The CPU time of a round among a million jobs: when nothing changed, and when a thousand jobs did.
enum RoundRows {
    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let running = 20
        let large = try HeadNodeProgram(size(1_000_000))
        let small = try HeadNodeProgram(size(10_000))
        let busy = try HeadNodeProgram(size(10_000, running: running))
        defer { for headNode in [large, small, busy] { headNode.stop() } }
        let repetitions = settings.repetitions(15, quick: 7)

        var requests = Samples()
        let unchanged = try measure(repetitions, large, small) {
        } after: {
            requests.append(Double(try large.requestsSinceLastCall()))
        }
        let taskCalls = try measure(repetitions, busy, small)
        let taskCall = (taskCalls.first - taskCalls.second).median / Double(running)
        let changed = try measure(repetitions, large, small, ["--no-collector.tasks"]) {
            try large.change(1000)
            try small.change(1000)
        }
        let changedRatio = (changed.first / changed.second).median

        return [
            TableRow(
                what: "CPU of a round with no change among 1,000,000 jobs, the new page included",
                median: unchanged.first.median.milliseconds,
                beside: "among 10,000 jobs: \(unchanged.second.median.milliseconds)",
                ratio: (unchanged.first / unchanged.second).median.digits(2),
                target: "≤ 5 ms",
                isMet: unchanged.first.median <= 0.005
            ),
            TableRow(
                what: "requests of that round",
                median: requests.median.digits(0),
                target: "≤ 10",
                isMet: requests.median <= 10
            ),
            TableRow(
                what: "the same with \(running) jobs running: one task call more for each",
                median: taskCalls.first.median.milliseconds,
                beside: "without them: \(taskCalls.second.median.milliseconds); a task call: "
                    + taskCall.milliseconds,
                ratio: (taskCalls.first / taskCalls.second).median.digits(2)
            ),
            TableRow(
                what: "CPU of a round with 1,000 changed of 1,000,000 jobs, tasks not collected",
                median: changed.first.median.milliseconds,
                beside: "1,000 of 10,000 jobs: \(changed.second.median.milliseconds)",
                ratio: changedRatio.digits(2),
                target: "≤ 3",
                isMet: changedRatio <= 3
            ),
        ]
    }

    private static func size(_ jobs: Int, running: Int = 0) -> ClusterSize {
        ClusterSize(jobs: jobs, nodes: 40, running: running, queued: 20, tasksPerJob: 10)
    }

    /// Measures the rounds of two exporters, one for each head node, that take turns.
    ///
    /// `flags` are added to those of both exporters; `before` and `after` run before and after each pair of
    /// rounds.
    ///
    /// - Returns: The CPU times in seconds.
    private static func measure(
        _ repetitions: Int,
        _ firstHeadNode: HeadNodeProgram,
        _ secondHeadNode: HeadNodeProgram,
        _ flags: [String] = [],
        before: () throws -> Void = {},
        after: () throws -> Void = {}
    ) throws -> (first: Samples, second: Samples) {
        let flags = ["--collector.max-age=2d", "--collector.full-interval=1d"] + flags
        let first = try ExporterProgram(firstHeadNode, flags)
        defer { first.stop() }
        let second = try ExporterProgram(secondHeadNode, flags)
        defer { second.stop() }
        var samples = (first: Samples(), second: Samples())
        for round in 0..<repetitions + 2 {
            try before()
            let times = (try first.round(), try second.round())
            try after()
            // The first two rounds fill the caches of exporter and head node.
            guard round >= 2 else { continue }
            samples.first.append(times.0)
            samples.second.append(times.1)
        }
        return samples
    }
}

/// The resident memory of the exporter after three rounds and two scrapes.
enum MemoryRows {
    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let large = ClusterSize(
            jobs: 1_000_000,
            nodes: 40,
            running: 500,
            queued: 500,
            tasksPerJob: 1000
        )
        return [
            try row("small cluster (40 nodes, 2,000 jobs, 400 tasks)", .small, target: 13),
            try row("1,000,000 jobs and 1,000,000 tasks", large, target: 120),
        ]
    }

    private static func row(
        _ what: String,
        _ size: ClusterSize,
        target: Double
    ) throws -> TableRow {
        let headNode = try HeadNodeProgram(size)
        defer { headNode.stop() }
        let exporter = try ExporterProgram(headNode)
        defer { exporter.stop() }
        for _ in 0..<2 { _ = try exporter.round() }
        _ = try exporter.page()
        _ = try exporter.page(gzip: true)
        let memory = try exporter.memory
        let megabytes = Double(memory.resident) / 1e6
        return TableRow(
            what: "resident memory, \(what)",
            median: "\(megabytes.digits(1)) MB",
            beside:
                "its own, without mapped files: \((Double(memory.anonymous) / 1e6).digits(1)) MB",
            target: "≤ \(target.digits(0)) MB",
            isMet: megabytes <= target
        )
    }
}
