import ClusterCollector
import TestSupport
import Testing

/// Jobs are read in full once, then only what changed; tasks only where they can have changed (docs/architecture.md#collection).
struct IncrementalTests {
    private typealias Row = [(String, String)]

    /// A job on 24 November 2026; the clock is `H:mm:ss`.
    private static func job(
        _ id: Int,
        _ state: String,
        change: String,
        groups: String = "ComputeNodes"
    ) -> Row {
        [
            ("Id", "\(id)"), ("State", state), ("NodeGroups", groups),
            ("SubmitTime", "11/24/2026 7:00:00 AM"), ("StartTime", ""), ("EndTime", ""),
            ("ChangeTime", "11/24/2026 \(change) AM"),
        ]
    }

    private static func task(_ id: String, _ state: String, change: String) -> Row {
        [("TaskId", id), ("State", state), ("ChangeTime", "11/24/2026 \(change) AM")]
    }

    /// The filters of the requests since the last look, by path; "" for none.
    private static func filters(_ bench: Bench) -> [String: [String]] {
        defer { bench.cluster.server.forget() }
        var filters: [String: [String]] = [:]
        for request in bench.cluster.server.requests where request.path.hasPrefix("/hpc/jobs") {
            let filter = request.parameter("$filter") ?? ""
            guard !request.isForOneRow, !filter.hasPrefix("JobState") else { continue }
            filters[String(request.path.dropFirst(4)), default: []].append(filter)
        }
        filters["/jobs/templates"] = nil
        return filters
    }

    private static func jobs(_ page: MetricsPage, _ state: String) -> Double? {
        page["hpcpack_jobs{state=\"\(state)\"}"]
    }

    private static func tasks(_ page: MetricsPage, _ state: String) -> Double? {
        page["hpcpack_tasks{state=\"\(state)\"}"]
    }

    private static func corrections(_ page: MetricsPage, _ collector: String) -> Double? {
        page["hpcpack_exporter_full_read_corrections_total{collector=\"\(collector)\"}"]
    }

    private static func fullReads(_ page: MetricsPage, _ collector: String) -> Double? {
        page["hpcpack_exporter_full_reads_total{collector=\"\(collector)\"}"]
    }

    @Test func `After the first read only changes are asked for, from what was known before`()
        throws
    {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Finished", change: "8:00:00"),
                Self.job(2, "Queued", change: "9:00:00"),
            ]
        }
        _ = bench.round()
        #expect(Self.filters(bench) == ["/jobs": [""]])

        bench.cluster.change { $0.jobs[1] = Self.job(2, "Running", change: "9:30:00") }
        var page = bench.round()
        #expect(Self.jobs(page, "Queued") == 0 && Self.jobs(page, "Running") == 1)
        #expect(Self.jobs(page, "Finished") == 1)
        let first = Self.filters(bench)["/jobs"] ?? []
        #expect(first.count == 1 && first[0] > "ChangeTimeFrom eq 11/24/2026 08:00:00")
        #expect(first[0] < "ChangeTimeFrom eq 11/24/2026 09:00:00")

        // What was known before the last read began, less the overlap.
        page = bench.round()
        #expect(Self.filters(bench)["/jobs"] == ["ChangeTimeFrom eq 11/24/2026 08:59:50"])
        page = bench.round()
        #expect(Self.filters(bench)["/jobs"] == ["ChangeTimeFrom eq 11/24/2026 09:29:50"])
        #expect(Self.fullReads(page, "jobs") == 1)
        #expect(Self.corrections(page, "jobs") == 0)
    }

    @Test func `A job that moves between groups moves its counts and its tasks`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Running", change: "9:00:00")]
            $0.tasks = ["1": [Self.task("1.1", "Running", change: "9:00:00")]]
        }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Running", change: "9:01:00", groups: "GPU Nodes")]
        }
        let page = bench.round()
        for (group, count) in [("ComputeNodes", 0.0), ("GPU Nodes", 1.0)] {
            let labels = "{node_group=\"\(group)\",state=\"Running\"}"
            #expect(page["hpcpack_node_group_jobs\(labels)"] == count)
            #expect(page["hpcpack_node_group_tasks\(labels)"] == count)
        }
        #expect(Self.tasks(page, "Running") == 1)
    }

    @Test func `Tasks are asked for only where they can have changed`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Running", change: "8:00:00"), Self.job(2, "Queued", change: "8:30:00"),
                Self.job(3, "Finished", change: "9:00:00"),
            ]
            $0.tasks = [
                "1": [
                    Self.task("1.1", "Running", change: "8:00:00"),
                    Self.task("1.2", "Queued", change: "8:00:00"),
                ],
                "2": [Self.task("2.1", "Queued", change: "8:30:00")],
                "3": [Self.task("3.1", "Finished", change: "9:00:00")],
            ]
        }
        var page = bench.round()
        var filters = Self.filters(bench)
        #expect(filters["/jobs/1/tasks"] == [""] && filters["/jobs/2/tasks"] == [""])
        #expect(filters["/jobs/3/tasks"] == nil)
        #expect(Self.tasks(page, "Queued") == 2 && Self.tasks(page, "Running") == 1)

        // The running job's changes, and nothing of the others.
        bench.cluster.change {
            $0.tasks["1"]?[1] = Self.task("1.2", "Running", change: "9:10:00")
        }
        page = bench.round()
        filters = Self.filters(bench)
        #expect(filters["/jobs/1/tasks"] == ["ChangeTimeFrom eq 11/24/2026 08:59:50"])
        #expect(filters["/jobs/2/tasks"] == nil && filters["/jobs/3/tasks"] == nil)
        #expect(Self.tasks(page, "Queued") == 1 && Self.tasks(page, "Running") == 2)

        // The queued job changes: it is asked now and, since tasks may follow their job by a moment, for a
        // while; then no more.
        bench.cluster.change { $0.jobs[1] = Self.job(2, "Configuring", change: "9:20:00") }
        for _ in 0..<2 {
            page = bench.round()
            #expect(Self.filters(bench)["/jobs/2/tasks"] != nil)
        }
        let isSettled = Deadline.wait {
            _ = bench.round()
            return Self.filters(bench)["/jobs/2/tasks"] == nil
        }
        #expect(isSettled)
        // It ends, and its tasks go without being asked for.
        bench.cluster.change { $0.jobs[1] = Self.job(2, "Canceled", change: "9:40:00") }
        page = bench.round()
        #expect(Self.filters(bench)["/jobs/2/tasks"] == nil)
        #expect(Self.tasks(page, "Queued") == 0 && Self.tasks(page, "Running") == 2)
        #expect(Self.fullReads(page, "tasks") == 1)
    }

    @Test func `The tasks of ended jobs are read once each when all jobs' tasks count`() throws {
        let bench = try Bench(configure: { $0.taskJobs = .all })
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Finished", change: "8:00:00"),
                Self.job(2, "Running", change: "9:00:00"),
            ]
            $0.tasks = [
                "1": [Self.task("1.1", "Finished", change: "8:00:00")],
                "2": [Self.task("2.1", "Running", change: "9:00:00")],
            ]
        }
        var page = bench.round()
        #expect(Self.tasks(page, "Finished") == 1 && Self.tasks(page, "Running") == 1)
        _ = Self.filters(bench)
        page = bench.round()
        #expect(Self.filters(bench)["/jobs/1/tasks"] == nil)

        bench.cluster.change {
            $0.jobs[1] = Self.job(2, "Failed", change: "9:05:00")
            $0.tasks["2"] = [Self.task("2.1", "Failed", change: "9:05:00")]
        }
        page = bench.round()
        #expect(Self.filters(bench)["/jobs/2/tasks"]?.count == 1)
        #expect(Self.tasks(page, "Failed") == 1 && Self.tasks(page, "Running") == 0)
        page = bench.round()
        #expect(Self.filters(bench)["/jobs/2/tasks"] == nil)

        // Put in line again: what was counted of its last run goes.
        bench.cluster.change {
            $0.jobs[1] = Self.job(2, "Queued", change: "9:06:00")
            $0.tasks["2"] = [Self.task("2.1", "Queued", change: "9:06:00")]
        }
        page = bench.round()
        #expect(Self.tasks(page, "Failed") == 0 && Self.tasks(page, "Queued") == 1)
        #expect(Self.tasks(page, "Finished") == 1)
    }

    @Test func `The instances of a sweep take the place of their master`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Running", change: "9:00:00")]
            $0.tasks = ["1": [Self.task("1.1", "Queued", change: "9:00:00")]]
        }
        _ = bench.round()
        bench.cluster.change {
            $0.tasks = [
                "1": [
                    Self.task("1.1.0", "Running", change: "9:01:00"),
                    Self.task("1.1.1", "Queued", change: "9:01:00"),
                ]
            ]
        }
        let page = bench.round()
        #expect(Self.tasks(page, "Queued") == 1 && Self.tasks(page, "Running") == 1)
    }

    @Test func `A full read drops purged jobs and is no correction`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Finished", change: "8:00:00"),
                Self.job(2, "Queued", change: "9:00:00"),
            ]
        }
        _ = bench.round()
        bench.cluster.change { $0.jobs.removeFirst() }
        bench.collector.requestFullRead()
        let page = bench.round()
        #expect(Self.jobs(page, "Finished") == 0 && Self.jobs(page, "Queued") == 1)
        #expect(Self.corrections(page, "jobs") == 0)
        #expect(Self.fullReads(page, "jobs") == 2)
    }

    @Test(arguments: [400, 404, 500, 501])
    func
        `A refused filter is followed by a full read at once, and by full reads from the second time on`(
            _ status: Int
        ) throws
    {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobFilter = .refused(status)
            $0.taskFilter = .refused(status)
            $0.jobs = [Self.job(1, "Running", change: "9:00:00")]
            $0.tasks = ["1": [Self.task("1.1", "Running", change: "9:00:00")]]
        }
        _ = bench.round()
        for state in ["Finishing", "Running", "Finishing", "Running"] {
            bench.cluster.change { $0.jobs = [Self.job(1, state, change: "9:01:00")] }
            let page = bench.round()
            #expect(Self.jobs(page, state) == 1)
            #expect(page["hpcpack_up"] == 1)
        }
        _ = Self.filters(bench)
        _ = bench.round()
        let filters = Self.filters(bench)
        #expect(filters["/jobs"] == [""] && filters["/jobs/1/tasks"] == [""])
    }

    @Test func `A filter that is ignored is noticed at once`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobFilter = .ignored
            $0.taskFilter = .ignored
            $0.jobs = [
                Self.job(1, "Running", change: "7:00:00"), Self.job(2, "Queued", change: "7:30:00"),
                Self.job(3, "Queued", change: "9:00:00"),
            ]
        }
        _ = bench.round()
        _ = Self.filters(bench)
        bench.cluster.change { $0.jobs.removeFirst() }
        let page = bench.round()
        #expect(Self.jobs(page, "Running") == 0)
        #expect(Self.filters(bench)["/jobs"]?.last == "")
        _ = bench.round()
        #expect(Self.filters(bench)["/jobs"] == [""])
    }

    @Test
    func `A filter that leaves rows out is caught by the next full read, which counts corrections`()
        throws
    {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change {
            $0.jobFilter = .leavesOut(state: "Failed")
            $0.jobs = [
                Self.job(1, "Running", change: "8:00:00"), Self.job(2, "Queued", change: "8:00:01"),
            ]
        }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs[0] = Self.job(1, "Failed", change: "8:10:00")
            $0.jobs[1] = Self.job(2, "Running", change: "8:20:00")
        }
        for _ in 0..<3 { #expect(Self.jobs(bench.round(), "Failed") == 0) }
        bench.collector.requestFullRead()
        var page = bench.round()
        #expect(Self.jobs(page, "Failed") == 1)
        #expect(Self.corrections(page, "jobs") == 1)
        #expect(page["hpcpack_jobs_completed_total{state=\"Failed\"}"] == 1)

        // From here on the numbers are right in every round, though the filter still lies.
        bench.cluster.change { $0.jobs[1] = Self.job(2, "Failed", change: "8:30:00") }
        page = bench.round()
        #expect(Self.jobs(page, "Failed") == 2)
        #expect(page["hpcpack_jobs_completed_total{state=\"Failed\"}"] == 2)
    }

    @Test
    func `A read of changes that lacks the newest job leads to a full read in the same round`()
        throws
    {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change {
            $0.jobFilter = .leavesOut(state: "Running")
            $0.jobs = [
                Self.job(1, "Queued", change: "8:00:00"), Self.job(2, "Running", change: "9:00:00"),
            ]
        }
        _ = bench.round()
        bench.cluster.change { $0.jobs[0] = Self.job(1, "Running", change: "9:10:00") }
        #expect(Self.jobs(bench.round(), "Running") == 2)
        // Twice in a row is no accident.
        _ = bench.round()
        _ = Self.filters(bench)
        _ = bench.round()
        #expect(Self.filters(bench)["/jobs"] == [""])
    }

    @Test func `The clock of another head node may be behind`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Running", change: "9:00:00"), Self.job(2, "Queued", change: "9:00:00"),
            ]
        }
        _ = bench.round()
        _ = bench.round()
        bench.cluster.change {
            $0.activeHeadNode = "HEAD2"
            $0.jobs[0] = Self.job(1, "Finished", change: "8:00:00")
        }
        _ = bench.round()
        #expect(Self.jobs(bench.round(), "Finished") == 1)
        // Changes are asked for by the new clock, and trusted.
        _ = Self.filters(bench)
        bench.cluster.change { $0.jobs[1] = Self.job(2, "Failed", change: "8:00:30") }
        #expect(Self.jobs(bench.round(), "Failed") == 1)
        #expect(Self.filters(bench)["/jobs"] == ["ChangeTimeFrom eq 11/24/2026 07:59:50"])
    }

    @Test func `A job that claims to have changed in the far future does not hide the others`()
        throws
    {
        let bench = try Bench(configure: { $0.tasks = false })
        let future = Self.job(3, "Queued", change: "9:00:00").map {
            $0.0 == "ChangeTime" ? ($0.0, "1/1/2090 9:00:00 AM") : $0
        }
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Queued", change: "8:00:00"), Self.job(2, "Queued", change: "9:00:00"),
                future,
            ]
        }
        _ = bench.round()
        bench.cluster.change { $0.jobs[0] = Self.job(1, "Running", change: "9:00:20") }
        #expect(Self.jobs(bench.round(), "Running") == 1)
        bench.cluster.change { $0.jobs[1] = Self.job(2, "Running", change: "9:00:40") }
        #expect(Self.jobs(bench.round(), "Running") == 2)
        #expect(Self.filters(bench)["/jobs"]?.count == 3)
    }

    @Test func `A job that is gone while its tasks are asked for leads to a full read`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Running", change: "8:00:00"), Self.job(2, "Queued", change: "9:00:00"),
            ]
            $0.tasks = ["1": [Self.task("1.1", "Running", change: "8:00:00")]]
        }
        _ = bench.round()
        bench.cluster.change { $0.jobs.removeFirst() }
        #expect(Self.tasks(bench.round(), "Running") == 0)
        let page = bench.round()
        #expect(Self.jobs(page, "Running") == 0 && page["hpcpack_up"] == 1)
    }

    @Test func `Without change times everything is read in every round`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [[("Id", "1"), ("State", "Running"), ("NodeGroups", "")]]
            $0.tasks = ["1": [[("TaskId", "1.1"), ("State", "Running")]]]
        }
        for _ in 0..<3 {
            _ = Self.filters(bench)
            _ = bench.round()
            #expect(Self.filters(bench) == ["/jobs": [""], "/jobs/1/tasks": [""]])
        }
    }

    @Test func `A start time that a fuller property list brings to light is no start`() throws {
        let bench = try Bench(configure: { $0.tasks = false })
        let job = Self.job(1, "Running", change: "9:00:00").map {
            $0.0 == "StartTime" ? ($0.0, "11/24/2026 8:00:00 AM") : $0
        }
        bench.cluster.change { $0.jobs = [job.filter { $0.0 != "StartTime" }] }
        _ = bench.round()
        bench.cluster.change { $0.jobs = [job] }
        bench.collector.requestFullRead()
        let page = bench.round()
        #expect(page["hpcpack_job_queue_wait_seconds_count"] == 0)
        #expect(Self.corrections(page, "jobs") == 0)
    }
}
