import Exposition
import HPCPackClient

/// METRICS: Jobs, the counters and histograms of what happened to jobs.
enum JobFlowFamilies {
    private static let completed = MetricDescriptor(
        "hpcpack_jobs_completed_total",
        .counter,
        labels: ["state"],
        help:
            "Jobs seen to end since the exporter's first read, by final state; one that ends again counts again."
    )
    private static let groupCompleted = MetricDescriptor(
        "hpcpack_node_group_jobs_completed_total",
        .counter,
        labels: ["node_group", "state"],
        help: "The same by the node groups that the job names; not additive across node_group."
    )
    private static let waits = MetricDescriptor(
        "hpcpack_job_queue_wait_seconds",
        .histogram,
        help: "Time from submit to start of jobs seen to start since the exporter's first read."
    )
    private static let groupWaits = MetricDescriptor(
        "hpcpack_node_group_job_queue_wait_seconds",
        .histogram,
        labels: ["node_group"],
        help: "The same by the node groups that the job names; not additive across node_group."
    )
    private static let runs = MetricDescriptor(
        "hpcpack_job_run_seconds",
        .histogram,
        labels: ["state"],
        help:
            "Time from start to end of jobs seen to end since the exporter's first read, by final state."
    )

    static let descriptors = [completed, groupCompleted, waits, groupWaits, runs]

    static func families(_ data: JobCounts?, _ view: GroupTable.View) -> [MetricFamily] {
        guard let flow = data?.flow else { return [] }
        let states = StateLabels<JobState>()
        let totals = [
            MetricFamily(completed) { writer in
                for state in JobFlow.terminal {
                    writer.sample(states[state], flow.completed.total[state])
                }
            },
            MetricFamily(waits) { writer in writer.histogram(flow.waits) },
            MetricFamily(runs) { writer in
                for state in JobFlow.terminal {
                    writer.histogram(
                        states[state],
                        flow.runs[state] ?? HistogramValue(bounds: JobFlow.runBounds)
                    )
                }
            },
        ]
        guard data?.knowsGroups == true, view.listed != nil else { return totals }
        return totals + [
            MetricFamily(groupCompleted) { writer in
                for (group, counts) in flow.completed.byGroup(view) {
                    for state in JobFlow.terminal {
                        writer.sample(view.labels[group], states[state], counts[state])
                    }
                }
            },
            MetricFamily(groupWaits) { writer in
                for (group, histogram) in flow.waitsByGroup(view) {
                    writer.histogram(view.labels[group], histogram)
                }
            },
        ]
    }
}

extension JobFlow {
    /// The waits by group: of every listed group, and of the others that a job named.
    fileprivate func waitsByGroup(_ view: GroupTable.View) -> [(GroupTable.Group, HistogramValue)] {
        var table: [GroupTable.Group: HistogramValue] = [:]
        let empty = HistogramValue(bounds: Self.waitBounds)
        for group in view.listed ?? [] { table[group] = empty }
        for (set, histogram) in waitsBySet {
            for group in view.sets[Int(set)] { table[group, default: empty].add(histogram) }
        }
        return table.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
