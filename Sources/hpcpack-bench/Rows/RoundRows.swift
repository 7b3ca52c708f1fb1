/// Rounds among a million jobs: one in which nothing changed, and one in which a thousand did.
enum RoundRows {
    private static let running = 20
    private static let flags = ["--collector.max-age=2d", "--collector.full-interval=1d"]

    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let large = try HeadNodeProgram(size(1_000_000))
        let small = try HeadNodeProgram(size(10_000))
        let busy = try HeadNodeProgram(size(10_000, running: running))
        defer { for headNode in [large, small, busy] { headNode.stop() } }
        return try unchanged(settings, large, small) + taskCalls(settings, busy, small)
            + changed(settings, large, small)
    }

    private static func size(_ jobs: Int, running: Int = 0) -> ClusterSize {
        ClusterSize(jobs: jobs, nodes: 40, running: running, queued: 20, tasksPerJob: 10)
    }

    private static func unchanged(
        _ settings: BenchSettings,
        _ large: HeadNodeProgram,
        _ small: HeadNodeProgram
    ) throws(BenchError) -> [BenchRow] {
        let pair = try Pair(large, small, flags)
        defer { pair.stop() }
        var requests = Samples()
        let (rounds, others) = try pair.measure(settings.repeats(15, quick: 7)) {
            () throws(BenchError) in
        } after: { () throws(BenchError) in
            requests.add(Double(try large.takeRequests()))
        }
        let count = requests.median
        return [
            BenchRow(
                what: "CPU of a round with no change among 1,000,000 jobs, the new page included",
                median: rounds.median.milliseconds,
                beside: "among 10,000 jobs: \(others.median.milliseconds)",
                ratio: rounds.ratio(to: others).digits(2),
                target: "≤ 5 ms",
                isMet: rounds.median <= 0.005
            ),
            BenchRow(
                what: "requests of that round",
                median: count.digits(0),
                target: "≤ 10",
                isMet: count <= 10
            ),
        ]
    }

    /// What running jobs add: each costs a call for its tasks.
    private static func taskCalls(
        _ settings: BenchSettings,
        _ busy: HeadNodeProgram,
        _ small: HeadNodeProgram
    ) throws(BenchError) -> [BenchRow] {
        let pair = try Pair(busy, small, flags)
        defer { pair.stop() }
        let (rounds, others) = try pair.measure(settings.repeats(15, quick: 7)) {
            () throws(BenchError) in
        } after: { () throws(BenchError) in
        }
        let call = rounds.less(others).median / Double(running)
        return [
            BenchRow(
                what: "the same with \(running) jobs running: one task call more for each",
                median: rounds.median.milliseconds,
                beside: "without them: \(others.median.milliseconds); a task call: "
                    + call.milliseconds,
                ratio: rounds.ratio(to: others).digits(2)
            )
        ]
    }

    private static func changed(
        _ settings: BenchSettings,
        _ large: HeadNodeProgram,
        _ small: HeadNodeProgram
    ) throws(BenchError) -> [BenchRow] {
        let pair = try Pair(large, small, flags + ["--no-collector.tasks"])
        defer { pair.stop() }
        let (rounds, others) = try pair.measure(settings.repeats(15, quick: 7)) {
            () throws(BenchError) in
            try large.change(1000)
            try small.change(1000)
        } after: { () throws(BenchError) in
        }
        let ratio = rounds.ratio(to: others)
        return [
            BenchRow(
                what: "CPU of a round with 1,000 changed of 1,000,000 jobs, tasks not collected",
                median: rounds.median.milliseconds,
                beside: "1,000 of 10,000 jobs: \(others.median.milliseconds)",
                ratio: ratio.digits(2),
                target: "≤ 3",
                isMet: ratio <= 3
            )
        ]
    }

    /// Two exporters, one for each cluster, that take turns.
    private struct Pair {
        private let first: ExporterProgram
        private let second: ExporterProgram

        init(
            _ large: HeadNodeProgram,
            _ small: HeadNodeProgram,
            _ flags: [String]
        ) throws(BenchError) {
            first = try ExporterProgram(large, flags)
            second = try ExporterProgram(small, flags)
        }

        func stop() {
            first.stop()
            second.stop()
        }

        func measure(
            _ count: Int,
            before: () throws(BenchError) -> Void,
            after: () throws(BenchError) -> Void
        ) throws(BenchError) -> (Samples, Samples) {
            var large = Samples()
            var small = Samples()
            for round in 0..<count + 2 {
                try before()
                let one = try first.round()
                let other = try second.round()
                try after()
                // The first two set up what later rounds find there.
                guard round >= 2 else { continue }
                large.add(one)
                small.add(other)
            }
            return (large, small)
        }
    }
}
