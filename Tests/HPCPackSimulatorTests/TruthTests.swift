import Foundation
import HPCPackSimulator
import Testing

/// The truth against a walk over the API's pages, counted here in another way.
struct TruthTests {
    @Test(arguments: [1, 2, 3], [0, 1, 3600, 100_000])
    func `The truth is what the pages show`(_ seed: UInt64, _ advance: Int) throws {
        let probe = try HeadNodeProbe {
            $0.seed = seed
            $0.jobs = 250
            $0.dateFormat = "yyyy-MM-dd HH:mm:ss"
        }
        probe.simulator.advance(by: advance)
        let truth = probe.simulator.truth()
        try checkNodes(truth, probe)
        try checkJobs(truth, probe)
    }

    private func checkNodes(_ truth: Truth, _ probe: HeadNodeProbe) throws {
        let nodes = try probe.walk("/nodes", [("rowsPerRead", "7")])
        #expect(truth.nodes.total == nodes.count)
        for state in ["Offline", "Draining", "Online"] {
            let inState = nodes.filter { $0["State"] == state }
            #expect(truth.nodes.byState[state] == inState.count)
            #expect(truth.nodes.coresByState[state] == Self.cores(inState))
            #expect(truth.ungroupedNodes[state] == inState.count { $0["NodeGroups"] == "" })
            for group in truth.nodeGroups {
                let members = inState.filter { Self.groups($0).contains(group.lowercased()) }
                #expect(truth.nodesByGroup[group]?.byState[state] == members.count)
                #expect(truth.nodesByGroup[group]?.coresByState[state] == Self.cores(members))
            }
        }
        #expect(truth.nodes.unreachable == nodes.count { $0["Reachable"] == "False" })
        #expect(truth.nodeDetails.map { $0.name } == nodes.map { $0["Name"] })
        #expect(truth.nodeDetails.map { String($0.memoryMiB) } == nodes.map { $0["MemorySize"] })
    }

    private func checkJobs(_ truth: Truth, _ probe: HeadNodeProbe) throws {
        let jobs = try probe.walk(
            "/jobs",
            [("rowsPerRead", "64"), ("properties", "Id,State,NodeGroups,SubmitTime,PendingReason")]
        )
        #expect(truth.jobs.values.reduce(0, +) == jobs.count)
        var active: [String: Int] = [:], all: [String: Int] = [:], gpu: [String: Int] = [:]
        for job in jobs {
            let state = try #require(job["State"])
            let tasks = try probe.walk(
                "/jobs/\(job["Id"] ?? "")/tasks",
                [("rowsPerRead", "100"), ("properties", "State")]
            )
            for task in tasks {
                let taskState = try #require(task["State"])
                all[taskState, default: 0] += 1
                guard !["Finished", "Failed", "Canceled"].contains(state) else { continue }
                active[taskState, default: 0] += 1
                if Self.groups(job).contains("gpu nodes") { gpu[taskState, default: 0] += 1 }
            }
        }
        #expect(truth.activeTasks.byState.filter { $0.value > 0 } == active)
        #expect(truth.activeTasks.byGroup["GPU Nodes"]?.filter { $0.value > 0 } == gpu)
        #expect(truth.allTasks?.byState.filter { $0.value > 0 } == all)
        for (state, count) in truth.jobs {
            let inState = jobs.filter { $0["State"] == state }
            #expect(inState.count == count)
            #expect(truth.ungroupedJobs[state] == inState.count { $0["NodeGroups"] == "" })
            for (group, counts) in truth.jobsByGroup {
                #expect(
                    counts[state] == inState.count { Self.groups($0).contains(group.lowercased()) }
                )
            }
        }
        let queued = jobs.filter { $0["State"] == "Queued" && $0["PendingReason"] != "HeldByUser" }
            .compactMap { $0["SubmitTime"] }.min()
        let oldest = try truth.oldestQueuedSubmitTime.map {
            try DotNetDatePattern("yyyy-MM-dd HH:mm:ss").string(unix: $0)
        }
        #expect(oldest == queued)
    }

    private static func groups(_ row: [String: String]) -> Set<String> {
        Set((row["NodeGroups"] ?? "").lowercased().split(separator: ",").map(String.init))
    }

    private static func cores(_ rows: [[String: String]]) -> Int {
        rows.reduce(0) { $0 + (Int($1["NumCores"] ?? "") ?? 0) }
    }

    @Test func `A group is spelled as the list has it, an unlisted one as first seen`() throws {
        let probe = try HeadNodeProbe { $0.jobs = 1500 }
        let groups = probe.simulator.truth(countsAllTasks: false).jobsByGroup.keys
        #expect(groups.contains("GPU Nodes") && !groups.contains("GPU NODES"))
        #expect(groups.contains("Göteborg") && !groups.contains("GÖTEBORG"))
        let jobs = try probe.walk("/jobs", [("rowsPerRead", "500"), ("properties", "NodeGroups")])
        let first = jobs.compactMap { $0["NodeGroups"] }.first {
            $0.lowercased().hasPrefix("old cluster")
        }
        let spelling = try #require(first?.split(separator: ",").first.map(String.init))
        #expect(groups.filter { $0.lowercased() == "old cluster" } == [spelling])
    }

    @Test func `The JSON of the truth reads back to the same numbers`() throws {
        let probe = try HeadNodeProbe()
        probe.simulator.advance(by: 5000)
        let truth = probe.simulator.truth()
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(truth.json)) as? [String: Any]
        )
        #expect(json["jobs"] as? [String: Int] == truth.jobs)
        #expect(json["jobsByGroup"] as? [String: [String: Int]] == truth.jobsByGroup)
        #expect(json["nodeGroups"] as? [String] == truth.nodeGroups)
        #expect(
            (json["allTasks"] as? [String: Any])?["byState"] as? [String: Int]
                == truth.allTasks?.byState
        )
        #expect(json["queuedResources"] as? [String: Int] == truth.queuedResources)
        #expect(json["pendingJobs"] as? [String: Int] == truth.pendingJobs)
        #expect(json["heldJobs"] as? Int == truth.heldJobs)
        #expect(json["heldJobsByGroup"] as? [String: Int] == truth.heldJobsByGroup)
        #expect(json["ungroupedHeldJobs"] as? Int == truth.ungroupedHeldJobs)
        #expect(json["allocatedCores"] as? Int == truth.allocatedCores)
        #expect(json["allocatedCoresByGroup"] as? [String: Int] == truth.allocatedCoresByGroup)
        #expect(json["ungroupedAllocatedCores"] as? Int == truth.ungroupedAllocatedCores)
        #expect(
            json["queuedResourcesByGroup"] as? [String: [String: Int]]
                == truth.queuedResourcesByGroup
        )
        for (name, breakdown) in [
            ("Owner", truth.byOwner), ("Project", truth.byProject), ("Template", truth.byTemplate),
            ("Priority", truth.byPriority),
        ] {
            #expect(json["jobsBy" + name] as? [String: [String: Int]] == breakdown.jobs)
            #expect(json["allocatedCoresBy" + name] as? [String: Int] == breakdown.allocatedCores)
        }
        let nodes = try #require(json["nodes"] as? [String: Any])
        #expect(nodes["byHealth"] as? [String: Int] == truth.nodes.byHealth)
        #expect(nodes["coresInUse"] as? Int == truth.nodes.coresInUse)
        let details = try #require(json["nodeDetails"] as? [[String: Any]])
        #expect(details.map { $0["health"] as? String } == truth.nodeDetails.map(\.health))
        #expect(details.map { $0["coresInUse"] as? Int } == truth.nodeDetails.map(\.coresInUse))
        #expect(
            details.map { $0["cpuUsageRatio"] as? Double }
                == truth.nodeDetails.map(\.processorUsageRatio)
        )
        #expect(details.map { $0["template"] as? String } == truth.nodeDetails.map(\.template))
        let flow = try #require(json["flow"] as? [String: Any])
        #expect(flow["queueWaits"] as? [Int] == truth.flow.queueWaits.map(Int.init))
    }
}
