import Glibc
import HPCPackSimulator
import TestSupport
import Testing

/// Jobs of clients in a cluster with groups, and among seeded jobs.
struct ClientJobClusterTests {
    private func nodes(_ client: JobClient, _ job: Int) throws -> [String] {
        try client.property("/jobs/\(job)", "AllocatedNodes").split(separator: ",").map(String.init)
    }

    private func members(_ client: JobClient, _ group: String) throws -> Set<String> {
        let answer = client.probe.ask("/nodes/groups/" + HeadNodeProbe.escape(group))
        return Set(try #require(answer.jsonValue as? [String]))
    }

    @Test func `A job runs on nodes of the groups that it names`() throws {
        let client = try JobClient { $0.nodes = 40 }
        let gpu = try members(client, "GPU Nodes")
        let rack = try members(client, "Rack #1")
        let cases: [(String, Set<String>)] = [
            ("Intersect", gpu.intersection(rack)), ("Union", gpu.union(rack)),
            ("Uniform", gpu.union(rack)),
        ]
        for (operation, allowed) in cases {
            let job = try client.createJob(
                ("NodeGroups", "GPU NODES,Rack #1"),
                ("NodeGroupOp", operation)
            )
            try client.addTask(job, "sleep 60")
            try client.submit(job)
            client.simulator.advance(by: 4)
            if allowed.isEmpty {
                #expect(try client.state(job) == "Failed")
            } else {
                let used = try nodes(client, job)
                #expect(!used.isEmpty && allowed.isSuperset(of: used), "\(operation)")
            }
        }
        #expect(client.simulator.violations() == [])
    }

    @Test func `Whole nodes are given to a job that counts in nodes, and given back`() throws {
        let client = try JobClient { $0.nodes = 16 }
        let job = try client.createJob(("UnitType", "Node"), ("MinNodes", "2"), ("MaxNodes", "3"))
        try client.addTask(job, "sleep 100", ("MinNodes", "2"))
        try client.addTask(job, "sleep 100")
        try client.addTask(job, "sleep 100")
        try client.submit(job)
        client.simulator.advance(by: 5)
        #expect(try nodes(client, job).count == 3)
        #expect(try client.taskStates(job) == ["Running", "Running", "Queued"])
        let exclusive = try client.createJob(("IsExclusive", "True"))
        try client.addTask(exclusive, "sleep 500")
        try client.submit(exclusive)
        client.simulator.advance(by: 5)
        #expect(try client.state(exclusive) == "Running")
        #expect(Set(try nodes(client, job)).isDisjoint(with: try nodes(client, exclusive)))
        #expect(client.simulator.violations() == [])
        client.simulator.advance(by: 300)
        #expect(try client.state(job) == "Finished")
        #expect(client.simulator.violations() == [])
    }

    @Test func `Priority decides who starts first when cores are scarce`() throws {
        let client = try JobClient()
        let cores = try client.property("/nodes/HEADNODE", "NumCores")
        let first = try client.runningJob("sleep 50", properties: [("MinCores", cores)])
        var waiting: [Int] = []
        for priority in ["Lowest", "Normal", "Normal"] {
            let job = try client.createJob(("Priority", priority), ("MinCores", cores))
            try client.addTask(job, "sleep 50")
            try client.submit(job)
            waiting.append(job)
        }
        client.simulator.advance(by: 10)
        for job in waiting { #expect(try client.state(job) == "Queued") }
        try client.command("/jobs/\(waiting[0])", [("Priority", "Highest")], method: "PUT")
        client.simulator.advance(by: 50)
        #expect(try client.state(first) == "Finished")
        #expect(try waiting.map { try client.state($0) } == ["Running", "Queued", "Queued"])
        client.simulator.advance(by: 60)
        #expect(try waiting.map { try client.state($0) } == ["Finished", "Running", "Queued"])
        #expect(client.simulator.violations() == [])
    }

    @Test func `A job is held until its time`() throws {
        let client = try JobClient()
        let job = try client.createJob(("HoldUntil", "06/15/2025 15:30:00"))
        #expect(try client.property("/jobs/\(job)", "HoldUntil") == "2025-06-15 15:30:00")
        try client.addTask(job, "echo")
        try client.submit(job)
        client.simulator.advance(by: 1399)
        #expect(try client.state(job) == "Queued")
        client.simulator.advance(by: 10)
        #expect(try client.property("/jobs/\(job)", "StartTime") == "2025-06-15 15:30:00")
    }

    @Test func `Seeded jobs obey too, and their owners then leave them alone`() throws {
        let client = try JobClient {
            $0.nodes = 30
            $0.jobs = 400
        }
        func ids(_ state: String) throws -> [Int] {
            try client.probe.walk(
                "/jobs",
                [("$filter", "JobState eq \(state)"), ("properties", "Id"), ("rowsPerRead", "500")]
            ).compactMap { $0["Id"].flatMap { Int($0) } }
        }
        let running = try ids("Running")
        try #require(running.count >= 3)
        try client.command("/jobs/\(running[0])/cancel", message: "mine now")
        try client.command("/jobs/\(running[1])/finish")
        try client.command("/jobs/\(running[2])/requeue")
        let failed = try #require(try ids("Failed").first)
        try client.command("/jobs/\(failed)/requeue")
        let finished = try #require(try ids("Finished").last)
        #expect(try client.send("POST", "/jobs/\(finished)/requeue").status == 409)
        try client.command("/jobs/\(finished)/customProperties", [("Ticket", "4711")])
        let name = try client.property("/jobs/\(finished)", "Name")
        #expect(!name.isEmpty)
        let configuring = try #require(try ids("Configuring").first)
        let number = try client.addTask(configuring, "sleep 5", ("Name", "extra"))
        #expect(number > 1)
        #expect(client.simulator.violations() == [])
        client.simulator.advance(by: 60)
        #expect(client.simulator.violations() == [])
        #expect(try client.state(running[0]) == "Canceled")
        #expect(try client.state(running[1]) == "Finished")
        client.simulator.advance(by: 7200)
        #expect(try client.state(running[0]) == "Canceled")
        #expect(try client.property("/jobs/\(running[0])", "ErrorMessage").contains("mine now"))
        #expect(try client.property("/jobs/\(failed)", "RequeueCount") != "0")
        #expect(try client.property("/jobs/\(finished)", "Name") == name)
        #expect(client.simulator.violations() == [])
    }

    /// A client that sends any command at any time, in a cluster with seeded jobs.
    @Test(arguments: [1, 2, 3, 4])
    func `Random commands leave no contradiction, and the truth counts their jobs`(
        _ seed: UInt64
    ) throws {
        let client = try JobClient {
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
                let job = try client.createJob(("MinCores", String(1 + random.below(3))))
                try client.addTask(job, ["sleep 30", "exit 1", "echo"][random.below(3)])
                try client.addTask(
                    job,
                    "sleep *",
                    ("Type", "ParametricSweep"),
                    ("EndValue", String(1 + random.below(6)))
                )
                if random.below(2) == 0 {
                    try client.addTask(job, "sleep 3", ("Type", "NodePrep"))
                    try client.addTask(job, "sleep 3", ("Type", "NodeRelease"))
                }
                mine.append(job)
            }
            let job = random.below(5) == 0 ? 1 + random.below(60) : mine[random.below(mine.count)]
            let query = random.below(3) == 0 ? [("forced", "true")] : []
            let command = commands[random.below(commands.count)]
            let answer = try client.send("POST", "/jobs/\(job)/\(command)", query: query)
            #expect([204, 404, 409].contains(answer.status), "\(command): \(answer.text)")
            client.simulator.advance(by: random.below(12))
            let violations = client.simulator.violations()
            #expect(violations == [])
            if !violations.isEmpty { return }
        }
        let truth = client.simulator.truth()
        let rows = try client.probe.walk(
            "/jobs",
            [("properties", "Id,State"), ("rowsPerRead", "500")]
        )
        let states = Dictionary(grouping: rows) { $0["State"] ?? "" }.mapValues { $0.count }
        #expect(truth.jobs.filter { $0.value > 0 } == states)
        var tasks: [String: Int] = [:]
        for row in rows where !["Finished", "Failed", "Canceled"].contains(row["State"] ?? "") {
            for state in try client.taskStates(Int(row["Id"] ?? "") ?? 0) {
                tasks[state, default: 0] += 1
            }
        }
        #expect(truth.activeTasks.byState.filter { $0.value > 0 } == tasks)
        client.simulator.advance(by: 20_000)
        #expect(client.simulator.violations() == [])
    }

    @Test func `Ended jobs of clients are purged with all they had`() throws {
        let client = try JobClient { $0.retentionSeconds = 3600 }
        let job = try client.runningJob("echo")
        client.simulator.advance(by: 60)
        #expect(try client.state(job) == "Finished")
        client.simulator.advance(by: 8000)
        #expect(client.probe.ask("/jobs/\(job)").status == 404)
        #expect(client.simulator.violations() == [])
    }

    /// `violations` counts stale events.
    @Test func `A job that is interrupted again and again leaves no heap of stale events`() throws {
        let client = try JobClient { $0.nodes = 40 }
        let job = try client.createJob(("MinCores", "100"), ("MaxCores", "100"))
        try client.addTask(
            job,
            "sleep 10000000",
            ("Type", "ParametricSweep"),
            ("EndValue", "100")
        )
        try client.submit(job)
        var runs = 0
        for _ in 0..<120 {
            client.simulator.advance(by: 4)
            guard try client.state(job) == "Running" else { continue }
            runs += 1
            try client.command("/jobs/\(job)/requeue")
        }
        // Each run scheduled two events a step.
        #expect(runs > 100)
        #expect(client.simulator.violations() == [])
    }

    /// What this thread has used of a processor.
    private static var processorSeconds: Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test func `A large sweep is added and runs without a walk for each step`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        let cores = try #require(Int(try client.property("/nodes/HEADNODE", "NumCores")))
        try client.addTask(
            job,
            "sleep 1",
            ("Type", "ParametricSweep"),
            ("EndValue", "20000")
        )
        try client.submit(job)
        let start = Self.processorSeconds
        client.simulator.advance(by: 20_000 / cores * 3)
        #expect(try client.state(job) == "Finished")
        // Quadratic work would take minutes; a sanitizer makes everything many times slower.
        #expect(Self.processorSeconds - start < (Sanitizer.isOn ? 900 : 60))
        #expect(client.simulator.truth().allTasks?.byState["Finished"] == 20_000)
        #expect(client.simulator.violations() == [])
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
