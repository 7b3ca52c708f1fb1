import Exposition
import HPCPackClient
import TestSupport
import Testing

@testable import ClusterCollector

/// What active jobs hold and wait for, and by whom (docs/metrics.md#jobs).
struct JobUsageTests {
    private static func job(_ id: Int, _ state: String, _ more: KeyValuePairs<String, String> = [:])
        -> [(String, String)]
    {
        [
            ("Id", "\(id)"), ("State", state), ("SubmitTime", "11/24/2026 8:0\(id % 10):00 AM"),
            ("ChangeTime", "11/24/2026 9:00:00 AM"),
        ] + more.map { ($0.key, $0.value) }
    }

    private static let jobs = [
        job(
            1,
            "Queued",
            [
                "NodeGroups": "ComputeNodes,gpu nodes", "UnitType": "Core", "MinCores": "4",
                "MinNodes": "1", "HoldUntil": "", "PendingReason": "NotEnoughResource",
                "Owner": #"CORP\ann"#, "Project": "",
            ]
        ),
        job(
            2,
            "Queued",
            [
                "NodeGroups": "", "UnitType": "Node", "MinCores": "1", "MinNodes": "2",
                "HoldUntil": "11/24/2099 8:00:00 AM", "PendingReason": "HeldByUser",
                "Owner": #"corp\Ann"#, "Project": "Risk",
            ]
        ),
        job(
            3,
            "Running",
            [
                "NodeGroups": "GPU Nodes", "CurrentCoreCount": "12", "Owner": "bob",
                "Project": "Risk",
            ]
        ),
        job(
            4,
            "Canceling",
            ["NodeGroups": "", "CurrentCoreCount": "3", "Owner": #"CORP\ANN"#, "Project": "(none)"]
        ),
        job(
            5,
            "Finished",
            ["NodeGroups": "GPU Nodes", "CurrentCoreCount": "99", "Owner": "carl"]
        ),
        job(
            6,
            "Queued",
            [
                "NodeGroups": "ComputeNodes", "UnitType": "Socket", "MinSockets": "0x10",
                "HoldUntil": "11/24/2001 8:00:00 AM", "PendingReason": "Moonshine", "Owner": "bob",
            ]
        ),
    ]

    private static func bench(
        _ jobs: FakeCluster.Rows,
        configure: (inout CollectorConfiguration) -> Void = { _ in }
    ) throws -> Bench {
        let bench = try Bench(configure: { configuration in
            configuration.tasks = false
            configure(&configuration)
        })
        bench.cluster.change { content in
            content.jobs = jobs
            content.refusesUndocumented = false
        }
        return bench
    }

    @Test func `Allocated cores, queued resources, held jobs and reasons are told`() throws {
        let bench = try Self.bench(Self.jobs)
        for _ in 1...2 {
            let page = bench.round()
            #expect(page["hpcpack_up"] == 1)
            #expect(page["hpcpack_allocated_cores"] == 15)
            #expect(page["hpcpack_node_group_allocated_cores{node_group=\"GPU Nodes\"}"] == 12)
            #expect(page["hpcpack_node_group_allocated_cores{node_group=\"Empty\"}"] == 0)
            #expect(page["hpcpack_ungrouped_allocated_cores"] == 3)
            #expect(page["hpcpack_queued_resources{unit=\"core\"}"] == 4)
            #expect(page["hpcpack_queued_resources{unit=\"node\"}"] == 2)
            #expect(page["hpcpack_queued_resources{unit=\"socket\"}"] == 0)
            #expect(
                page["hpcpack_node_group_queued_resources{node_group=\"GPU Nodes\",unit=\"core\"}"]
                    == 4
            )
            #expect(page["hpcpack_held_jobs"] == 1 && page["hpcpack_ungrouped_held_jobs"] == 1)
            #expect(page["hpcpack_node_group_held_jobs{node_group=\"ComputeNodes\"}"] == 0)
            #expect(page["hpcpack_pending_jobs{reason=\"NotEnoughResource\"}"] == 1)
            #expect(page["hpcpack_pending_jobs{reason=\"HeldByUser\"}"] == 1)
            #expect(page["hpcpack_pending_jobs{reason=\"Unknown\"}"] == 1)
            #expect(page["hpcpack_pending_jobs{reason=\"HigherPriorityJob\"}"] == 0)
            // The held job was submitted before the one that waits longest.
            #expect(page["hpcpack_oldest_queued_job_submit_timestamp_seconds"] == 1_795_507_260)
            #expect(
                page["hpcpack_exporter_unrecognized_values_total{field=\"job_minimum\"}"] ?? 0 > 0
            )
            #expect(!page.has("hpcpack_jobs_by_owner"))
        }
    }

    @Test func `What one job tells can change without a change of its row`() throws {
        let bench = try Self.bench(Self.jobs)
        _ = bench.round()
        bench.cluster.change { content in
            content.jobs[2] = Self.job(
                3,
                "Running",
                ["NodeGroups": "GPU Nodes", "CurrentCoreCount": "20"]
            )
        }
        #expect(bench.round()["hpcpack_allocated_cores"] == 23)
        bench.cluster.change { content in
            content.jobs[0] = Self.job(1, "Queued", ["PendingReason": "HigherPriorityJob"])
        }
        #expect(bench.round()["hpcpack_pending_jobs{reason=\"HigherPriorityJob\"}"] == 1)
    }

    @Test func `Nothing is shown that the server does not tell`() throws {
        let bench = try Self.bench(Self.jobs)
        bench.cluster.change { content in
            content.refusesUndocumented = true
            content.refusedProperties = ["unittype", "holduntil"]
        }
        let page = bench.round()
        #expect(page["hpcpack_up"] == 1)
        for family in [
            "hpcpack_allocated_cores", "hpcpack_node_group_allocated_cores", "hpcpack_held_jobs",
            "hpcpack_queued_resources", "hpcpack_pending_jobs", "hpcpack_ungrouped_held_jobs",
        ] { #expect(!page.has(family), "\(family)") }
        #expect(page["hpcpack_exporter_capability{capability=\"job_allocation\"}"] == 0)
        // Reads of changes go on, and ask for nothing that was refused.
        bench.cluster.server.forget()
        #expect(bench.round()["hpcpack_jobs{state=\"Queued\"}"] == 3)
        let listings = bench.cluster.server.requests.filter { $0.path == "/hpc/jobs" }
        #expect(listings.map { $0.parameter("$filter")?.hasPrefix("ChangeTimeFrom") } == [true])
        // Where nothing waits and nothing runs, that is known.
        bench.cluster.change { $0.jobs = [Self.jobs[4]] }
        let empty = bench.round()
        #expect(empty["hpcpack_held_jobs"] == 0)
        #expect(!empty.has("hpcpack_allocated_cores"))
    }

    @Test(arguments: [
        "-1", "0x10", "1e3", "+5", "NaN", "many", "99999999999999999999", "2000000000",
    ])
    func `An absurd number of cores is left out and counted`(text: String) throws {
        var jobs = Self.jobs
        jobs[2] = Self.job(3, "Running", ["CurrentCoreCount": text])
        let page = try Self.bench(jobs).round()
        #expect(page["hpcpack_allocated_cores"] == 3)
        #expect(
            page["hpcpack_exporter_unrecognized_values_total{field=\"job_allocated_cores\"}"]
                ?? 0 > 0
        )
    }

    @Test func `A hold that cannot be read holds nothing`() throws {
        let page = try Self.bench([
            Self.job(1, "Queued", ["HoldUntil": "soon"]), Self.job(2, "Queued", ["HoldUntil": ""]),
        ]).round()
        #expect(page["hpcpack_held_jobs"] == 0)
        #expect(
            page["hpcpack_exporter_unrecognized_values_total{field=\"job_hold_until\"}"] ?? 0 > 0
        )
    }

    @Test func `Where the filter by state is ignored, full reads bring everything`() throws {
        let bench = try Self.bench(Self.jobs)
        bench.cluster.change { content in
            content.filtersByState = false
            content.jobs += (10..<90).map { Self.job($0, "Finished") }
        }
        _ = bench.round()
        bench.collector.requestFullRead()
        bench.cluster.server.forget()
        let page = bench.round()
        #expect(page["hpcpack_allocated_cores"] == 15 && page["hpcpack_held_jobs"] == 1)
        #expect(bench.cluster.server.requests.count { $0.path == "/hpc/jobs" } == 1)
    }

    // MARK: - By whom

    @Test func `Jobs and cores are told by owner, and owners are one in any case`() throws {
        let bench = try Self.bench(Self.jobs) { $0.jobLabels = [.owner, .project] }
        for _ in 1...2 {
            let page = bench.round()
            let ann = #"hpcpack_jobs_by_owner{owner="CORP\\ann",state="#
            #expect(page[ann + "\"Queued\"}"] == 2 && page[ann + "\"Canceling\"}"] == 1)
            #expect(page["hpcpack_jobs_by_owner{owner=\"bob\",state=\"Running\"}"] == 1)
            #expect(page["hpcpack_jobs_by_owner{owner=\"carl\",state=\"Finished\"}"] == 1)
            #expect(page["hpcpack_jobs_by_owner{owner=\"carl\",state=\"Queued\"}"] == 0)
            #expect(page[#"hpcpack_allocated_cores_by_owner{owner="CORP\\ann"}"#] == 3)
            #expect(page["hpcpack_allocated_cores_by_owner{owner=\"bob\"}"] == 12)
            #expect(page["hpcpack_allocated_cores_by_owner{owner=\"carl\"}"] == 0)
            // A project that is called so counts with those that have none.
            #expect(page["hpcpack_jobs_by_project{project=\"(none)\",state=\"Canceling\"}"] == 1)
            #expect(page["hpcpack_jobs_by_project{project=\"(none)\",state=\"Queued\"}"] == 2)
            #expect(page["hpcpack_jobs_by_project{project=\"Risk\",state=\"Queued\"}"] == 1)
            #expect(!page.has("hpcpack_jobs_by_priority"))
        }
        // A job changes its project, another goes: only values of jobs at hand have series.
        bench.cluster.change { content in
            content.jobs.remove(at: 4)
            content.jobs[1] = Self.job(2, "Queued", ["Owner": #"CORP\ANN"#, "Project": "Tax"])
        }
        bench.collector.requestFullRead()
        let page = bench.round()
        #expect(!page.values.keys.contains { $0.contains("carl") })
        #expect(page["hpcpack_jobs_by_project{project=\"Tax\",state=\"Queued\"}"] == 1)
        #expect(page[#"hpcpack_jobs_by_owner{owner="CORP\\ann",state="Queued"}"#] == 2)
    }

    @Test func `Beyond the limit values are other, and sums stay`() throws {
        let owners = (1...40).flatMap { owner in
            // Owner 40 has most jobs that have not ended, owner 1 has most jobs.
            (0..<owner).map { Self.job(owner * 100 + $0, "Queued", ["Owner": "user\(owner)"]) }
        }
        let ended = (0..<200).map { Self.job(5000 + $0, "Finished", ["Owner": "user1"]) }
        let bench = try Self.bench(owners + ended) { configuration in
            configuration.jobLabels = [.owner]
            configuration.jobLabelLimit = 3
        }
        func shown(_ page: MetricsPage) -> Set<String> {
            Set(
                page.values.keys.filter { $0.hasPrefix("hpcpack_jobs_by_owner{") }
                    .compactMap { $0.split(separator: "\"").dropFirst().first.map(String.init) }
            )
        }
        let page = bench.round()
        #expect(shown(page) == ["user40", "user39", "user38", "(other)"])
        for state in ["Queued", "Finished"] {
            let sum = page.values.filter {
                $0.key.hasPrefix("hpcpack_jobs_by_owner{") && $0.key.contains("\"\(state)\"")
            }.values.reduce(0, +)
            #expect(sum == page["hpcpack_jobs{state=\"\(state)\"}"], "\(state)")
        }
        // Between full reads the choice stays.
        bench.cluster.change { content in
            content.jobs += (0..<90).map {
                Self.job(9000 + $0, "Queued", ["Owner": "user7"])
            }
        }
        #expect(shown(bench.round()) == ["user40", "user39", "user38", "(other)"])
        bench.collector.requestFullRead()
        #expect(shown(bench.round()) == ["user40", "user39", "user7", "(other)"])
    }

    @Test func `Owners by the ten thousand, ever new, are forgotten again`() throws {
        var registry = JobLabelRegistry([.owner], limit: 10)
        for generation in 0..<5 {
            for owner in 0..<10_000 {
                let text = registry.index(of: "g\(generation)u\(owner)", label: 0)
                registry.add(.queued, set: registry.set(of: [text], job: Int64(owner)))
            }
            for set in 1..<registry.count { registry.add(.queued, set: UInt32(set), count: -1) }
            let text = registry.index(of: "stays", label: 0)
            registry.add(.running, set: registry.set(of: [text], job: 7))
            _ = registry.compact()
            registry.choose(respells: false)
            #expect(registry.count < 3)
        }
        let entries = registry.breakdowns(allocated: nil)[0].entries
        #expect(entries.map(\.value) == ["stays"] && entries[0].jobs[.running] == 5)
    }
}
