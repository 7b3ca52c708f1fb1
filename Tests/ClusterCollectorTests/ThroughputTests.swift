import ClusterCollector
import TestSupport
import Testing

/// The counters and histograms of jobs (docs/metrics.md#jobs).
struct ThroughputTests {
    private static func job(
        _ id: Int,
        _ state: String,
        submit: String = "8:00:00",
        start: String = "",
        end: String = "",
        change: String = "9:00:00",
        groups: String = "ComputeNodes"
    ) -> [(String, String)] {
        func time(_ clock: String) -> String { clock.isEmpty ? "" : "11/24/2026 \(clock) AM" }
        return [
            ("Id", "\(id)"), ("State", state), ("NodeGroups", groups), ("SubmitTime", time(submit)),
            ("StartTime", time(start)), ("EndTime", time(end)), ("ChangeTime", time(change)),
        ]
    }

    private static func completed(_ page: MetricsPage, _ state: String) -> Double? {
        page["hpcpack_jobs_completed_total{state=\"\(state)\"}"]
    }

    @Test func `What was there in the first read does not count, and all stand at zero`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Finished", start: "8:10:00", end: "8:20:00")]
        }
        for _ in 0..<3 {
            let page = bench.round()
            for state in ["Finished", "Failed", "Canceled"] {
                #expect(Self.completed(page, state) == 0)
                #expect(
                    page[
                        "hpcpack_node_group_jobs_completed_total{node_group=\"Empty\",state=\"\(state)\"}"
                    ] == 0
                )
                #expect(page["hpcpack_job_run_seconds_count{state=\"\(state)\"}"] == 0)
            }
            #expect(page["hpcpack_job_queue_wait_seconds_count"] == 0)
            #expect(
                page["hpcpack_node_group_job_queue_wait_seconds_count{node_group=\"Empty\"}"] == 0
            )
        }
    }

    @Test func `A job counts when it starts and when it ends, once each`() throws {
        let bench = try Bench()
        bench.cluster.change { $0.jobs = [Self.job(1, "Queued")] }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Running", start: "8:00:40", change: "9:01:00")]
        }
        for _ in 0..<2 {
            let page = bench.round()
            #expect(page["hpcpack_job_queue_wait_seconds_bucket{le=\"15\"}"] == 0)
            #expect(page["hpcpack_job_queue_wait_seconds_bucket{le=\"60\"}"] == 1)
            #expect(page["hpcpack_job_queue_wait_seconds_sum"] == 40)
            #expect(Self.completed(page, "Failed") == 0)
        }
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Failed", start: "8:00:40", end: "8:05:40", change: "9:02:00")]
        }
        for _ in 0..<2 {
            let page = bench.round()
            #expect(Self.completed(page, "Failed") == 1)
            #expect(
                page[
                    "hpcpack_node_group_jobs_completed_total{node_group=\"ComputeNodes\",state=\"Failed\"}"
                ] == 1
            )
            #expect(page["hpcpack_job_run_seconds_sum{state=\"Failed\"}"] == 300)
            #expect(page["hpcpack_job_queue_wait_seconds_count"] == 1)
        }
    }

    @Test func `A job that comes and ends between two reads counts with its wait and run`() throws {
        let bench = try Bench()
        bench.cluster.change { $0.jobs = [Self.job(1, "Queued")] }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs.append(
                Self.job(2, "Finished", start: "8:00:01", end: "8:00:11", change: "9:00:00")
            )
            $0.jobs.append(
                Self.job(3, "Finished", start: "7:00:00", end: "7:00:11", change: "8:59:59")
            )
        }
        let page = bench.round()
        #expect(
            Self.completed(page, "Finished") == 1,
            "the one that changed before the first read does not count"
        )
        #expect(page["hpcpack_job_queue_wait_seconds_sum"] == 1)
        #expect(page["hpcpack_job_run_seconds_sum{state=\"Finished\"}"] == 10)
    }

    @Test func `A requeued job that ends again counts again, seen running or not`() throws {
        let bench = try Bench()
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Running", start: "8:00:10"), Self.job(2, "Running", start: "8:00:10"),
            ]
        }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs = (1...2).map {
                Self.job($0, "Failed", start: "8:00:10", end: "8:10:00", change: "9:01:00")
            }
        }
        #expect(Self.completed(bench.round(), "Failed") == 2)
        bench.cluster.change {
            $0.jobs = [
                Self.job(1, "Queued", change: "9:02:00"),
                Self.job(2, "Failed", start: "8:20:00", end: "8:30:00", change: "9:02:00"),
            ]
        }
        #expect(Self.completed(bench.round(), "Failed") == 3)
        bench.cluster.change {
            $0.jobs = (1...2).map {
                Self.job($0, "Failed", start: "8:20:00", end: "8:30:00", change: "9:03:00")
            }
        }
        let page = bench.round()
        #expect(Self.completed(page, "Failed") == 4)
        #expect(page["hpcpack_job_queue_wait_seconds_count"] == 2)
        #expect(page["hpcpack_job_run_seconds_count{state=\"Failed\"}"] == 4)
    }

    @Test func `Purge, a failed read and a change of group neither lose nor repeat`() throws {
        let bench = try Bench()
        bench.cluster.change { $0.jobs = [Self.job(1, "Running", start: "8:00:10")] }
        _ = bench.round()
        bench.cluster.fail("/jobs", .json("null"))
        _ = bench.round()
        bench.cluster.fail("/jobs", nil)
        bench.cluster.change {
            $0.jobs = [
                Self.job(
                    1,
                    "Canceled",
                    start: "8:00:10",
                    end: "8:10:00",
                    change: "9:01:00",
                    groups: "Empty"
                )
            ]
        }
        #expect(Self.completed(bench.round(), "Canceled") == 1)
        bench.cluster.change { $0.jobs = [] }
        let page = bench.round()
        #expect(Self.completed(page, "Canceled") == 1)
        #expect(
            page["hpcpack_node_group_jobs_completed_total{node_group=\"Empty\",state=\"Canceled\"}"]
                == 1
        )
        #expect(
            page[
                "hpcpack_node_group_jobs_completed_total{node_group=\"ComputeNodes\",state=\"Canceled\"}"
            ] == 0
        )
    }

    @Test func `A job that one full read missed is not counted again when it comes back`() throws {
        let bench = try Bench()
        let old = (1...3).map { Self.job($0, "Finished", start: "8:10:00", end: "8:20:00") }
        let ended = (4...9).map { id in
            Self.job(id, "Failed", start: "8:10:0\(id)", end: "9:30:0\(id)", change: "9:30:0\(id)")
        }
        bench.cluster.change { $0.jobs = old }
        _ = bench.round()
        bench.cluster.change { $0.jobs = old + ended }
        #expect(Self.completed(bench.round(), "Failed") == 6)
        // Too many are gone at once to ask for each; one of them has only slipped between two pages.
        bench.cluster.change { $0.jobs = old }
        bench.collector.requestFullRead()
        #expect(bench.round()["hpcpack_jobs{state=\"Failed\"}"] == 0)
        bench.cluster.change { $0.jobs = old + [ended[0]] }
        bench.collector.requestFullRead()
        let page = bench.round()
        #expect(page["hpcpack_jobs{state=\"Failed\"}"] == 1)
        #expect(Self.completed(page, "Failed") == 6)
        #expect(page["hpcpack_job_queue_wait_seconds_count"] == 6)
        #expect(page["hpcpack_job_run_seconds_count{state=\"Failed\"}"] == 6)
        // Requeued and ended anew it counts.
        let again = Self.job(4, "Failed", start: "9:40:00", end: "9:50:00", change: "9:50:00")
        bench.cluster.change { $0.jobs = old + [again] }
        #expect(Self.completed(bench.round(), "Failed") == 7)
    }

    @Test func `A job that never started has no wait and no run`() throws {
        let bench = try Bench()
        bench.cluster.change { $0.jobs = [Self.job(1, "Queued")] }
        _ = bench.round()
        bench.cluster.change {
            $0.jobs = [Self.job(1, "Canceled", end: "8:10:00", change: "9:01:00", groups: "")]
        }
        let page = bench.round()
        #expect(Self.completed(page, "Canceled") == 1)
        #expect(page["hpcpack_job_queue_wait_seconds_count"] == 0)
        #expect(page["hpcpack_job_run_seconds_count{state=\"Canceled\"}"] == 0)
    }
}
