import HPCPackSimulator
import Testing

struct SchedulerTests {
    @Test(arguments: [
        (1, 30, 400), (2, 1, 50), (3, 0, 100), (4, 2, 0), (5, 120, 3000), (6, 5, 20_000), (7, 0, 0),
        (8, 1000, 10),
    ])
    func `After many advances nothing contradicts itself`(_ seed: UInt64, _ nodes: Int, _ jobs: Int)
        throws
    {
        let probe = try HeadNodeProbe {
            $0.seed = seed
            $0.nodes = nodes
            $0.jobs = jobs
            if jobs > 5000 { $0.retentionSeconds = 40_000 }
        }
        #expect(probe.simulator.violations() == [])
        for step in [1, 1, 2, 7, 60, 600, 3600, 3600, 10_000, 1, 20_000] {
            probe.simulator.advance(by: step)
            let violations = probe.simulator.violations()
            #expect(violations == [])
            if !violations.isEmpty { return }
        }
    }

    @Test func `The same seed gives the same cluster, however time is cut`() throws {
        func truth(seed: UInt64, steps: [Int]) throws -> Truth {
            let probe = try HeadNodeProbe { $0.seed = seed }
            for step in steps { probe.simulator.advance(by: step) }
            return probe.simulator.truth()
        }
        let once = try truth(seed: 11, steps: [30_000])
        #expect(once == (try truth(seed: 11, steps: [1, 999, 14_000, 0, 15_000])))
        #expect(once != (try truth(seed: 12, steps: [30_000])))
    }

    @Test func `Jobs arrive, start, end in every way, are requeued and purged`() throws {
        let probe = try HeadNodeProbe { $0.jobs = 4000 }
        probe.simulator.advance(by: 86_400)
        let log = probe.simulator.events
        let kinds = Dictionary(grouping: log.entries) { $0.kind }
        for kind in EventLog.Kind.allCases {
            #expect((kinds[kind]?.count ?? 0) > 3, "\(kind)")
        }
        #expect(log.entries.map { $0.time } == log.entries.map { $0.time }.sorted())
        let truth = probe.simulator.truth()
        let held = truth.jobs.values.reduce(0, +)
        #expect((3000...5000).contains(held))
        #expect((truth.jobs["Running"] ?? 0) > 5)
    }

    @Test func `Nodes drain, vanish and return`() throws {
        let probe = try HeadNodeProbe { $0.nodes = 60 }
        var seen: Set<String> = []
        var changes = 0
        var last = probe.simulator.truth(countsAllTasks: false).nodes
        for _ in 0..<200 {
            probe.simulator.advance(by: 900)
            let nodes = probe.simulator.truth(countsAllTasks: false).nodes
            for (state, count) in nodes.byState where count > 0 { seen.insert(state) }
            if nodes.unreachable > 0 { seen.insert("unreachable") }
            if nodes != last { changes += 1 }
            last = nodes
        }
        #expect(seen == ["Offline", "Draining", "Online", "unreachable"])
        #expect(changes > 20)
        #expect((last.byState["Online"] ?? 0) > 40)
    }

    @Test func `Every change of a row carries a ChangeTime within the step that made it`() throws {
        let probe = try HeadNodeProbe {
            $0.jobs = 3000
            $0.retentionSeconds = 20_000
        }
        let names =
            "Id,State,PreviousState,NodeGroups,SubmitTime,StartTime,EndTime,RequeueCount,"
            + "AllocatedNodes,ErrorMessage,Progress,ChangeTime"
        func rows(_ filter: String? = nil) throws -> [String: [String: String]] {
            var parameters = [("rowsPerRead", "5000"), ("properties", names)]
            if let filter { parameters.append(("$filter", filter)) }
            let rows = try probe.walk("/jobs", parameters)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["Id"] ?? "", $0) })
        }
        var before = try rows()
        for _ in 0..<20 {
            let from = probe.simulator.truth(countsAllTasks: false).now
            probe.simulator.advance(by: 97)
            let time = try DotNetDatePattern("MM/dd/yyyy HH:mm:ss").string(unix: from + 1)
            let after = try rows()
            let changed = after.filter { before[$0.key] != $0.value }
            #expect(!changed.isEmpty)
            // Exactly what changed since the last look: an incremental client misses nothing.
            #expect(try rows("ChangeTimeFrom eq \(time)") == changed)
            before = after
        }
    }

    @Test func `Every change of a task carries a ChangeTime too`() throws {
        let probe = try HeadNodeProbe { $0.jobs = 3000 }
        let names =
            "TaskId,State,PreviousState,StartTime,EndTime,ExitCode,AllocatedNodes,"
            + "ErrorMessage,RequeueCount,ChangeTime"
        func tasks(_ job: String, _ filter: String?, _ expands: String) throws -> [[String: String]]
        {
            var parameters = [
                ("rowsPerRead", "1000"), ("properties", names), ("expandParametric", expands),
            ]
            if let filter { parameters.append(("$filter", filter)) }
            return try probe.walk("/jobs/\(job)/tasks", parameters)
        }
        var count = 0
        for round in 0..<6 {
            let running = try probe.walk(
                "/jobs",
                [("$filter", "JobState eq Running"), ("rowsPerRead", "400"), ("properties", "Id")]
            ).compactMap { $0["Id"] }
            let expands = round % 2 == 0 ? "true" : "false"
            let before = try running.map { Set(try tasks($0, nil, expands)) }
            let from = probe.simulator.truth(countsAllTasks: false).now
            probe.simulator.advance(by: 300)
            let time = try DotNetDatePattern("MM/dd/yyyy HH:mm:ss").string(unix: from + 1)
            for (job, old) in zip(running, before) {
                let changed = try tasks(job, nil, expands).filter { !old.contains($0) }
                #expect(try tasks(job, "ChangeTimeFrom eq \(time)", expands) == changed)
                count += changed.count
            }
        }
        #expect(count > 10)
    }

    @Test func `Time passes with the clock, and stands still while paused`() throws {
        let probe = try HeadNodeProbe { $0.speed = 50_000 }
        let start = probe.simulator.truth(countsAllTasks: false).now
        let deadline = ContinuousClock.now + .seconds(10)
        while probe.simulator.truth(countsAllTasks: false).now < start + 1000,
            ContinuousClock.now < deadline
        {}
        #expect(probe.simulator.truth(countsAllTasks: false).now >= start + 1000)
        probe.simulator.setPaused(true)
        let paused = probe.simulator.truth(countsAllTasks: false)
        #expect(paused == probe.simulator.truth(countsAllTasks: false))
        probe.simulator.advance(by: 5)
        #expect(probe.simulator.truth(countsAllTasks: false).now == paused.now + 5)
    }

    @Test(arguments: [
        (-1, 0, 1.0), (1, -1, 1.0), (100_001, 0, 1.0), (1, 1, -1.0), (1, 1, Double.nan),
    ])
    func `Impossible sizes and speeds are refused`(_ nodes: Int, _ jobs: Int, _ speed: Double) {
        #expect(throws: ConfigurationError.self) {
            try HeadNodeProbe {
                $0.nodes = nodes
                $0.jobs = jobs
                $0.speed = speed
            }
        }
    }
}
