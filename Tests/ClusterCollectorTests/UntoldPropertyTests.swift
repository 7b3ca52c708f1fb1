import ClusterCollector
import TestSupport
import Testing

/// What a server does not tell is absent, and never a constant zero (rule 1 of docs/metrics.md#rules).
struct UntoldPropertyTests {
    private static let waits = "hpcpack_job_queue_wait_seconds"
    private static let groupWaits = "hpcpack_node_group_job_queue_wait_seconds"
    private static let runs = "hpcpack_job_run_seconds"
    private static let oldest = "hpcpack_oldest_queued_job_submit_timestamp_seconds"
    /// What each property of a job is the source of, among the metrics below.
    private static let sources: [(property: String, families: Set<String>)] = [
        ("SubmitTime", [waits, groupWaits, oldest]), ("StartTime", [waits, groupWaits, runs]),
        ("EndTime", [runs]), ("ChangeTime", []),
        ("NodeGroups", [groupWaits, "hpcpack_node_group_jobs", "hpcpack_ungrouped_jobs"]),
    ]
    private static let families: Set<String> = [
        waits, groupWaits, runs, oldest, "hpcpack_node_group_jobs", "hpcpack_ungrouped_jobs",
        "hpcpack_jobs", "hpcpack_jobs_completed_total",
    ]

    private static func job(_ id: Int, _ state: String, ended: Bool = true) -> [(String, String)] {
        [
            ("Id", "\(id)"), ("State", state), ("NodeGroups", "ComputeNodes"),
            ("SubmitTime", "11/24/2026 8:00:00 AM"),
            ("StartTime", state == "Queued" ? "" : "11/24/2026 8:00:40 AM"),
            ("EndTime", state == "Finished" ? "11/24/2026 8:05:40 AM" : ""),
            ("ChangeTime", "11/24/2026 9:00:00 AM"),
        ]
    }

    /// Whether a page shows a family.
    private static func shows(_ page: MetricsPage, _ family: String) -> Bool {
        page.has(family) || page.has(family + "_count")
    }

    @Test(arguments: sources.map(\.property), [true, false])
    func `A metric whose source is not told is absent, and no other`(
        property: String,
        isRefused: Bool
    ) throws {
        let bench = try Bench(configure: { $0.tasks = false })
        let jobs = [Self.job(1, "Queued"), Self.job(2, "Running"), Self.job(3, "Finished")]
        bench.cluster.change { content in
            content.jobs = jobs.map { row in row.filter { isRefused || $0.0 != property } }
            if isRefused { content.refusedProperties = [property.lowercased()] }
        }
        let absent = Self.sources.first { $0.property == property }?.families ?? []
        for _ in 0..<2 {
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            for family in Self.families {
                #expect(
                    Self.shows(page, family) == !absent.contains(family),
                    "\(family) without \(property)"
                )
            }
        }
    }

    @Test func `Where no job needs a time yet, its metrics stand at zero`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        #expect(Self.shows(bench.round(), Self.waits))
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Queued").filter { $0.0 != "StartTime" && $0.0 != "EndTime" }]
        }
        let page = bench.round()
        #expect(page["\(Self.waits)_count"] == 0)
        #expect(page["\(Self.runs)_count{state=\"Finished\"}"] == 0)
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Running").filter { $0.0 != "StartTime" && $0.0 != "EndTime" }]
        }
        #expect(!Self.shows(bench.round(), Self.waits), "a job that runs has started")
    }

    @Test func `A property that goes and comes back leaves its counters where they were`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { $0.jobs = [Self.job(1, "Queued"), Self.job(2, "Queued")] }
        _ = bench.round()
        bench.cluster.change { $0.jobs = [Self.job(1, "Running"), Self.job(2, "Queued")] }
        #expect(bench.round()["\(Self.waits)_count"] == 1)
        func jobs(_ states: [String], without property: String? = nil) -> MetricsPage {
            bench.cluster.change { content in
                content.jobs = states.enumerated().map { index, state in
                    Self.job(index + 1, state).filter { $0.0 != property }
                }
            }
            bench.collector.requestFullRead()
            return bench.round()
        }
        #expect(!Self.shows(jobs(["Running", "Queued"], without: "StartTime"), Self.waits))
        let ended = jobs(["Finished", "Running"], without: "StartTime")
        #expect(!Self.shows(ended, Self.waits))
        #expect(ended["hpcpack_jobs_completed_total{state=\"Finished\"}"] == 1)
        let back = jobs(["Finished", "Running"])
        #expect(back["\(Self.waits)_count"] == 1, "neither 0, nor a start that was seen by nobody")
        #expect(back["\(Self.waits)_sum"] == 40)
    }

    private static let nodeFamilies: [(property: String, families: Set<String>)] = [
        ("NumCores", ["hpcpack_cores", "hpcpack_node_group_cores", "hpcpack_node_cores"]),
        (
            "Reachable",
            [
                "hpcpack_unreachable_nodes", "hpcpack_node_group_unreachable_nodes",
                "hpcpack_node_reachable",
            ]
        ), ("NumSockets", ["hpcpack_node_sockets"]), ("MemorySize", ["hpcpack_node_memory_bytes"]),
        ("OnlineTime", ["hpcpack_node_online_timestamp_seconds"]), ("Availability", []),
        ("Location", []),
    ]

    @Test(arguments: nodeFamilies.map(\.property))
    func `A property of nodes that is refused takes its own metrics away only`(
        property: String
    ) throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change { content in
            content = .small()
            content.nodes = content.nodes.map {
                $0 + [
                    ("NumSockets", "2"), ("MemorySize", "1024"), ("Availability", "AlwaysOn"),
                    ("Location", "OnPremise"), ("OnlineTime", "11/24/2026 8:00:00 AM"),
                ]
            }
        }
        func families() -> Set<String> {
            Set(bench.round().values.keys.map { String($0.prefix { $0 != "{" }) })
        }
        let before = families()
        bench.cluster.change { $0.refusedProperties = [property.lowercased()] }
        let gone = before.subtracting(families())
        #expect(gone == Self.nodeFamilies.first { $0.property == property }?.families)
    }
}
