import Foundation
import Testing

@testable import HPCPackSimulator

/// The reads that HPC Pack 2019 added, by the examples and definitions of its specification.
struct ClusterNodeTests {
    private static let states = [
        "Unknown", "Provisioning", "Offline", "Starting", "Online", "Draining", "Rejected",
        "Removing", "NotDeployed", "Stopping",
    ]
    private static let healths = ["OK", "Warning", "Error", "Transitional", "Unapproved"]
    private static let roles: Set<String> = [
        "HeadNode", "ComputeNode", "BrokerNode", "WorkstationNode", "AzureWorkerNode",
        "AzureVMNode", "UnManagedResource", "LinuxNode", "AzureBatchNode", "NonDomainComputeNode",
    ]

    private static func cluster(
        _ change: (inout SimulatorConfiguration) -> Void = { _ in }
    ) throws -> HeadNodeProbe {
        try HeadNodeProbe {
            $0.product = .hpcPack2019
            $0.nodes = 300
            change(&$0)
        }
    }

    private static func objects(
        _ probe: HeadNodeProbe,
        _ path: String,
        _ parameters: [(String, String)] = []
    ) throws -> [[String: Any]] {
        let answer = probe.ask(path, parameters)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.jsonValue as? [[String: Any]])
    }

    private static func object(
        _ probe: HeadNodeProbe,
        _ path: String,
        _ parameters: [(String, String)] = []
    ) throws -> [String: Any] {
        try #require(probe.ask(path, parameters).jsonValue as? [String: Any])
    }

    private static func names(_ rows: [[String: Any]]) -> [String] {
        rows.compactMap { $0["Name"] as? String }
    }

    @Test func `The version is one of HPC Pack 2019`() throws {
        #expect(try Self.cluster().ask("/cluster/version").text == "\"6.3.8359.0\"")
        #expect(try HeadNodeProbe().ask("/cluster/version").text == "\"5.3.6450.0\"")
    }

    @Test func `Nodes are plain objects with real JSON types, all in one array`() throws {
        let probe = try Self.cluster { $0.nodes = 1500 }
        let nodes = try Self.objects(probe, "/cluster/nodes", [("rowsPerRead", "3")])
        #expect(nodes.count == 1500)
        #expect(probe.ask("/cluster/nodes")["x-ms-continuation-QueryId"] == nil)
        let text = probe.ask("/cluster/nodes").text
        #expect(text.contains("\"Cores\":") && !text.contains("\"Cores\":\""))
        #expect(text.contains("\"OnAzure\":false") && text.contains("\"OnAzure\":true"))
        let texts = ["Name", "State", "Health", "HpcPackVersion"]
        for node in nodes {
            #expect(texts.allSatisfy { node[$0] is String }, "\(node)")
            for name in ["Cores", "Sockets", "MemorySize"] {
                let number = try #require(node[name] as? NSNumber)
                #expect(number.intValue > 0)
            }
            #expect(node["OnAzure"] is Bool)
            #expect(Self.states.contains(try #require(node["State"] as? String)))
            #expect(Self.healths.contains(try #require(node["Health"] as? String)))
            let installed = try #require(node["InstalledServiceRoles"] as? [String])
            #expect(!installed.isEmpty && Set(installed).isSubset(of: Self.roles))
            for name in ["Groups", "ActiveServiceRoles", "Location", "Template"] {
                guard let value = node[name], !(value is NSNull) else { continue }
                #expect(name.hasSuffix("s") ? value is [String] : value is String)
            }
        }
        for name in ["Groups", "ActiveServiceRoles", "Location"] {
            #expect(nodes.contains { $0[name] is NSNull }, "\(name) is null somewhere")
            #expect(nodes.contains { $0[name] == nil }, "\(name) is missing somewhere")
            #expect(nodes.contains { !(($0[name] ?? NSNull()) is NSNull) }, "\(name) is there")
        }
        let without = try Self.cluster { $0.servesNodeGroupsProperty = false }
        #expect(try Self.objects(without, "/cluster/nodes").allSatisfy { $0["Groups"] == nil })
    }

    @Test(arguments: [1, 2], [0, 20_000, 200_000])
    func `The truth is what the nodes, their groups and their metrics show`(
        _ seed: UInt64,
        _ advance: Int
    ) throws {
        let probe = try Self.cluster { $0.seed = seed }
        probe.simulator.advance(by: advance)
        let truth = probe.simulator.truth(countsAllTasks: false)
        let nodes = try Self.objects(probe, "/cluster/nodes")
        let metrics = try Self.objects(
            probe,
            "/cluster/nodes/metrics",
            [("metricNames", "HPCCpuUsage,HPCCoresInUse")]
        )
        var values: [String: [String: Double]] = [:]
        for row in metrics {
            values[try #require(row["NodeName"] as? String)] = row["Metrics"] as? [String: Double]
        }
        let total = try Self.check(truth.nodes, nodes, values)
        #expect(total == nodes.count)
        #expect(truth.nodes.byState.count == 10 && truth.nodes.byHealth.count == 5)
        for group in truth.nodeGroups {
            let counts = try #require(truth.nodesByGroup[group])
            let members = nodes.filter { ($0["Groups"] as? [String] ?? []).contains(group) }
            _ = try Self.check(counts, members, values)
        }
        for state in Self.states {
            let ungrouped = nodes.filter {
                $0["State"] as? String == state && ($0["Groups"] as? [String] ?? []).isEmpty
            }
            #expect(truth.ungroupedNodes[state] == ungrouped.count)
        }
        for (node, detail) in zip(nodes, truth.nodeDetails) {
            #expect(node["Name"] as? String == detail.name)
            #expect(node["Health"] as? String == detail.health)
            #expect(node["State"] as? String == detail.state)
            #expect(node["Location"] as? String == detail.location)
            #expect(node["Template"] as? String == detail.template)
            let shown = try #require(values[detail.name])
            #expect(shown["HpcCpuUsage"].map { $0 / 100 } == detail.processorUsageRatio)
            #expect(shown["HpcCoresInUse"].map { Int($0) } == detail.coresInUse)
            #expect(detail.isReachable == !shown.isEmpty)
        }
    }

    private static func check(
        _ counts: Truth.NodeCount,
        _ nodes: [[String: Any]],
        _ values: [String: [String: Double]]
    ) throws -> Int {
        for state in states {
            let matching = nodes.filter { $0["State"] as? String == state }
            #expect(counts.byState[state] == matching.count)
            let cores = matching.reduce(0) { $0 + ($1["Cores"] as? Int ?? 0) }
            #expect(counts.coresByState[state] == cores)
        }
        for health in healths {
            #expect(counts.byHealth[health] == nodes.count { $0["Health"] as? String == health })
        }
        let told = names(nodes).compactMap { values[$0]?["HpcCoresInUse"] }
        #expect(counts.coresInUse == (told.isEmpty ? nil : Int(told.reduce(0, +))))
        return counts.total
    }

    @Test func `Every state and every health of a node comes about`() throws {
        let probe = try Self.cluster {
            $0.nodes = 2000
            $0.jobs = 500
        }
        var states: Set<String> = []
        var healths: Set<String> = []
        for _ in 0..<90 {
            let nodes = probe.simulator.truth(countsAllTasks: false).nodes
            states.formUnion(nodes.byState.filter { $0.value > 0 }.keys)
            healths.formUnion(nodes.byHealth.filter { $0.value > 0 }.keys)
            probe.simulator.advance(by: 100)
        }
        #expect(states == Set(Self.states))
        #expect(healths == Set(Self.healths))
    }

    @Test func `A node's health follows from its state, and Error means unreachable`() throws {
        let probe = try Self.cluster { $0.nodes = 1000 }
        probe.simulator.advance(by: 5000)
        let details = probe.simulator.truth(countsAllTasks: false).nodeDetails
        for detail in details {
            let expected: Set<String> =
                switch detail.state {
                case "Unknown", "Rejected", "NotDeployed": ["Unapproved"]
                case "Provisioning", "Starting", "Stopping", "Removing": ["Transitional"]
                default: detail.isReachable ? ["OK", "Warning"] : ["Error"]
                }
            #expect(expected.contains(detail.health), "\(detail)")
        }
        #expect(details.contains { $0.state == "Online" && $0.health == "Error" })
    }

    @Test func `A node by its name is the object of the list`() throws {
        let probe = try Self.cluster()
        let row = try #require(try Self.objects(probe, "/cluster/nodes").first)
        let node = try Self.object(probe, "/cluster/nodes/headnode")
        #expect(NSDictionary(dictionary: node) == NSDictionary(dictionary: row))
        #expect(node["Template"] as? String == "HeadNode Template")
        #expect(probe.ask("/cluster/nodes/NOSUCH").status == 404)
        #expect(probe.ask("/cluster/nodes/NOSUCH").message?.contains("NOSUCH") == true)
    }

    @Test func `Nodes are chosen by name, job, group, state and health`() throws {
        let probe = try Self.cluster()
        let all = try Self.objects(probe, "/cluster/nodes")
        func ask(_ parameters: (String, String)...) throws -> [String] {
            Self.names(try Self.objects(probe, "/cluster/nodes", parameters))
        }
        #expect(try ask(("names", "headnode, nosuch")) == ["HEADNODE"])
        #expect(
            try ask(("state", "online"))
                == Self.names(all.filter { $0["State"] as? String == "Online" })
        )
        let unwell = all.filter { $0["Health"] as? String == "Error" }
        #expect(!unwell.isEmpty)
        #expect(try ask(("health", "Error")) == Self.names(unwell))
        let gpu = Self.names(
            all.filter { ($0["Groups"] as? [String] ?? []).contains("GPU Nodes") }
        )
        #expect(try ask(("group", "GPU NODES")) == gpu)
        let running = try probe.walk(
            "/jobs",
            [("$filter", "JobState eq Running"), ("properties", "Id,AllocatedNodes")]
        )
        let job = try #require(running.first)
        let allocated = Set((job["AllocatedNodes"] ?? "").split(separator: ",").map(String.init))
        #expect(Set(try ask(("jobs", job["Id"] ?? ""))) == allocated)
        for (name, value) in [("state", "Dead"), ("health", "Fine"), ("jobs", "x")] {
            #expect(probe.ask("/cluster/nodes", [(name, value)]).status == 400)
        }
        #expect(probe.ask("/cluster/nodes", [("group", "No such")]).status == 404)
    }

    @Test func `Metrics come in their own letter case, and none of an unreachable node`() throws {
        let probe = try Self.cluster()
        let names = "HPCCpuUsage,HPCMemoryPaging,hpcdiskthroughput,HPCNetwork,HPCCoresInUse,NoSuch"
        let rows = try Self.objects(probe, "/cluster/nodes/metrics", [("metricNames", names)])
        let details = probe.simulator.truth(countsAllTasks: false).nodeDetails
        #expect(rows.count == details.count)
        var withMetrics = 0
        for row in rows {
            let detail = try #require(details.first { $0.name == row["NodeName"] as? String })
            let metrics = try #require(row["Metrics"] as? [String: Double])
            guard detail.isReachable else {
                #expect(metrics.isEmpty)
                continue
            }
            withMetrics += 1
            #expect(
                Set(metrics.keys) == [
                    "HpcCpuUsage", "HpcMemoryPaging", "HpcDiskThroughput", "HpcNetwork",
                    "HpcCoresInUse",
                ]
            )
            #expect((0...100).contains(metrics["HpcCpuUsage"] ?? -1))
        }
        #expect(withMetrics > 0 && withMetrics < rows.count)
        let one = try Self.objects(
            probe,
            "/cluster/nodes/metrics",
            [("metricNames", "HPCCoresInUse")]
        )
        #expect(one.allSatisfy { (($0["Metrics"] as? [String: Double])?.count ?? 2) <= 1 })
        #expect(probe.ask("/cluster/nodes/metrics").status == 400)
    }

    @Test func `The statistics are those of the nodes`() throws {
        let probe = try Self.cluster()
        let nodes = probe.simulator.truth(countsAllTasks: false).nodes
        for (path, counts) in [("state", nodes.byState), ("health", nodes.byHealth)] {
            let rows = try Self.objects(probe, "/cluster/nodes/stats/" + path)
            let shown = rows.reduce(into: [String: Int]()) {
                $0[$1["Name"] as? String ?? ""] = $1["Value"] as? Int
            }
            #expect(shown == counts.filter { $0.value > 0 })
        }
    }

    @Test func `Groups are plain objects, and their members those of the nodes`() throws {
        let probe = try Self.cluster()
        let groups = try Self.objects(probe, "/cluster/nodeGroups")
        #expect(Self.names(groups) == probe.simulator.truth(countsAllTasks: false).nodeGroups)
        #expect(groups.allSatisfy { $0.count == 3 && $0["Description"] is String })
        #expect(groups.map { $0["Managed"] as? Bool }.prefix(4) == [true, true, true, false])
        let nodes = try Self.objects(probe, "/cluster/nodes")
        for group in groups {
            let name = try #require(group["Name"] as? String)
            let path = "/cluster/nodeGroups/" + HeadNodeProbe.escape(name)
            let single = try Self.object(probe, path)
            #expect(NSDictionary(dictionary: single) == NSDictionary(dictionary: group))
            let members = try #require(probe.ask(path + "/nodes").jsonValue as? [String])
            let expected = nodes.filter { ($0["Groups"] as? [String] ?? []).contains(name) }
            #expect(members == Self.names(expected), "\(name)")
        }
        #expect(probe.ask("/cluster/nodeGroups/No%20such").status == 404)
        #expect(probe.ask("/cluster/nodeGroups/No%20such/nodes").status == 404)
        let lenient = try Self.cluster { $0.answersUnknownGroups = true }
        #expect(lenient.ask("/cluster/nodeGroups/No%20such/nodes").text == "[]")
    }

    @Test func `The roles are those of the caller, and an administrator is a user too`() throws {
        #expect(try Self.cluster().ask("/cluster/userRoles").text == "[\"User\",\"Administrator\"]")
        var probe = try Self.cluster {
            $0.accounts = [
                .init(name: "ops", password: "x", roles: [.jobOperator, .jobAdministrator])
            ]
        }
        probe.credentials = "ops:x"
        #expect(
            probe.ask("/cluster/userRoles").text == "[\"JobAdministrator\",\"JobOperator\"]"
        )
    }

    @Test func `Every metric that is defined has a history by minutes until now`() throws {
        let probe = try Self.cluster { $0.startTime = 1_750_000_000 }
        let definitions = try Self.objects(probe, "/cluster/metrics/definitions")
        let names = Self.names(definitions)
        #expect(
            Set(names).isSuperset(of: [
                "HPCSchedulerJobs", "HPCSchedulerNodes", "HPCSchedulerCores", "HPCClusterCpu",
                "HPCPoolUsage",
            ])
        )
        #expect(
            definitions.allSatisfy { $0["DisplayName"] is String && $0["Description"] is String }
        )
        // 1,750,000,000 is 2025-06-15 15:06:40.
        let hour = [("fromTime", "2025-06-15T14:06:40Z"), ("toTime", "2025-06-15T16:00:00")]
        let truth = probe.simulator.truth(countsAllTasks: false)
        for name in names {
            let path = "/cluster/metrics/history/" + name
            let data = try Self.object(probe, path, hour)
            #expect(data["MetricName"] as? String == name)
            #expect(data["FromTime"] as? String == "2025-06-15T14:06:40")
            #expect(data["ToTime"] as? String == "2025-06-15T16:00:00")
            let instances = try #require(data["Instances"] as? [[String: Any]])
            #expect(!instances.isEmpty)
            var last: [String: Double] = [:]
            for instance in instances {
                let values = try #require(instance["Values"] as? [[String: Any]])
                #expect(values.count == 61)
                #expect(values.first?["Key"] as? String == "2025-06-15T14:06:40Z")
                #expect(values.last?["Key"] as? String == "2025-06-15T15:06:40Z")
                let numbers = values.compactMap { $0["Value"] as? Double }
                #expect(numbers.count == 61 && numbers.allSatisfy { $0 >= 0 })
                last[try #require(instance["InstanceName"] as? String)] = numbers.last
            }
            switch name {
            case "HPCSchedulerJobs":
                for state in ["Queued", "Finished", "Failed", "Canceled"] {
                    let shown = last["Number of \(state.lowercased()) jobs"]
                    // What waits for validation has been submitted too.
                    let waiting = ["Submitted", "Validating", "ExternalValidation"]
                        .reduce(0) { $0 + (truth.jobs[$1] ?? 0) }
                    let more = state == "Queued" ? waiting : 0
                    #expect(shown == Double((truth.jobs[state] ?? 0) + more), "\(state)")
                }
            case "HPCSchedulerCores":
                #expect(last["Number of busy cores"] == Double(truth.allocatedCores))
                #expect(
                    last["Number of total cores"]
                        == Double(truth.nodes.coresByState.values.reduce(0, +))
                )
            case "HPCSchedulerNodes":
                #expect(last["Number of total nodes"] == 300)
                #expect(last["Number of unreachable nodes"] == Double(truth.nodes.unreachable))
            default: break
            }
        }
        let path = "/cluster/metrics/history/"
        #expect(probe.ask(path + "NoSuch", hour).status == 404)
        #expect(probe.ask(path + "HPCPoolUsage").status == 400)
        #expect(
            probe.ask(path + "HPCPoolUsage", [("fromTime", "x"), ("toTime", "2025-06-15")]).status
                == 400
        )
        let reversed = [("fromTime", "2025-06-16"), ("toTime", "2025-06-15")]
        #expect(probe.ask(path + "HPCPoolUsage", reversed).status == 400)
    }

    @Test func `Ended jobs add up over the last seven days`() throws {
        let probe = try Self.cluster()
        let data = try Self.object(probe, "/cluster/metrics/jobs")
        #expect(data["MetricName"] as? String == "Jobs")
        #expect(data["ToTime"] as? String == "2025-06-15T15:06:40Z")
        #expect(data["FromTime"] as? String == "2025-06-08T15:06:40Z")
        let truth = probe.simulator.truth(countsAllTasks: false)
        let instances = try #require(data["Instances"] as? [[String: Any]])
        #expect(
            instances.map { $0["InstanceName"] as? String } == [
                "Number of finished jobs", "Number of failed jobs", "Number of canceled jobs",
            ]
        )
        for (instance, state) in zip(instances, ["Finished", "Failed", "Canceled"]) {
            let values = try #require(instance["Values"] as? [[String: Any]])
            let numbers = values.compactMap { $0["Value"] as? Int }
            #expect(numbers == numbers.sorted() && numbers.count == 29)
            // Jobs are kept for five days, so all of them ended within seven.
            #expect(numbers.last == truth.jobs[state])
            #expect((values.last?["Key"] as? String)?.hasSuffix("+00:00") == true)
        }
    }

    @Test func `Operations come latest first, within bounds, with entries on request`() throws {
        let probe = try Self.cluster()
        probe.simulator.advance(by: 5000)
        let logs = try Self.objects(probe, "/cluster/operations")
        let times = logs.compactMap { $0["UpdateTime"] as? String }
        #expect(times.count == logs.count && times.count >= 300)
        #expect(times == times.sorted(by: >))
        #expect(Set(logs.compactMap { $0["Id"] as? String }).count == logs.count)
        #expect(logs.allSatisfy { $0["Entries"] is NSNull && $0["Cancelable"] is Bool })
        #expect(logs.allSatisfy { ["Executing", "Committed"].contains($0["State"] as? String) })
        let detailed = try Self.objects(
            probe,
            "/cluster/operations",
            [("withDetail", "true"), ("limit", "3")]
        )
        #expect(detailed.count == 3)
        for log in detailed {
            let entries = try #require(log["Entries"] as? [[String: Any]])
            #expect(
                Set(entries.first?.keys.map { $0 } ?? []) == [
                    "CreateTime", "Message", "Severity", "Source",
                ]
            )
        }
        let bound = String(times[10].prefix(19))
        let after = try Self.objects(probe, "/cluster/operations", [("fromTime", bound)])
        #expect(after.count == times.count { $0.prefix(19) > bound })
        let before = try Self.objects(probe, "/cluster/operations", [("toTime", bound)])
        #expect(before.count == times.count { $0.prefix(19) < bound })
        let own = try Self.objects(probe, "/cluster/operations", [("nodeNames", "headnode")])
        #expect(!own.isEmpty && own.allSatisfy { $0["Node"] as? String == "HEADNODE" })
        let first = try Self.object(probe, "/cluster/operations/first")
        #expect(first["Id"] as? String == logs.last?["Id"] as? String)
        #expect(first["Entries"] is [Any])
        let id = try #require(logs[5]["Id"] as? String)
        let single = try Self.object(probe, "/cluster/operations/" + id)
        #expect(single["UpdateTime"] as? String == times[5])
        #expect(probe.ask("/cluster/operations/" + String(repeating: "0", count: 8)).status == 404)
        #expect(probe.ask("/cluster/operations/first", [("nodeNames", "x")]).status == 404)
        #expect(probe.ask("/cluster/operations", [("limit", "-1")]).status == 400)
        #expect(probe.ask("/cluster/operations", [("fromTime", "soon")]).status == 400)
    }

    @Test(arguments: [
        ("/cluster/nodes", "<ArrayOfNode><Node><ActiveServiceRoles>"),
        ("/cluster/nodes/HEADNODE", "<Node><ActiveServiceRoles>"),
        ("/cluster/nodeGroups", "<ArrayOfNodeGroup><NodeGroup><Description>The head nodes"),
        ("/cluster/nodes/stats/state", "<ArrayOfNodeStatOfState><NodeStatOfState><Name>"),
    ])
    func `In XML the elements are named like the types`(_ path: String, _ start: String) throws {
        let probe = try Self.cluster { $0.seed = 1 }
        let answer = probe.ask(path, headers: [("Accept", "application/xml")])
        #expect(answer["Content-Type"] == "application/xml; charset=utf-8")
        #expect(answer.text.hasPrefix(start), "\(answer.text.prefix(200))")
    }

    @Test func `Writes to nodes and groups are not there`() throws {
        let probe = try Self.cluster()
        for path in ["/cluster/nodes", "/cluster/nodeGroups", "/cluster/nodes/metrics"] {
            let answer = probe.ask(path, method: "POST")
            #expect(answer.status == 405 && answer["Allow"] == "GET")
        }
    }
}
