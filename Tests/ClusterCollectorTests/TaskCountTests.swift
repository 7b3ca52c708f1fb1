import HPCPackClient
import TestSupport
import Testing

@testable import ClusterCollector

/// Tasks from the numbers that rows of jobs tell (docs/architecture.md#collection).
struct TaskCountTests {
    private static let states = [
        "Configuring", "Submitted", "Validating", "Queued", "Dispatching", "Running", "Finishing",
        "Finished", "Failed", "Canceled", "Canceling",
    ]

    private static func job(
        _ id: Int,
        _ state: String,
        _ counts: [String: String],
        groups: String = "ComputeNodes",
        changed minute: Int = 0
    ) -> [(String, String)] {
        [
            ("Id", "\(id)"), ("State", state), ("NodeGroups", groups),
            ("ChangeTime", "11/24/2026 9:\(minute < 10 ? "0" : "")\(minute):00 AM"),
        ] + states.map { ("\($0)TaskCount", counts[$0] ?? "0") }
    }

    private static func tasks(_ job: Int, _ states: [String]) -> FakeCluster.Rows {
        states.enumerated().map { index, state in
            [("TaskId", "\(job).\(index + 1)"), ("State", state)]
        }
    }

    private static func bench(
        _ source: CollectorConfiguration.TaskSource = .auto,
        _ jobs: CollectorConfiguration.TaskJobs = .active
    ) throws -> Bench {
        let bench = try Bench(configure: { configuration in
            (configuration.taskSource, configuration.taskJobs) = (source, jobs)
        })
        bench.cluster.change { content in
            content.refusesUndocumented = false
            content.jobs = [
                Self.job(1, "Running", ["Running": "2", "Finished": "1"]),
                Self.job(2, "Queued", ["Queued": "4"], groups: ""),
                Self.job(3, "Finished", ["Finished": "6", "Failed": "1"]),
            ]
            content.tasks = [
                "1": Self.tasks(1, ["Running", "Running", "Finished"]),
                "2": Self.tasks(2, Array(repeating: "Queued", count: 4)),
                "3": Self.tasks(3, Array(repeating: "Finished", count: 6) + ["Failed"]),
            ]
        }
        return bench
    }

    private static func taskCalls(_ bench: Bench) -> Int {
        defer { bench.cluster.server.forget() }
        return bench.cluster.server.requests.count { $0.path.hasSuffix("/tasks") }
    }

    private static func tasks(_ page: MetricsPage, _ state: String) -> Double? {
        page["hpcpack_tasks{state=\"\(state)\"}"]
    }

    @Test func `Numbers come from the rows, and are verified once`() throws {
        let bench = try Self.bench()
        var page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(Self.tasks(page, "Running") == 2 && Self.tasks(page, "Queued") == 4)
        #expect(Self.tasks(page, "Finished") == 1 && Self.tasks(page, "Failed") == 0)
        #expect(page["hpcpack_ungrouped_tasks{state=\"Queued\"}"] == 4)
        #expect(
            page["hpcpack_node_group_tasks{node_group=\"ComputeNodes\",state=\"Running\"}"] == 2
        )
        #expect(page["hpcpack_exporter_full_read_corrections_total{collector=\"tasks\"}"] == 0)
        #expect(Self.taskCalls(bench) == 2, "both active jobs are compared")
        // The tasks move without a change of their job.
        bench.cluster.change { content in
            content.jobs[0] = Self.job(1, "Running", ["Running": "1", "Finished": "2"])
        }
        page = bench.round()
        #expect(Self.tasks(page, "Running") == 1 && Self.tasks(page, "Finished") == 2)
        #expect(Self.taskCalls(bench) == 0)
        // Jobs come, end and go.
        bench.cluster.change { content in
            content.jobs[0] = Self.job(1, "Failed", ["Failed": "3"], changed: 1)
            content.jobs[1] = Self.job(2, "Running", ["Running": "4"], groups: "", changed: 1)
            content.jobs.append(Self.job(4, "Queued", ["Queued": "9"], changed: 1))
        }
        page = bench.round()
        #expect(Self.tasks(page, "Running") == 4 && Self.tasks(page, "Finished") == 0)
        #expect(Self.tasks(page, "Queued") == 9 && Self.tasks(page, "Failed") == 0)
        bench.cluster.change { $0.jobs.removeLast() }
        bench.collector.requestFullRead()
        #expect(Self.tasks(bench.round(), "Queued") == 0)
    }

    @Test func `The tasks of all jobs come from the full read`() throws {
        let bench = try Self.bench(.auto, .all)
        var page = bench.round()
        #expect(Self.tasks(page, "Finished") == 7 && Self.tasks(page, "Failed") == 1)
        bench.cluster.change { content in
            content.jobs[0] = Self.job(1, "Finished", ["Finished": "3"], changed: 1)
        }
        page = bench.round()
        #expect(Self.tasks(page, "Finished") == 9 && Self.tasks(page, "Running") == 0)
        bench.cluster.change { _ = $0.jobs.remove(at: 2) }
        bench.collector.requestFullRead()
        page = bench.round()
        #expect(Self.tasks(page, "Finished") == 3 && Self.tasks(page, "Failed") == 0)
    }

    @Test func `Numbers that prove wrong are given up for calls`() throws {
        for jobs in CollectorConfiguration.TaskJobs.allCases {
            let bench = try Self.bench(.auto, jobs)
            bench.cluster.change { $0.tasks["1"] = Self.tasks(1, ["Running", "Failed"]) }
            var page = bench.round()
            #expect(page["hpcpack_exporter_full_read_corrections_total{collector=\"tasks\"}"] == 1)
            page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(Self.tasks(page, "Running") == 1, "\(jobs)")
            #expect(Self.tasks(page, "Queued") == 4)
            #expect(Self.tasks(page, "Failed") == (jobs == .all ? 2 : 1))
            #expect(page["hpcpack_exporter_full_read_corrections_total{collector=\"tasks\"}"] == 1)
        }
    }

    @Test func `With counts as the source wrong numbers stay, and are counted`() throws {
        let bench = try Self.bench(.counts)
        bench.cluster.change { $0.tasks["1"] = Self.tasks(1, ["Running", "Failed"]) }
        _ = bench.round()
        let page = bench.round()
        #expect(Self.tasks(page, "Running") == 2)
        #expect(page["hpcpack_exporter_full_read_corrections_total{collector=\"tasks\"}"] == 1)
    }

    @Test func `Numbers that move while they are verified are no mismatch`() throws {
        let bench = try Self.bench()
        let fallback = bench.cluster.handler
        let cluster = bench.cluster
        bench.cluster.server.script { request in
            if request.path.hasSuffix("/jobs/1/tasks") {
                // The job goes on between the list of tasks and the numbers after it.
                defer {
                    cluster.change { content in
                        let running = content.tasks["1"]?.count ?? 0
                        content.tasks["1"]?.append([
                            ("TaskId", "1.\(running + 1)"), ("State", "Running"),
                        ])
                        content.jobs[0] = Self.job(
                            1,
                            "Running",
                            ["Running": "\(running)", "Finished": "1"]
                        )
                    }
                }
                return fallback(request)
            }
            return fallback(request)
        }
        let page = bench.round()
        #expect(page["hpcpack_exporter_full_read_corrections_total{collector=\"tasks\"}"] == 0)
    }

    @Test(arguments: [403, 500])
    func `A verification that cannot be made costs no number`(status: Int) throws {
        let bench = try Self.bench()
        bench.cluster.fail("/tasks", .response(status, body: "{}"))
        for _ in 1...2 {
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1 && Self.tasks(page, "Running") == 2)
        }
        // What may not be seen is not asked for again before it is due; anything else in the next round.
        let calls = Self.taskCalls(bench)
        #expect(status == 403 ? calls == 1 : calls > 1, "\(calls)")
    }

    @Test func `Without one of the numbers tasks come from calls`() throws {
        for refused in Self.states {
            let bench = try Self.bench()
            bench.cluster.change { $0.refusedProperties = ["\(refused.lowercased())taskcount"] }
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(Self.tasks(page, "Running") == 2 && Self.tasks(page, "Queued") == 4)
            #expect(page["hpcpack_exporter_capability{capability=\"job_task_counts\"}"] == 0)
        }
    }

    @Test(arguments: ["", "-1", "0x10", "many", "99999999999"])
    func `A number that cannot be read gives the source up`(text: String) throws {
        let bench = try Self.bench()
        bench.cluster.change { content in
            content.jobs[0] = Self.job(1, "Running", ["Running": text, "Finished": "1"])
        }
        _ = bench.round()
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        #expect(Self.tasks(page, "Running") == 2 && Self.tasks(page, "Queued") == 4)
        if !text.isEmpty {
            #expect(
                page["hpcpack_exporter_unrecognized_values_total{field=\"job_task_count\"}"]
                    ?? 0 > 0
            )
        }
    }

    @Test func `With counts as the source their lack is an error that says what to do`() throws {
        let bench = try Self.bench(.counts)
        bench.cluster.change { $0.refusesUndocumented = true }
        let page = bench.round()
        #expect(page["hpcpack_scrape_collector_success{collector=\"tasks\"}"] == 0)
        #expect(page["hpcpack_scrape_collector_success{collector=\"jobs\"}"] == 1)
        #expect(!page.has("hpcpack_tasks"))
        let error = bench.collector.status[.tasks]?.lastError?.text ?? ""
        #expect(error.contains("--collector.tasks.source=auto"))
    }

    @Test func `With calls as the source no row is asked for numbers`() throws {
        let bench = try Self.bench(.calls)
        let page = bench.round()
        #expect(Self.tasks(page, "Running") == 2)
        #expect(
            !bench.cluster.server.requests.contains {
                $0.parameter("properties")?.contains("TaskCount") ?? false
            }
        )
    }

    @Test func `A source that comes later takes over with the same numbers`() throws {
        for jobs in CollectorConfiguration.TaskJobs.allCases {
            let bench = try Self.bench(.auto, jobs)
            bench.cluster.change { $0.refusesUndocumented = true }
            let before = bench.round()
            #expect(before["hpcpack_exporter_capability{capability=\"job_task_counts\"}"] == 0)
            bench.cluster.change { content in
                content.refusesUndocumented = false
                content.activeHeadNode = "HEAD2"
            }
            // The round that sees the other head node, and the one that asks anew.
            _ = bench.round()
            _ = bench.round()
            bench.cluster.server.forget()
            let after = bench.round()
            #expect(after["hpcpack_exporter_capability{capability=\"job_task_counts\"}"] == 1)
            #expect(Self.taskCalls(bench) == 0)
            for state in Self.states {
                #expect(Self.tasks(after, state) == Self.tasks(before, state), "\(state)")
            }
        }
    }
}
