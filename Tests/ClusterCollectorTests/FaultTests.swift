import ClusterCollector
import TestSupport
import Testing

/// Every fault at every listing: the truth about it at once, the last good data kept, recovery after it.
struct FaultTests {
    /// A part of the path, the collector that fails, and a family of it that must stay.
    static let listings = [
        ("/cluster/version", "cluster", "hpcpack_cluster_info"),
        ("/cluster/info/dateTimeFormat", "cluster", "hpcpack_cluster_info"),
        ("/jobs/templates", "cluster", "hpcpack_job_templates"),
        ("/nodes", "nodes", "hpcpack_nodes"),
        ("/nodes/groups", "nodes", "hpcpack_node_group_nodes"),
        ("/nodes/groups/ComputeNodes", "nodes", "hpcpack_node_group_member"),
        ("/cluster/activeHeadNode", "cluster", "hpcpack_cluster_info"),
        ("/jobs", "jobs", "hpcpack_jobs"),
        ("/tasks", "tasks", "hpcpack_tasks"),
    ]

    /// Each fault at each listing; with a sanitizer each fault at one listing, and at each listing some of them.
    private static let cases = UpstreamFault.all.enumerated().flatMap { number, fault in
        let place = number % listings.count
        return (Sanitizer.thinsTables ? [listings[place]] : listings).map { (fault, $0) }
    }

    @Test(arguments: cases)
    func `A fault is told at once, hides nothing and leaves nothing`(
        fault: UpstreamFault,
        listing: (String, String, String)
    ) throws {
        let (path, collector, family) = listing
        // Only the hang is waited for; a slow machine must not look like one.
        let bench = try Bench(
            timeout: fault.isEndless ? .milliseconds(700) : .seconds(20),
            responseBytes: 2 << 20
        )
        bench.cluster.change { content in
            content = .small()
            guard path.hasPrefix("/nodes/groups/") else { return }
            // Node rows that do not name their groups, so that each group is asked for its members.
            content.nodes = content.nodes.map { $0.filter { $0.0 != "NodeGroups" } }
            content.members = [
                "ComputeNodes": ["CN1", "CN2"], "GPU Nodes": ["CN2"], "Empty": [],
            ]
        }
        let before = bench.round()
        #expect(before["hpcpack_up"] == 1)
        bench.cluster.fail(path, fault.reply)
        bench.cluster.server.forget()
        let during = bench.round()
        #expect(during["hpcpack_up"] == 0)
        #expect(during["hpcpack_scrape_collector_success{collector=\"\(collector)\"}"] == 0)
        #expect(during.has(family))
        #expect(during["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(during["hpcpack_tasks{state=\"Running\"}"] == 1)
        #expect(during["hpcpack_nodes{state=\"Online\"}"] == 2)
        #expect(bench.cluster.server.requests.count < 40, "no hammering")
        #expect(!bench.page(later: .seconds(301)).has(family), "too old to be served")
        bench.cluster.fail(path, nil)
        var after = bench.round()
        if after["hpcpack_up"] != 1 { after = bench.round() }
        #expect(
            Self.truth(after) == Self.truth(before),
            "after the fault the numbers are as before"
        )
        #expect(bench.cluster.server.mostConnections <= 4 * 3, "a connection for each thread")
    }

    /// Everything on a page but what tells of time, requests and reads.
    private static func truth(_ page: MetricsPage) -> [String: Double] {
        page.values.filter { series in
            !["hpcpack_api_", "hpcpack_exporter_", "hpcpack_scrape_"].contains {
                series.key.hasPrefix($0)
            }
        }
    }

    @Test(arguments: [("/jobs", "jobs"), ("/nodes", "nodes"), ("/jobs/3/tasks", "tasks")])
    func `Rows without an id fail the listing, since they cannot be counted`(
        path: String,
        collector: String
    ) throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        _ = bench.round()
        bench.cluster.fail(path, .json(RestObjects.json([[("State", "Running")]])))
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"\(collector)\"}"] == 0)
        #expect(page["hpcpack_jobs{state=\"Queued\"}"] == 2)
        #expect(page["hpcpack_nodes{state=\"Online\"}"] == 2)
    }

    @Test(arguments: [
        ("/jobs", "jobs", [("Id", "9"), ("State", "Failed")]),
        ("/nodes", "nodes", [("Id", "9"), ("Name", "CN9"), ("State", "Offline")]),
        ("/jobs/3/tasks", "tasks", [("TaskId", "3.9"), ("State", "Failed")]),
        ("/jobs", "jobs", []),
    ])
    func `An endless listing fails its collector and shows no part of itself`(
        path: String,
        collector: String,
        row: [(String, String)]
    ) throws {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        let before = bench.round()
        bench.cluster.fail(
            path,
            .json(
                RestObjects.json(row.isEmpty ? [] : [row]),
                headers: [("x-ms-continuation-QueryId", "more")]
            )
        )
        bench.cluster.server.forget()
        let page = bench.round()
        for name in ["cluster", "nodes", "jobs", "tasks"] {
            let fails = name == collector || (name, collector) == ("tasks", "jobs")
            #expect(
                page["hpcpack_scrape_collector_success{collector=\"\(name)\"}"] == (fails ? 0 : 1)
            )
        }
        #expect(bench.cluster.server.requests.count < 40)
        #expect(page.series(["hpcpack_jobs"]) == before.series(["hpcpack_jobs"]))
        #expect(page.series(["hpcpack_nodes"]) == before.series(["hpcpack_nodes"]))
        #expect(page.series(["hpcpack_tasks"]) == before.series(["hpcpack_tasks"]))
    }

    @Test func `A job that went after the job list was read has no tasks and is no failure`() throws
    {
        let bench = try Bench()
        bench.cluster.change { $0 = .small() }
        bench.cluster.change {
            $0.faults = [
                ("/jobs/3/tasks", .response(404, body: "{}")),
                ("/jobs/3", .response(404, body: "{}")),
            ]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(page["hpcpack_tasks{state=\"Running\"}"] == 0)
        #expect(page["hpcpack_tasks{state=\"Queued\"}"] == 1)
    }

    @Test func `A head node that is down is found out with few requests`() throws {
        let bench = try Bench()
        bench.cluster.server.script { _ in .response(401, body: "") }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 0)
        #expect(bench.cluster.server.requests.count == 1)
        #expect(!page.has("hpcpack_jobs"), "what was never known is not shown as zero")
        for name in ["cluster", "nodes", "jobs", "tasks"] {
            #expect(page["hpcpack_scrape_collector_success{collector=\"\(name)\"}"] == 0)
            #expect(
                page[
                    "hpcpack_scrape_collector_last_success_timestamp_seconds{collector=\"\(name)\"}"
                ] == nil
            )
        }
    }
}
