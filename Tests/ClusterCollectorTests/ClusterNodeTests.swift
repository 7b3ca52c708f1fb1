import ClusterCollector
import TestSupport
import Testing

/// Nodes as HPC Pack 2019 tells them, and what is known of their use.
struct ClusterNodeTests {
    private static let nodes = """
        [{"Name":"CN1","State":"Online","Health":"OK","Template":"Compute \\"A\\"","Location":"OnPremise",
        "MemorySize":1024,"Cores":8,"Sockets":2,"Groups":["ComputeNodes","gpu nodes"]},
        {"Name":"CN2","State":"Rejected","Health":"Unapproved","Location":null,"Cores":16,"Groups":null},
        {"Name":"CN3","State":"Unknown","Health":"Error","Cores":null,"Groups":["ComputeNodes"]}]
        """
    private static let groups =
        #"[{"Name":"ComputeNodes","Description":"","Managed":true},{"Name":"GPU Nodes"},{"Name":"Empty"}]"#

    /// A bench whose cluster speaks only the dialect of 2019.
    private static func bench(
        nodes: String = nodes,
        metrics: String? = nil,
        status: Int = 404,
        configure: (inout CollectorConfiguration) -> Void = { $0.tasks = false }
    ) throws -> Bench {
        let bench = try Bench(configure: configure)
        bench.cluster.change { content in
            content = .small()
            content.answers = [
                "/nodes": .response(status, body: "{}"),
                "/nodes/groups": .response(status, body: "{}"),
                "/cluster/nodes": .json(nodes), "/cluster/nodeGroups": .json(groups),
            ]
            content.answers["/cluster/nodes/metrics"] = metrics.map { .json($0) }
        }
        return bench
    }

    private static func paths(_ bench: Bench) -> [String] {
        bench.cluster.server.requests.map { String($0.path.dropFirst("/hpc".count)) }
    }

    @Test(arguments: [404, 405, 410, 400])
    func `Where the node calls of 2016 are missing, nodes come from those of 2019`(status: Int)
        throws
    {
        let bench = try Self.bench(status: status)
        for round in 1...2 {
            bench.cluster.server.forget()
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(page["hpcpack_nodes{state=\"Online\"}"] == 1)
            #expect(page["hpcpack_nodes{state=\"Rejected\"}"] == 1)
            #expect(page["hpcpack_nodes{state=\"Unknown\"}"] == 1)
            for state in ["Provisioning", "Starting", "Removing", "NotDeployed", "Stopping"] {
                #expect(page["hpcpack_nodes{state=\"\(state)\"}"] == 0)
            }
            let group = "node_group=\"ComputeNodes\""
            #expect(page["hpcpack_node_group_nodes{\(group),state=\"Online\"}"] == 1)
            #expect(page["hpcpack_node_group_nodes{\(group),state=\"Unknown\"}"] == 1)
            #expect(page["hpcpack_node_group_nodes{\(group),state=\"Offline\"}"] == 0)
            #expect(
                page["hpcpack_node_group_nodes{node_group=\"Empty\",state=\"Unknown\"}"] == 0
            )
            #expect(page["hpcpack_ungrouped_nodes{state=\"Rejected\"}"] == 1)
            #expect(page["hpcpack_node_group_member{node=\"CN1\",node_group=\"GPU Nodes\"}"] == 1)
            #expect(page["hpcpack_cores{state=\"Online\"}"] == 8)
            #expect(page["hpcpack_cores{state=\"Rejected\"}"] == 16)
            #expect(page["hpcpack_cores{state=\"Unknown\"}"] == 0)
            #expect(page["hpcpack_node_cores{node=\"CN3\"}"] == nil)
            #expect(page["hpcpack_node_memory_bytes{node=\"CN1\"}"] == 1_073_741_824)
            #expect(page["hpcpack_node_state{node=\"CN2\",state=\"Rejected\"}"] == 1)
            #expect(page["hpcpack_node_state{node=\"CN2\",state=\"Unknown\"}"] == 0)
            #expect(page["hpcpack_node_state{node=\"CN3\",state=\"Unknown\"}"] == 1)
            #expect(
                page.text.contains(
                    #"hpcpack_node_info{node="CN1",location="OnPremise",template="Compute \"A\""} 1"#
                )
            )
            #expect(page["hpcpack_node_info{node=\"CN2\"}"] == 1)
            #expect(!page.has("hpcpack_unreachable_nodes"))
            #expect(!page.has("hpcpack_node_group_unreachable_nodes"))
            #expect(!page.has("hpcpack_node_reachable"))
            #expect(page["hpcpack_nodes_by_health{health=\"OK\"}"] == 1)
            #expect(page["hpcpack_nodes_by_health{health=\"Warning\"}"] == 0)
            #expect(page["hpcpack_nodes_by_health{health=\"Unknown\"}"] == nil)
            #expect(page["hpcpack_node_group_nodes_by_health{\(group),health=\"Error\"}"] == 1)
            #expect(page["hpcpack_node_health{node=\"CN3\",health=\"Error\"}"] == 1)
            #expect(page["hpcpack_node_health{node=\"CN3\",health=\"OK\"}"] == 0)
            #expect(!page.has("hpcpack_cores_in_use"))
            for field in ["node_state", "node_health", "node_name", "node_groups"] {
                let name = "hpcpack_exporter_unrecognized_values_total{field=\"\(field)\"}"
                #expect(page[name] == 0)
            }
            if round == 2 {
                let asked = Self.paths(bench).filter { $0.contains("odes") || $0.contains("Group") }
                #expect(asked.sorted() == ["/cluster/nodeGroups", "/cluster/nodes"])
            }
        }
    }

    @Test func `Where no node tells its groups, the group calls do`() throws {
        let bench = try Self.bench(
            nodes: #"[{"Name":"CN1","State":"Online"},{"Name":"cn2.hpc.local","State":"Draining"}]"#
        )
        bench.cluster.change { content in
            content.answers["/cluster/nodeGroups/ComputeNodes/nodes"] = .json(#"["cn1","CN2"]"#)
            content.answers["/cluster/nodeGroups/GPU%20Nodes/nodes"] = .json(#"["CN2","GONE"]"#)
            content.answers["/cluster/nodeGroups/Empty/nodes"] = .json("[]")
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        let compute = "node_group=\"ComputeNodes\""
        #expect(page["hpcpack_node_group_nodes{\(compute),state=\"Online\"}"] == 1)
        #expect(page["hpcpack_node_group_nodes{\(compute),state=\"Draining\"}"] == 1)
        #expect(page["hpcpack_node_group_nodes{node_group=\"GPU Nodes\",state=\"Draining\"}"] == 1)
        #expect(!page.has("hpcpack_nodes_by_health"), "no node tells its health")
        #expect(!page.has("hpcpack_cores"), "nor its cores")
        bench.cluster.change { content in
            content.answers["/cluster/nodes"] = .json(
                #"[{"Name":"CN1","State":"Online","Groups":null},{"Name":"CN2","State":"Draining"}]"#
            )
        }
        bench.cluster.server.forget()
        #expect(bench.round()["hpcpack_ungrouped_nodes{state=\"Online\"}"] == 1, "null is none")
        #expect(!Self.paths(bench).contains { $0.hasPrefix("/cluster/nodeGroups/") })
    }

    @Test func `A node that comes twice, or without a name, counts once or not at all`() throws {
        let bench = try Self.bench(
            nodes: """
                [{"Name":"CN1","State":"Offline","Groups":[]},{"State":"Online"},{"Name":null,"State":"Online"},
                {"Name":"cn1","State":"Online","Cores":4,"Groups":["Empty"]}]
                """
        )
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 1)
        #expect(page["hpcpack_nodes{state=\"Offline\"}"] == 0)
        #expect(page["hpcpack_node_group_cores{node_group=\"Empty\",state=\"Online\"}"] == 4)
        #expect(page["hpcpack_exporter_unrecognized_values_total{field=\"node_name\"}"] == 2)
    }

    @Test(arguments: [
        #"[{"State":"Online"},{"State":"Online"}]"#, "null", "{}", #"["CN1"]"#, #"[{"Name":"CN1","#,
        "<html>", #"[{"Name":"CN1","Cores":NaN}]"#,
    ])
    func `An answer that is no node list is a failure, and shows nothing of itself`(body: String)
        throws
    {
        let bench = try Self.bench()
        let before = bench.round().series(["hpcpack_nodes", "hpcpack_node_state"])
        bench.cluster.change { $0.answers["/cluster/nodes"] = .json(body) }
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"nodes\"}"] == 0)
        #expect(page.series(["hpcpack_nodes", "hpcpack_node_state"]) == before)
    }

    @Test func `A cluster without nodes shows zeros of what its dialect tells`() throws {
        let page = try Self.bench(nodes: "[]", metrics: "[]").round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_nodes{state=\"NotDeployed\"}"] == 0)
        #expect(page["hpcpack_nodes_by_health{health=\"OK\"}"] == 0)
        #expect(page["hpcpack_cores{state=\"Online\"}"] == 0)
        #expect(!page.has("hpcpack_unreachable_nodes"))
        #expect(!page.has("hpcpack_cores_in_use"), "no node tells anything")
        #expect(!page.has("hpcpack_node_group_cores_in_use"))
    }

    @Test func `Metrics tell cores in use and CPU usage`() throws {
        let bench = try Self.bench(
            metrics: """
                [{"NodeName":"cn1","Metrics":{"hpcCoresInUse":1,"HpcCpuUsage":1}},
                {"NodeName":"CN1","Metrics":{"hpcCoresInUse":6,"HpcCpuUsage":50}},
                {"NodeName":"CN2","Metrics":{}},{"NodeName":"GHOST","Metrics":{"HPCCoresInUse":64}},
                {"Metrics":{"HPCCoresInUse":64}}]
                """
        )
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_cores_in_use"] == 6)
        #expect(page["hpcpack_node_cores_in_use{node=\"CN1\"}"] == 6, "the last one wins")
        #expect(page["hpcpack_node_cores_in_use{node=\"CN2\"}"] == nil)
        #expect(page["hpcpack_node_cpu_usage_ratio{node=\"CN1\"}"] == 0.5)
        #expect(page["hpcpack_node_group_cores_in_use{node_group=\"GPU Nodes\"}"] == 6)
        #expect(page["hpcpack_node_group_cores_in_use{node_group=\"Empty\"}"] == 0)
        #expect(!page.text.contains("GHOST"))
        let unrecognized = "hpcpack_exporter_unrecognized_values_total"
        #expect(page["\(unrecognized){field=\"node_metrics_name\"}"] == 2)
        bench.cluster.server.forget()
        _ = bench.round()
        #expect(Self.paths(bench).filter { $0.hasSuffix("metrics") }.count == 1)
    }

    @Test func `Where no member of a group tells its cores in use, the group has no such series`()
        throws
    {
        let bench = try Self.bench(
            metrics: #"[{"NodeName":"CN2","Metrics":{"HPCCoresInUse":3}},{"NodeName":"CN1"}]"#
        )
        let page = bench.round()
        #expect(page["hpcpack_cores_in_use"] == 3)
        #expect(page["hpcpack_node_group_cores_in_use{node_group=\"ComputeNodes\"}"] == nil)
        #expect(page["hpcpack_node_group_cores_in_use{node_group=\"Empty\"}"] == 0)
    }

    @Test(arguments: [200, 400, 403, 404, 500])
    func `Metrics that are refused later, or are none, are done without`(status: Int) throws {
        let bench = try Self.bench(metrics: #"[{"NodeName":"CN1","Metrics":{"HPCCoresInUse":3}}]"#)
        #expect(bench.round()["hpcpack_cores_in_use"] == 3)
        bench.cluster.change {
            $0.answers["/cluster/nodes/metrics"] = .response(status, body: "{}")
        }
        for round in 1...2 {
            bench.cluster.server.forget()
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(!page.has("hpcpack_cores_in_use"))
            #expect(page["hpcpack_exporter_capability{capability=\"node_metrics\"}"] == 0)
            #expect(
                Self.paths(bench).filter { $0.hasSuffix("metrics") }.count == (round == 1 ? 1 : 0)
            )
        }
    }

    @Test(arguments: ["time-out", "reset"])
    func `Metrics that do not come fail the round`(fault: String) throws {
        let bench = try Bench(configure: { $0.tasks = false }, timeout: .seconds(1))
        let other = try Self.bench(metrics: "[]")
        bench.cluster.server.script(other.cluster.handler)
        #expect(bench.round()["hpcpack_up"] == 1)
        let reply: ScriptedServer.Reply = fault == "time-out" ? .hang([]) : .reset([])
        other.cluster.change { $0.answers["/cluster/nodes/metrics"] = reply }
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"nodes\"}"] == 0)
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 1, "the last good data is kept")
    }

    /// A node of 2016 with counts of its resources.
    private static func counted(_ cores: String, _ idle: String?, _ offline: String?)
        -> [(String, String)]
    {
        let told = [
            ("NumCores", cores), ("IdleResourceCount", idle), ("OfflineResourceCount", offline),
        ]
        return [("Id", "1"), ("Name", "CN1"), ("State", "Online"), ("NodeGroups", "Empty")]
            + told.compactMap { name, value in value.map { (name, $0) } }
    }

    @Test(
        arguments: [
            ("8", "3", "1", 4, 0), ("8", "8", "0", 0, 0), ("8", "9", "3", 0, 0),
            ("8", "-1", "0", nil, 1), ("8", "0x3", "0", nil, 1), ("8", "", "0", nil, 0),
            ("8", "3", nil, nil, 0), ("", "3", "0", nil, 0), ("8", "many", "NaN", nil, 2),
        ] as [(String, String?, String?, Double?, Double)]
    )
    func `Cores in use are those that are neither idle nor offline`(
        cores: String,
        idle: String?,
        offline: String?,
        inUse: Double?,
        unrecognized: Double
    ) throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content.refusesUndocumented = false
            content.nodes = [Self.counted(cores, idle, offline)]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_cores_in_use"] == inUse)
        #expect(page["hpcpack_node_cores_in_use{node=\"CN1\"}"] == inUse)
        #expect(page["hpcpack_node_group_cores_in_use{node_group=\"Empty\"}"] == inUse)
        #expect(
            page["hpcpack_exporter_unrecognized_values_total{field=\"node_resource_count\"}"]
                == unrecognized
        )
    }

    @Test(arguments: [true, false])
    func `Counts of resources are asked for only where they are taken and needed`(isTaken: Bool)
        throws
    {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content.refusesUndocumented = false
            content.nodes = [Self.counted("8", "3", "0")]
            if !isTaken { content.refusedProperties = ["offlineresourcecount"] }
        }
        #expect(bench.round()["hpcpack_cores_in_use"] == (isTaken ? 5 : nil))
        bench.cluster.server.forget()
        #expect(bench.round()["hpcpack_up"] == 1)
        let asked = bench.cluster.server.requests.filter { $0.path == "/hpc/nodes" }.compactMap {
            $0.parameter("properties")
        }
        #expect(asked.map { $0.contains("ResourceCount") } == [isTaken])
    }

    @Test func `Metrics are preferred to counts of resources`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content.refusesUndocumented = false
            content.nodes = [Self.counted("8", "3", "0")]
            content.answers["/cluster/nodes/metrics"] = .json(
                #"[{"NodeName":"CN1","Metrics":{"HPCCoresInUse":7}}]"#
            )
        }
        let page = bench.round()
        #expect(page["hpcpack_cores_in_use"] == 7)
        #expect(page["hpcpack_nodes{state=\"Rejected\"}"] == nil, "the dialect is that of 2016")
        #expect(
            !bench.cluster.server.requests.contains {
                !$0.isForOneRow && $0.parameter("properties")?.contains("ResourceCount") ?? false
            }
        )
    }

    @Test(arguments: [true, false])
    func `Every capability of nodes is told, needed or not`(servesBoth: Bool) throws {
        let bench = try servesBoth ? Bench(configure: { $0.tasks = false }) : Self.bench()
        bench.cluster.change { content in
            content.refusesUndocumented = false
            if servesBoth { content.nodes = [Self.counted("8", "3", "0")] }
            content.answers["/cluster/nodes"] = .json(Self.nodes)
        }
        let page = bench.round()
        for (capability, isThere) in [
            ("nodes_2016", servesBoth), ("cluster_nodes", true), ("node_metrics", false),
            ("node_resource_counts", servesBoth),
        ] {
            #expect(
                page["hpcpack_exporter_capability{capability=\"\(capability)\"}"]
                    == (isThere ? 1 : 0),
                "\(capability)"
            )
        }
        let probes = bench.cluster.server.requests.filter {
            $0.isForOneRow && $0.parameter("properties")?.contains("ResourceCount") ?? false
        }
        #expect(
            probes.count == (servesBoth ? 1 : 0),
            "without /nodes there are no rows that could tell counts"
        )
    }

    @Test
    func `Where neither dialect is served the error says so, and the first that comes is used`()
        throws
    {
        let bench = try Self.bench()
        bench.cluster.change { content in
            content.answers["/cluster/nodes"] = .response(404, body: "{}")
            content.answers["/cluster/nodeGroups"] = .response(404, body: "{}")
        }
        _ = bench.round()
        let error = try #require(bench.collector.status[.nodes]?.lastError?.text)
        #expect(error.contains("GET /nodes") && error.contains("GET /cluster/node"), "\(error)")
        #expect(error.contains("2016") && error.contains("2019"), "\(error)")
        bench.cluster.change { content in
            content.answers["/cluster/nodes"] = .json(Self.nodes)
            content.answers["/cluster/nodeGroups"] = .json(Self.groups)
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_exporter_capability{capability=\"nodes_2016\"}"] == 0)
        #expect(page["hpcpack_exporter_capability{capability=\"cluster_nodes\"}"] == 1)
        // Another release answers at the same address.
        bench.cluster.change { content in
            content.answers = ["/cluster/nodes": .response(404, body: "{}")]
            content.answers["/cluster/nodeGroups"] = .response(404, body: "{}")
        }
        let other = bench.round()
        #expect(other["hpcpack_up"] == 1)
        #expect(other["hpcpack_unreachable_nodes"] == 1)
        #expect(other["hpcpack_nodes{state=\"Rejected\"}"] == nil)
        #expect(other["hpcpack_exporter_capability{capability=\"nodes_2016\"}"] == 1)
    }

    @Test func `Without nodes, the groups of jobs follow the dialect too`() throws {
        let bench = try Self.bench(configure: {
            $0.nodes = false
            $0.tasks = false
        })
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_node_group_jobs{node_group=\"ComputeNodes\",state=\"Queued\"}"] == 1)
        #expect(page["hpcpack_node_group_jobs{node_group=\"Empty\",state=\"Queued\"}"] == 0)
    }

    @Test func `Absurd numbers of cores neither overflow nor count as none`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content.nodes = ["9223372036854774784", "9223372036854774784", "4"].enumerated().map {
                [("Id", "\($0)"), ("State", "Online"), ("NodeGroups", ""), ("NumCores", $1)]
            }
        }
        let page = bench.round()
        #expect(page["hpcpack_cores{state=\"Online\"}"] == 4)
        #expect(page["hpcpack_exporter_unrecognized_values_total{field=\"node_cores\"}"] == 2)
    }
}
