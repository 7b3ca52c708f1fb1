import Exposition
import HPCPackClient

/// What the task metrics are made from.
struct TaskMetricsSource: Sendable {
    let tasks: Tasks
    let groups: NodeGroupRegistry.Snapshot

    /// Whether the groups of jobs and the list of groups are known.
    var hasGroups: Bool { tasks.hasGroups && groups.listed != nil }
}

/// The metrics of tasks (docs/metrics.md#tasks).
enum TaskMetrics {
    private static let states = StateLabels<TaskState>()

    static let all: [Metric<TaskMetricsSource>] = [
        Metric(
            "hpcpack_tasks",
            .gauge,
            labels: ["state"],
            help:
                "Tasks of jobs that have not ended (of all jobs with --collector.tasks.jobs=all), by state, sweeps expanded."
        ) { source, writer in
            states.emit(source.tasks.counts.total, to: &writer)
        },
        Metric(
            "hpcpack_node_group_tasks",
            .gauge,
            labels: ["node_group", "state"],
            help:
                "The same tasks by the node groups that their job names; not additive across node_group.",
            when: \.hasGroups
        ) { source, writer in
            for (group, counts) in source.tasks.counts.byGroup(source.groups) {
                states.emit(source.groups.labels[group], counts, to: &writer)
            }
        },
        Metric(
            "hpcpack_ungrouped_tasks",
            .gauge,
            labels: ["state"],
            help: "Tasks of jobs that name no group, by state.",
            when: \.hasGroups
        ) { source, writer in
            states.emit(source.tasks.counts.ungrouped, to: &writer)
        },
    ]
}
