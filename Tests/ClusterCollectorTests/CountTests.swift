import ClusterCollector
import TestSupport
import Testing

/// The rules of docs/metrics.md#rules.
struct CountTests {
    @Test func `Totals count each thing once and groups count it once in each that it names`()
        throws
    {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(page["hpcpack_jobs{state=\"Validating\"}"] == 0)
        #expect(page["hpcpack_node_group_jobs{node_group=\"ComputeNodes\",state=\"Queued\"}"] == 1)
        #expect(
            page["hpcpack_node_group_jobs{node_group=\"ComputeNodes\",state=\"Finished\"}"] == 1
        )
        #expect(page["hpcpack_node_group_jobs{node_group=\"GPU Nodes\",state=\"Queued\"}"] == 1)
        #expect(page["hpcpack_node_group_jobs{node_group=\"Empty\",state=\"Queued\"}"] == 0)
        #expect(page["hpcpack_node_group_jobs{node_group=\"Elsewhere\",state=\"Running\"}"] == 1)
        #expect(
            page["hpcpack_node_group_jobs{node_group=\"computenodes\",state=\"Queued\"}"] == nil
        )
        #expect(page["hpcpack_ungrouped_jobs{state=\"Queued\"}"] == 1)
        #expect(page["hpcpack_ungrouped_jobs{state=\"Running\"}"] == 0)
        #expect(page["hpcpack_tasks{state=\"Running\"}"] == 1)
        #expect(
            page["hpcpack_tasks{state=\"Finished\"}"] == 1,
            "the tasks of an ended job do not count"
        )
        #expect(page["hpcpack_node_group_tasks{node_group=\"GPU Nodes\",state=\"Queued\"}"] == 1)
        #expect(page["hpcpack_ungrouped_tasks{state=\"Queued\"}"] == 0)
        #expect(page["hpcpack_oldest_queued_job_submit_timestamp_seconds"] == 1_795_508_220)
        #expect(
            page[
                "hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{node_group=\"GPU Nodes\"}"
            ] == 1_795_508_280
        )
        #expect(
            page[
                "hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds{node_group=\"Empty\"}"
            ] == nil
        )
        #expect(page["hpcpack_job_templates"] == 1)
        #expect(
            page["hpcpack_cluster_info{version=\"5.3.6420.0\",active_head_node=\"HEAD1\"}"] == 1
        )
    }

    @Test func `Nodes and cores count by state, group and reachability`() throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let page = bench.round()
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 2)
        #expect(page["hpcpack_nodes{state=\"Offline\"}"] == 0)
        #expect(page["hpcpack_unreachable_nodes"] == 1)
        #expect(page["hpcpack_cores{state=\"Online\"}"] == 24)
        #expect(page["hpcpack_node_group_nodes{node_group=\"ComputeNodes\",state=\"Online\"}"] == 2)
        #expect(page["hpcpack_node_group_cores{node_group=\"GPU Nodes\",state=\"Online\"}"] == 16)
        #expect(page["hpcpack_node_group_unreachable_nodes{node_group=\"GPU Nodes\"}"] == 1)
        #expect(page["hpcpack_node_group_unreachable_nodes{node_group=\"Empty\"}"] == 0)
        #expect(page["hpcpack_ungrouped_nodes{state=\"Draining\"}"] == 1)
        #expect(page["hpcpack_node_state{node=\"CN3\",state=\"Draining\"}"] == 1)
        #expect(page["hpcpack_node_state{node=\"CN3\",state=\"Online\"}"] == 0)
        #expect(page["hpcpack_node_reachable{node=\"CN2\"}"] == 0)
        #expect(page["hpcpack_node_group_member{node=\"CN2\",node_group=\"GPU Nodes\"}"] == 1)
        #expect(page["hpcpack_node_info{node=\"CN1\"}"] == 1, "absent labels are left out")
        #expect(!page.has("hpcpack_node_memory_bytes"), "what is not known is not shown")
        #expect(!page.has("hpcpack_node_online_timestamp_seconds"))
    }

    @Test func `Membership comes from the group calls when the rows do not tell it`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content = .small()
            content.groups = ["A/B #1", "GPU Nodes"]
            content.nodes = content.nodes.map { $0.filter { $0.0 != "NodeGroups" } }
            content.members = ["A/B #1": ["cn1", "CN2", "GONE"], "GPU Nodes": ["CN2"]]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_node_group_nodes{node_group=\"A/B #1\",state=\"Online\"}"] == 2)
        #expect(page["hpcpack_node_group_nodes{node_group=\"GPU Nodes\",state=\"Online\"}"] == 1)
        #expect(page["hpcpack_ungrouped_nodes{state=\"Draining\"}"] == 1)
    }

    @Test func `A row that turns up twice counts once, with its last values`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content = .small()
            content.jobs.append([("Id", "1"), ("State", "Running"), ("NodeGroups", "Empty")])
            content.nodes.append(content.nodes[0])
            content.tasks["3"]?.append([("TaskId", "3.1.1"), ("State", "Failed")])
        }
        for _ in 0..<2 {
            let page = bench.round()
            #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 1)
            #expect(page["hpcpack_jobs{state=\"Running\"}"] == 2)
            #expect(page["hpcpack_node_group_jobs{node_group=\"Empty\",state=\"Running\"}"] == 1)
            #expect(page["hpcpack_nodes{state=\"Online\"}"] == 2)
            #expect(page["hpcpack_tasks{state=\"Running\"}"] == 0)
            #expect(page["hpcpack_tasks{state=\"Failed\"}"] == 1)
        }
    }

    @Test func `A state that is not documented counts as Unknown and is told`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content = .small()
            content.jobs[0] = [("Id", "1"), ("State", "Levitating"), ("NodeGroups", "")]
            content.nodes[0] = [("Id", "1"), ("Name", "CN1"), ("State", ""), ("NodeGroups", "")]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_jobs{state=\"Unknown\"}"] == 1)
        #expect(page["hpcpack_nodes{state=\"Unknown\"}"] == 1)
        #expect(page["hpcpack_node_state{node=\"CN1\",state=\"Unknown\"}"] == 1)
        #expect(page["hpcpack_exporter_unrecognized_values_total{field=\"job_state\"}"] == 1)
        #expect(!page.text.contains("Levitating"))
        bench.cluster.change { $0 = .small() }
        #expect(bench.round()["hpcpack_jobs{state=\"Unknown\"}"] == nil)
    }

    @Test
    func `A server that does not tell the groups of jobs leaves group counts unknown, not zero`()
        throws
    {
        let bench = try Bench()
        bench.cluster.change { content in
            content = .small()
            content.jobs = content.jobs.map { $0.filter { $0.0 != "NodeGroups" } }
        }
        let page = bench.round()
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(!page.has("hpcpack_node_group_jobs"))
        #expect(!page.has("hpcpack_ungrouped_jobs"))
        #expect(!page.has("hpcpack_node_group_tasks"))
    }

    @Test func `The tasks of all jobs count when that is asked for`() throws {
        let bench = try Bench(configure: { $0.taskJobs = .all })
        bench.cluster.change { $0 = .small() }
        #expect(bench.round()["hpcpack_tasks{state=\"Finished\"}"] == 2)
    }

    @Test func `Collectors that are off make no requests and no series`() throws {
        let bench = try Bench(configure: {
            $0.nodes = false
            $0.jobs = false
            $0.tasks = false
        })
        bench.cluster.change { $0 = .small() }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(
            !page.has("hpcpack_nodes") && !page.has("hpcpack_jobs") && !page.has("hpcpack_tasks")
        )
        #expect(page["hpcpack_scrape_collector_success{collector=\"jobs\"}"] == nil)
        #expect(Set(bench.cluster.server.requests.map(\.path)).count == 4)
    }

    @Test func `An empty cluster shows every known state at zero`() throws {
        let bench = try Bench()
        let page = bench.round()
        #expect(page["hpcpack_jobs{state=\"Running\"}"] == 0)
        #expect(page["hpcpack_ungrouped_tasks{state=\"Queued\"}"] == 0)
        #expect(page["hpcpack_node_group_jobs{node_group=\"Empty\",state=\"Failed\"}"] == 0)
        #expect(page["hpcpack_cores{state=\"Online\"}"] == 0)
        #expect(page["hpcpack_unreachable_nodes"] == 0)
        #expect(page["hpcpack_oldest_queued_job_submit_timestamp_seconds"] == nil)
    }

    @Test func `Never more requests at once than allowed`() throws {
        let bench = try Bench()
        bench.cluster.change { content in
            content.jobs = (1...60).map {
                [("Id", "\($0)"), ("State", "Running"), ("NodeGroups", "")]
            }
            content.tasks = Dictionary(
                uniqueKeysWithValues: (1...60).map {
                    ("\($0)", [[("TaskId", "\($0).1"), ("State", "Running")]])
                }
            )
        }
        for _ in 0..<3 { #expect(bench.round()["hpcpack_tasks{state=\"Running\"}"] == 60) }
        #expect(bench.cluster.server.mostConnections <= 4)
        #expect(bench.cluster.server.connections <= 4, "connections are kept from round to round")
    }
}
