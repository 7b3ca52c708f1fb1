import HPCPackSimulator
import Testing

/// What the rows tell of cores in use and of jobs that wait, counted from pages and compared with the truth.
struct UtilizationTests {
    private static func cluster(
        _ seed: UInt64,
        _ advance: Int,
        product: SimulatorConfiguration.Product = .both
    ) throws -> HeadNodeProbe {
        let probe = try HeadNodeProbe {
            $0.seed = seed
            $0.jobs = 900
            $0.product = product
            $0.dateFormat = "yyyy-MM-dd HH:mm:ss"
            $0.neverTimes = .empty
        }
        probe.simulator.advance(by: advance)
        return probe
    }

    private static func groups(_ row: [String: String], _ truth: Truth) -> Set<String> {
        let names = (row["NodeGroups"] ?? "").split(separator: ",").map(String.init)
        let known = truth.jobsByGroup.keys
        return Set(
            names.map { name in known.first { $0.lowercased() == name.lowercased() } ?? name }
        )
    }

    private static func number(_ row: [String: String], _ name: String) throws -> Int {
        try #require(row[name].flatMap { Int($0) }, "\(name) is \(row[name] ?? "absent")")
    }

    @Test(arguments: [1, 2, 3], [0, 5000, 90_000])
    func `Cores are idle, offline or in use by the jobs that hold them`(
        _ seed: UInt64,
        _ advance: Int
    ) throws {
        let probe = try Self.cluster(seed, advance, product: .hpcPack2016)
        let truth = probe.simulator.truth(countsAllTasks: false)
        let nodes = try probe.walk(
            "/nodes",
            [
                (
                    "properties",
                    "Name,NumCores,State,Reachable,NodeGroups,IdleResourceCount,OfflineResourceCount"
                )
            ]
        )
        var total = 0
        var byGroup: [String: Int] = [:]
        for (node, detail) in zip(nodes, truth.nodeDetails) {
            let cores = try Self.number(node, "NumCores")
            let idle = try Self.number(node, "IdleResourceCount")
            let offline = try Self.number(node, "OfflineResourceCount")
            let inUse = cores - idle - offline
            #expect(inUse >= 0 && detail.coresInUse == inUse)
            let takesJobs = node["State"] == "Online" && node["Reachable"] == "True"
            #expect(takesJobs ? offline == 0 : idle == 0)
            total += inUse
            for group in Self.groups(node, truth) { byGroup[group, default: 0] += inUse }
        }
        #expect(total > 0 && truth.nodes.coresInUse == total)
        for (group, counts) in truth.nodesByGroup { #expect(counts.coresInUse == byGroup[group]) }
        // What nodes lose, jobs hold.
        let jobs = try probe.walk(
            "/jobs",
            [
                ("properties", "State,NodeGroups,CurrentCoreCount,CurrentNodeCount,AllocatedNodes"),
                ("rowsPerRead", "500"),
            ]
        )
        var held = 0
        var heldByGroup: [String: Int] = [:]
        for job in jobs {
            let cores = try Self.number(job, "CurrentCoreCount")
            let holds = ["Running", "Finishing", "Canceling"].contains(job["State"])
            #expect((cores > 0) == holds)
            let nodes = Set((job["AllocatedNodes"] ?? "").split(separator: ","))
            #expect(try Self.number(job, "CurrentNodeCount") == (holds ? nodes.count : 0))
            held += cores
            for group in Self.groups(job, truth) { heldByGroup[group, default: 0] += cores }
        }
        #expect(held == total && truth.allocatedCores == held)
        for (group, cores) in truth.allocatedCoresByGroup {
            #expect(cores == heldByGroup[group] ?? 0, "\(group)")
        }
        let ungrouped = try jobs.filter { $0["NodeGroups"] == "" }.reduce(0) {
            $0 + (try Self.number($1, "CurrentCoreCount"))
        }
        #expect(truth.ungroupedAllocatedCores == ungrouped)
    }

    @Test(arguments: [1, 2, 3], [0, 5000, 90_000])
    func `Queued jobs ask for cores, sockets or nodes, wait for a reason, and some are held`(
        _ seed: UInt64,
        _ advance: Int
    ) throws {
        let probe = try Self.cluster(seed, advance)
        let truth = probe.simulator.truth(countsAllTasks: false)
        let now = try DotNetDatePattern("yyyy-MM-dd HH:mm:ss").string(unix: truth.now)
        let jobs = try probe.walk(
            "/jobs",
            [
                (
                    "properties",
                    "State,NodeGroups,UnitType,MinCores,MinSockets,MinNodes,HoldUntil,PendingReason"
                ), ("rowsPerRead", "500"),
            ]
        )
        #expect(Set(jobs.map { $0["UnitType"] }) == ["Core", "Socket", "Node"])
        #expect(jobs.count { $0["UnitType"] == "Core" } > jobs.count / 2)
        #expect(jobs.allSatisfy { $0["State"] == "Queued" || $0["PendingReason"] == "None" })
        let queued = jobs.filter { $0["State"] == "Queued" }
        var resources: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        var resourcesByGroup: [String: [String: Int]] = [:]
        for job in queued {
            let unit = try #require(job["UnitType"])
            let count = try Self.number(job, "Min\(unit)s")
            #expect(count > 0)
            resources[unit.lowercased(), default: 0] += count
            for group in Self.groups(job, truth) {
                resourcesByGroup[group, default: [:]][unit.lowercased(), default: 0] += count
            }
            reasons[try #require(job["PendingReason"]), default: 0] += 1
            // Texts of this pattern sort by time; an empty one is before all others.
            #expect((job["PendingReason"] == "HeldByUser") == (job["HoldUntil"] ?? "" > now))
        }
        #expect(truth.queuedResources.filter { $0.value > 0 } == resources)
        #expect(Set(truth.queuedResources.keys) == ["core", "socket", "node"])
        for (group, counts) in truth.queuedResourcesByGroup {
            #expect(counts.filter { $0.value > 0 } == resourcesByGroup[group] ?? [:], "\(group)")
        }
        #expect(truth.pendingJobs.filter { $0.value > 0 } == reasons)
        #expect(truth.pendingJobs.count == 11)
        // The first that only lacks resources waits for those, the others for it.
        let waiting = queued.count {
            !["HeldByUser", "NoAvailableResourceInRequestedNodeGroup"].contains($0["PendingReason"])
        }
        #expect(truth.pendingJobs["NotEnoughResource"] == min(1, waiting))
        let held = queued.filter { $0["PendingReason"] == "HeldByUser" }
        #expect(truth.heldJobs == held.count && (advance > 0 || !held.isEmpty))
        #expect(truth.ungroupedHeldJobs == held.count { $0["NodeGroups"] == "" })
        for (group, count) in truth.heldJobsByGroup {
            #expect(count == held.count { Self.groups($0, truth).contains(group) })
        }
    }

    @Test(arguments: [1, 2], [0, 90_000])
    func `Jobs are told apart by owner, project, template and priority`(
        _ seed: UInt64,
        _ advance: Int
    ) throws {
        let probe = try Self.cluster(seed, advance)
        let truth = probe.simulator.truth(countsAllTasks: false)
        let jobs = try probe.walk(
            "/jobs",
            [
                ("properties", "State,Owner,Project,JobTemplate,Priority,CurrentCoreCount"),
                ("rowsPerRead", "500"),
            ]
        )
        for (name, breakdown, least) in [
            ("Owner", truth.byOwner, 12), ("Project", truth.byProject, 7),
            ("JobTemplate", truth.byTemplate, 4), ("Priority", truth.byPriority, 5),
        ] {
            #expect(breakdown.jobs.count == least, "\(name)")
            for (value, counts) in breakdown.jobs {
                let wanted = value == "(none)" ? "" : value.lowercased()
                let matching = jobs.filter { $0[name]?.lowercased() == wanted }
                #expect(matching.first?[name] == (value == "(none)" ? "" : value))
                for (state, count) in counts {
                    #expect(count == matching.count { $0["State"] == state })
                }
                let cores = try matching.reduce(0) {
                    $0 + (try Self.number($1, "CurrentCoreCount"))
                }
                #expect(breakdown.allocatedCores[value] == cores)
            }
            #expect(breakdown.jobs.values.reduce(0) { $0 + $1.values.reduce(0, +) } == jobs.count)
        }
        let owners = Set(jobs.compactMap { $0["Owner"] })
        #expect(owners.count > Set(owners.map { $0.lowercased() }).count, "in any letter case")
    }

    @Test(arguments: [0, 7000])
    func `The counters of a job's tasks are those of its listing`(_ advance: Int) throws {
        let probe = try HeadNodeProbe()
        probe.simulator.advance(by: advance)
        let states = [
            "Configuring", "Submitted", "Validating", "Queued", "Dispatching", "Running",
            "Finishing", "Finished", "Failed", "Canceled", "Canceling",
        ]
        let names = states.map { $0 + "TaskCount" } + ["TaskCount", "Id"]
        let jobs = try probe.walk(
            "/jobs",
            [("properties", names.joined(separator: ",")), ("rowsPerRead", "500")]
        )
        for job in jobs {
            let path = "/jobs/\(job["Id"] ?? "")"
            let tasks = try probe.walk(path + "/tasks", [("rowsPerRead", "500")])
            #expect(try Self.number(job, "TaskCount") == tasks.count)
            for state in states {
                #expect(
                    try Self.number(job, state + "TaskCount")
                        == tasks.count { $0["State"] == state },
                    "\(path) \(state)"
                )
            }
            let single = probe.ask(path, [("properties", names.joined(separator: ","))])
            #expect(try HeadNodeProbe.properties(single.jsonValue) == job)
        }
    }

    @Test func `A held job does not start before its time, and starts after it`() throws {
        let probe = try Self.cluster(5, 0)
        let format = try DotNetDatePattern("yyyy-MM-dd HH:mm:ss")
        let wanted = [
            ("properties", "Id,State,HoldUntil,StartTime,EndTime"), ("rowsPerRead", "1000"),
        ]
        var started = 0
        for _ in 0..<100 {
            probe.simulator.advance(by: 400)
            let now = format.string(unix: probe.simulator.truth(countsAllTasks: false).now)
            for job in try probe.walk("/jobs", wanted) {
                guard let hold = job["HoldUntil"], !hold.isEmpty else { continue }
                let start = try #require(job["StartTime"])
                #expect(start.isEmpty || start >= hold, "\(job)")
                if hold > now { #expect(job["State"] != "Running") }
                if !start.isEmpty { started += 1 }
            }
        }
        #expect(started > 0)
    }

    @Test func `A client's HoldUntil holds a job, and an empty one lets it go`() throws {
        let client = try JobClient()
        let job = try client.createJob(("HoldUntil", "06/15/2025 15:30:00"))
        try client.addTask(job, "sleep 60")
        try client.submit(job)
        client.simulator.advance(by: 10)
        let path = "/jobs/\(job)"
        #expect(try client.property(path, "PendingReason") == "HeldByUser")
        #expect(client.simulator.truth().heldJobs == 1)
        try client.command(path, [("HoldUntil", "")], method: "PUT")
        client.simulator.advance(by: 10)
        #expect(try client.property(path, "State") == "Running")
        #expect(client.simulator.truth().heldJobs == 0)
    }

    @Test func `A job waits for the nodes that it requests, or for any of its groups`() throws {
        let client = try JobClient { $0.nodes = 200 }
        let nodes = try client.probe.walk("/nodes", [("rowsPerRead", "200")])
        let gone = try #require(
            nodes.first {
                $0["State"] == "Offline" && $0["NodeGroups"]?.contains("ComputeNodes") == true
            }?["Name"]
        )
        let job = try client.createJob(("RequestedNodes", gone))
        try client.addTask(job, "sleep 60")
        try client.submit(job)
        client.simulator.advance(by: 5)
        #expect(try client.property("/jobs/\(job)", "State") == "Queued")
        let reason = try client.property("/jobs/\(job)", "PendingReason")
        #expect(reason == "RequiredNodesNotAvailable")
        // Seeded jobs that want a group without members are queued and wait for it.
        let probe = try Self.cluster(1, 0)
        let seeded = try probe.walk(
            "/jobs",
            [
                ("$filter", "JobState eq Queued and NodeGroup eq Empty Shelf"),
                ("properties", "PendingReason,HoldUntil"),
            ]
        )
        #expect(!seeded.isEmpty)
        for job in seeded where job["HoldUntil"] == "" {
            #expect(job["PendingReason"] == "NoAvailableResourceInRequestedNodeGroup")
        }
    }

    @Test func `The reasons of queued jobs fit what the cluster has`() throws {
        let client = try JobClient { $0.nodes = 1 }
        func submit(_ settings: (String, String)...) throws -> Int {
            let list = settings.map { ($0.0, $0.1) }
            let answer = try client.send("POST", "/jobs", list)
            let job = try #require(Int(answer.text))
            try client.addTask(job, "sleep 5000")
            try client.submit(job)
            client.simulator.advance(by: 5)
            return job
        }
        func reason(_ job: Int) throws -> String? {
            try client.property("/jobs/\(job)", "PendingReason")
        }
        // The only node is taken whole.
        let running = try submit(("UnitType", "Node"), ("MinNodes", "1"))
        let urgent = try submit(("Priority", "Highest"))
        let normal = try submit(("Priority", "Normal"))
        let later = try submit(("Priority", "Highest"))
        #expect(try reason(running) == "None")
        #expect(try reason(urgent) == "NotEnoughResource")
        #expect(try reason(normal) == "HigherPriorityJob")
        #expect(try reason(later) == "JobSubmittedEarlier")
        let unit = try client.properties("/jobs/\(running)")
        #expect(unit["UnitType"] == "Node" && unit["MinNodes"] == "1")
        #expect(client.simulator.truth().queuedResources == ["core": 3, "socket": 0, "node": 0])
    }
}
