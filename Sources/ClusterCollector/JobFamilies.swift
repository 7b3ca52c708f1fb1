import Exposition
import HPCPackClient

/// METRICS: Jobs.
enum JobFamilies {
    private static let jobs = MetricDescriptor(
        "hpcpack_jobs",
        .gauge,
        labels: ["state"],
        help:
            "Distinct jobs that the scheduler still holds, by state; ended ones are purged after some days."
    )
    private static let groupJobs = MetricDescriptor(
        "hpcpack_node_group_jobs",
        .gauge,
        labels: ["node_group", "state"],
        help: "Jobs that name the group, by state; not additive across node_group."
    )
    private static let ungrouped = MetricDescriptor(
        "hpcpack_ungrouped_jobs",
        .gauge,
        labels: ["state"],
        help: "Jobs that name no group, by state."
    )
    private static let oldest = MetricDescriptor(
        "hpcpack_oldest_queued_job_submit_timestamp_seconds",
        .gauge,
        help:
            "When the job that is queued longest was submitted, in Unix seconds; no series when none is queued."
    )
    private static let groupOldest = MetricDescriptor(
        "hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds",
        .gauge,
        labels: ["node_group"],
        help:
            "When the job that is queued longest and names the group was submitted, in Unix seconds."
    )

    static let descriptors = [jobs, groupJobs, ungrouped, oldest, groupOldest]

    static func families(_ data: JobCounts?, _ view: GroupTable.View) -> [MetricFamily] {
        guard let data else { return [] }
        let states = StateLabels<JobState>()
        var families = [
            MetricFamily(jobs) { writer in states.emit(data.counts.total, to: &writer) },
            MetricFamily(oldest, data.oldestQueued.map(Double.init)),
        ]
        // Without the groups of jobs, or the list of groups, nothing by group is known.
        guard data.knowsGroups, view.listed != nil else { return families }
        families += [
            MetricFamily(groupJobs) { writer in
                for (group, counts) in data.counts.byGroup(view) {
                    states.emit(view.labels[group], counts, to: &writer)
                }
            },
            MetricFamily(ungrouped) { writer in states.emit(data.counts.ungrouped, to: &writer) },
            MetricFamily(groupOldest) { writer in
                for (group, time) in data.oldestQueuedByGroup(view) {
                    writer.sample(view.labels[group], Double(time))
                }
            },
        ]
        return families
    }
}

extension JobCounts {
    /// The earliest submit time of each group's queued jobs, in Unix seconds.
    func oldestQueuedByGroup(_ view: GroupTable.View) -> [GroupTable.Group: UInt32] {
        var oldest: [GroupTable.Group: UInt32] = [:]
        for (set, time) in oldestQueuedBySet {
            for group in view.sets[Int(set)] { oldest[group] = min(oldest[group] ?? time, time) }
        }
        return oldest
    }
}
