import Glibc
import HPCPackSimulator
import TestSupport
import Testing

/// Jobs of clients in a cluster with groups, and among seeded jobs.
struct ClientJobClusterTests {
    private func nodes(_ driver: APIDriver, _ job: Int) throws -> [String] {
        try driver.property("/jobs/\(job)", "AllocatedNodes").split(separator: ",").map(String.init)
    }

    private func members(_ driver: APIDriver, _ group: String) throws -> Set<String> {
        let answer = driver.probe.ask("/nodes/groups/" + HeadNodeProbe.escape(group))
        return Set(try #require(answer.jsonValue as? [String]))
    }

    @Test func `A job runs on nodes of the groups that it names`() throws {
        let driver = try APIDriver { $0.nodes = 40 }
        let gpu = try members(driver, "GPU Nodes")
        let rack = try members(driver, "Rack #1")
        let cases: [(String, Set<String>)] = [
            ("Intersect", gpu.intersection(rack)), ("Union", gpu.union(rack)),
            ("Uniform", gpu.union(rack)),
        ]
        for (operation, allowed) in cases {
            let job = try driver.createJob(
                ("NodeGroups", "GPU NODES,Rack #1"),
                ("NodeGroupOp", operation)
            )
            try driver.addTask(job, "sleep 60")
            try driver.submit(job)
            driver.simulator.advance(by: 4)
            if allowed.isEmpty {
                #expect(try driver.state(job) == "Failed")
            } else {
                let used = try nodes(driver, job)
                #expect(!used.isEmpty && allowed.isSuperset(of: used), "\(operation)")
            }
        }
        #expect(driver.simulator.violations() == [])
    }

    @Test func `Whole nodes are given to a job that counts in nodes, and given back`() throws {
        let driver = try APIDriver { $0.nodes = 16 }
        let job = try driver.createJob(("UnitType", "Node"), ("MinNodes", "2"), ("MaxNodes", "3"))
        try driver.addTask(job, "sleep 100", ("MinNodes", "2"))
        try driver.addTask(job, "sleep 100")
        try driver.addTask(job, "sleep 100")
        try driver.submit(job)
        driver.simulator.advance(by: 5)
        #expect(try nodes(driver, job).count == 3)
        #expect(try driver.taskStates(job) == ["Running", "Running", "Queued"])
        let exclusive = try driver.createJob(("IsExclusive", "True"))
        try driver.addTask(exclusive, "sleep 500")
        try driver.submit(exclusive)
        driver.simulator.advance(by: 5)
        #expect(try driver.state(exclusive) == "Running")
        #expect(Set(try nodes(driver, job)).isDisjoint(with: try nodes(driver, exclusive)))
        #expect(driver.simulator.violations() == [])
        driver.simulator.advance(by: 300)
        #expect(try driver.state(job) == "Finished")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `Priority decides who starts first when cores are scarce`() throws {
        let driver = try APIDriver()
        let cores = try driver.property("/nodes/HEADNODE", "NumCores")
        let first = try driver.runningJob("sleep 50", properties: [("MinCores", cores)])
        var waiting: [Int] = []
        for priority in ["Lowest", "Normal", "Normal"] {
            let job = try driver.createJob(("Priority", priority), ("MinCores", cores))
            try driver.addTask(job, "sleep 50")
            try driver.submit(job)
            waiting.append(job)
        }
        driver.simulator.advance(by: 10)
        for job in waiting { #expect(try driver.state(job) == "Queued") }
        try driver.command("/jobs/\(waiting[0])", [("Priority", "Highest")], method: "PUT")
        driver.simulator.advance(by: 50)
        #expect(try driver.state(first) == "Finished")
        #expect(try waiting.map { try driver.state($0) } == ["Running", "Queued", "Queued"])
        driver.simulator.advance(by: 60)
        #expect(try waiting.map { try driver.state($0) } == ["Finished", "Running", "Queued"])
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A job is held until its time`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob(("HoldUntil", "06/15/2025 15:30:00"))
        #expect(try driver.property("/jobs/\(job)", "HoldUntil") == "2025-06-15 15:30:00")
        try driver.addTask(job, "echo")
        try driver.submit(job)
        driver.simulator.advance(by: 1399)
        #expect(try driver.state(job) == "Queued")
        driver.simulator.advance(by: 10)
        #expect(try driver.property("/jobs/\(job)", "StartTime") == "2025-06-15 15:30:00")
    }

    @Test func `Seeded jobs obey too, and their owners then leave them alone`() throws {
        let driver = try APIDriver {
            $0.nodes = 30
            $0.jobs = 400
        }
        func ids(_ state: String) throws -> [Int] {
            try driver.probe.walk(
                "/jobs",
                [("$filter", "JobState eq \(state)"), ("properties", "Id"), ("rowsPerRead", "500")]
            ).compactMap { $0["Id"].flatMap { Int($0) } }
        }
        let running = try ids("Running")
        try #require(running.count >= 3)
        try driver.command("/jobs/\(running[0])/cancel", message: "mine now")
        try driver.command("/jobs/\(running[1])/finish")
        try driver.command("/jobs/\(running[2])/requeue")
        let failed = try #require(try ids("Failed").first)
        try driver.command("/jobs/\(failed)/requeue")
        let finished = try #require(try ids("Finished").last)
        #expect(try driver.send("POST", "/jobs/\(finished)/requeue").status == 409)
        try driver.command("/jobs/\(finished)/customProperties", [("Ticket", "4711")])
        let name = try driver.property("/jobs/\(finished)", "Name")
        #expect(!name.isEmpty)
        let configuring = try #require(try ids("Configuring").first)
        let number = try driver.addTask(configuring, "sleep 5", ("Name", "extra"))
        #expect(number > 1)
        #expect(driver.simulator.violations() == [])
        driver.simulator.advance(by: 60)
        #expect(driver.simulator.violations() == [])
        #expect(try driver.state(running[0]) == "Canceled")
        #expect(try driver.state(running[1]) == "Finished")
        driver.simulator.advance(by: 7200)
        #expect(try driver.state(running[0]) == "Canceled")
        #expect(try driver.property("/jobs/\(running[0])", "ErrorMessage").contains("mine now"))
        #expect(try driver.property("/jobs/\(failed)", "RequeueCount") != "0")
        #expect(try driver.property("/jobs/\(finished)", "Name") == name)
        #expect(driver.simulator.violations() == [])
    }

    /// A client that does anything at any time, in a cluster that lives.
    @Test(arguments: [1, 2, 3, 4])
    func `Random commands leave no contradiction, and the truth counts their jobs`(
        _ seed: UInt64
    ) throws {
        let driver = try APIDriver {
            $0.seed = seed
            $0.nodes = 12
            $0.jobs = 60
        }
        var random = Xorshift(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var mine: [Int] = []
        let commands = [
            "submit", "submit", "submit", "cancel", "finish", "requeue", "tasks/1/cancel",
            "tasks/2/finish", "tasks/2/requeue", "tasks/2/subtasks/2/cancel",
            "tasks/2/subtasks/1/finish", "tasks/1/requeue",
        ]
        for _ in 0..<200 {
            if mine.isEmpty || random.below(4) == 0 {
                let job = try driver.createJob(("MinCores", String(1 + random.below(3))))
                try driver.addTask(job, ["sleep 30", "exit 1", "echo"][random.below(3)])
                try driver.addTask(
                    job,
                    "sleep *",
                    ("Type", "ParametricSweep"),
                    ("EndValue", String(1 + random.below(6)))
                )
                if random.below(2) == 0 {
                    try driver.addTask(job, "sleep 3", ("Type", "NodePrep"))
                    try driver.addTask(job, "sleep 3", ("Type", "NodeRelease"))
                }
                mine.append(job)
            }
            let job = random.below(5) == 0 ? 1 + random.below(60) : mine[random.below(mine.count)]
            let query = random.below(3) == 0 ? [("forced", "true")] : []
            let command = commands[random.below(commands.count)]
            let answer = try driver.send("POST", "/jobs/\(job)/\(command)", query: query)
            #expect([204, 404, 409].contains(answer.status), "\(command): \(answer.text)")
            driver.simulator.advance(by: random.below(12))
            let violations = driver.simulator.violations()
            #expect(violations == [])
            if !violations.isEmpty { return }
        }
        let truth = driver.simulator.truth()
        let rows = try driver.probe.walk(
            "/jobs",
            [("properties", "Id,State"), ("rowsPerRead", "500")]
        )
        let states = Dictionary(grouping: rows) { $0["State"] ?? "" }.mapValues { $0.count }
        #expect(truth.jobs.filter { $0.value > 0 } == states)
        var tasks: [String: Int] = [:]
        for row in rows where !["Finished", "Failed", "Canceled"].contains(row["State"] ?? "") {
            for state in try driver.taskStates(Int(row["Id"] ?? "") ?? 0) {
                tasks[state, default: 0] += 1
            }
        }
        #expect(truth.activeTasks.byState.filter { $0.value > 0 } == tasks)
        driver.simulator.advance(by: 20_000)
        #expect(driver.simulator.violations() == [])
    }

    @Test func `Ended jobs of clients are purged with all they had`() throws {
        let driver = try APIDriver { $0.retentionSeconds = 3600 }
        let job = try driver.runningJob("echo")
        driver.simulator.advance(by: 60)
        #expect(try driver.state(job) == "Finished")
        driver.simulator.advance(by: 8000)
        #expect(driver.probe.ask("/jobs/\(job)").status == 404)
        #expect(driver.simulator.violations() == [])
    }

    /// The audit counts the events that are void.
    @Test func `A job that is interrupted again and again leaves no heap of void events`() throws {
        let driver = try APIDriver { $0.nodes = 40 }
        let job = try driver.createJob(("MinCores", "100"), ("MaxCores", "100"))
        try driver.addTask(
            job,
            "sleep 10000000",
            ("Type", "ParametricSweep"),
            ("EndValue", "100")
        )
        try driver.submit(job)
        var runs = 0
        for _ in 0..<120 {
            driver.simulator.advance(by: 4)
            guard try driver.state(job) == "Running" else { continue }
            runs += 1
            try driver.command("/jobs/\(job)/requeue")
        }
        // Each run planned two events a step.
        #expect(runs > 100)
        #expect(driver.simulator.violations() == [])
    }

    /// What this thread has used of a processor.
    private static var processorSeconds: Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func `A large sweep is added and runs without a walk for each step`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        let cores = try #require(Int(try driver.property("/nodes/HEADNODE", "NumCores")))
        try driver.addTask(
            job,
            "sleep 1",
            ("Type", "ParametricSweep"),
            ("EndValue", "20000")
        )
        try driver.submit(job)
        let start = Self.processorSeconds
        driver.simulator.advance(by: 20_000 / cores * 3)
        #expect(try driver.state(job) == "Finished")
        // Quadratic work would take minutes; a sanitizer makes everything many times slower.
        #expect(Self.processorSeconds - start < (Sanitizer.isOn ? 900 : 60))
        #expect(driver.simulator.truth().allTasks?.byState["Finished"] == 20_000)
        #expect(driver.simulator.violations() == [])
    }
}

/// A small generator, so that a failing history can be run again.
struct Xorshift {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
