import Exposition
import HPCPackClient

/// What the job metrics are made from.
struct JobMetricsSource: Sendable {
    let jobs: Jobs
    let groups: NodeGroupRegistry.Snapshot

    /// Whether the groups of jobs and the list of groups are known.
    var hasGroups: Bool { jobs.hasGroups && groups.listed != nil }
    /// Whether the server tells what waits are made from.
    ///
    /// What was counted before is kept where it no longer does, so that the counters go on where they were.
    var hasWaits: Bool { jobs.columnsTold.isSuperset(of: .wait) }
    var hasWaitsByGroup: Bool { hasGroups && hasWaits }
    /// Whether the server tells what run times are made from.
    var hasRuns: Bool { jobs.columnsTold.isSuperset(of: .run) }
    /// Whether a read has ended, so that what happens to jobs is seen.
    var hasThroughput: Bool { jobs.throughput != nil }
    var hasThroughputByGroup: Bool { hasGroups && hasThroughput }
    /// What the active jobs hold and wait for; empty before the first read has ended.
    var resources: JobResources { jobs.resources ?? JobResources(JobQueries(), at: 0) }
    var hasAllocation: Bool { jobs.resources?.hasAllocation ?? false }
    var hasAllocationByGroup: Bool { hasGroups && hasAllocation }
    var hasRequests: Bool { jobs.resources?.hasRequests ?? false }
    var hasRequestsByGroup: Bool { hasGroups && hasRequests }
    var hasHolds: Bool { jobs.resources?.hasHolds ?? false }
    var hasHoldsByGroup: Bool { hasGroups && hasHolds }
    var hasReasons: Bool { jobs.resources?.hasReasons ?? false }
    /// The jobs by a text; `nil` when they are not counted so.
    func breakdown(_ label: JobLabel) -> JobBreakdown? {
        jobs.breakdowns.first { $0.label == label }
    }
    var throughput: JobThroughput { jobs.throughput ?? JobThroughput() }
}

/// The metrics of jobs (docs/metrics.md#jobs).
enum JobMetrics {
    private static let states = StateLabels<JobState>()

    static let all = counts + JobResourceMetrics.all + JobBreakdownMetrics.all

    private static let counts: [Metric<JobMetricsSource>] = [
        Metric(
            "hpcpack_jobs",
            .gauge,
            labels: ["state"],
            help:
                "Distinct jobs that the scheduler still holds, by state; ended ones are purged after some days."
        ) { source, writer in
            states.emit(source.jobs.counts.total, to: &writer)
        },
        Metric(
            "hpcpack_node_group_jobs",
            .gauge,
            labels: ["node_group", "state"],
            help: "Jobs that name the group, by state; not additive across node_group.",
            when: \.hasGroups
        ) { source, writer in
            for (group, counts) in source.jobs.counts.byGroup(source.groups) {
                states.emit(source.groups.labels[group], counts, to: &writer)
            }
        },
        Metric(
            "hpcpack_ungrouped_jobs",
            .gauge,
            labels: ["state"],
            help: "Jobs that name no group, by state.",
            when: \.hasGroups
        ) { source, writer in
            states.emit(source.jobs.counts.ungrouped, to: &writer)
        },
        Metric(
            "hpcpack_oldest_queued_job_submit_timestamp_seconds",
            .gauge,
            help:
                "When the job that is queued longest was submitted, in Unix seconds; no series when none is queued."
        ) { source in
            source.jobs.oldestQueued.map(Double.init)
        },
        Metric(
            "hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds",
            .gauge,
            labels: ["node_group"],
            help:
                "When the job that is queued longest and names the group was submitted, in Unix seconds.",
            when: \.hasGroups
        ) { source, writer in
            for (group, time) in source.jobs.oldestQueuedByGroup(source.groups) {
                writer.sample(source.groups.labels[group], Double(time))
            }
        },
        Metric(
            "hpcpack_jobs_completed_total",
            .counter,
            labels: ["state"],
            help:
                "Jobs seen to end since the exporter's first read, by final state; one that ends again counts again.",
            when: \.hasThroughput
        ) { source, writer in
            for state in JobThroughput.terminalStates {
                writer.sample(states[state], source.throughput.completed.total[state])
            }
        },
        Metric(
            "hpcpack_node_group_jobs_completed_total",
            .counter,
            labels: ["node_group", "state"],
            help: "The same by the node groups that the job names; not additive across node_group.",
            when: \.hasThroughputByGroup
        ) { source, writer in
            for (group, counts) in source.throughput.completed.byGroup(source.groups) {
                for state in JobThroughput.terminalStates {
                    writer.sample(source.groups.labels[group], states[state], counts[state])
                }
            }
        },
        Metric(
            "hpcpack_job_queue_wait_seconds",
            .histogram,
            help:
                "Time from submit to start of jobs seen to start since the exporter's first read.",
            when: \.hasWaits
        ) { source, writer in
            writer.histogram(source.throughput.waits)
        },
        Metric(
            "hpcpack_node_group_job_queue_wait_seconds",
            .histogram,
            labels: ["node_group"],
            help: "The same by the node groups that the job names; not additive across node_group.",
            when: \.hasWaitsByGroup
        ) { source, writer in
            for (group, histogram) in source.throughput.waitsByGroup(source.groups) {
                writer.histogram(source.groups.labels[group], histogram)
            }
        },
        Metric(
            "hpcpack_job_run_seconds",
            .histogram,
            labels: ["state"],
            help:
                "Time from start to end of jobs seen to end since the exporter's first read, by final state.",
            when: \.hasRuns
        ) { source, writer in
            for state in JobThroughput.terminalStates {
                let runs =
                    source.throughput.runs[state] ?? HistogramValue(bounds: JobThroughput.runBounds)
                writer.histogram(states[state], runs)
            }
        },
    ]
}
