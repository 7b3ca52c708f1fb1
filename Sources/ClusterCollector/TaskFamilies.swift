import Exposition
import HPCPackClient

/// METRICS: Tasks.
enum TaskFamilies {
    private static let tasks = MetricDescriptor(
        "hpcpack_tasks",
        .gauge,
        labels: ["state"],
        help:
            "Tasks of jobs that have not ended (of all jobs with --collector.tasks.jobs=all), by state, sweeps expanded."
    )
    private static let groupTasks = MetricDescriptor(
        "hpcpack_node_group_tasks",
        .gauge,
        labels: ["node_group", "state"],
        help:
            "The same tasks by the node groups that their job names; not additive across node_group."
    )
    private static let ungrouped = MetricDescriptor(
        "hpcpack_ungrouped_tasks",
        .gauge,
        labels: ["state"],
        help: "Tasks of jobs that name no group, by state."
    )

    static let descriptors = [tasks, groupTasks, ungrouped]

    static func families(_ data: TaskCounts?, _ view: GroupTable.View) -> [MetricFamily] {
        guard let data else { return [] }
        let states = StateLabels<TaskState>()
        let total = MetricFamily(tasks) { writer in states.emit(data.counts.total, to: &writer) }
        guard data.knowsGroups, view.listed != nil else { return [total] }
        return [
            total,
            MetricFamily(groupTasks) { writer in
                for (group, counts) in data.counts.byGroup(view) {
                    states.emit(view.labels[group], counts, to: &writer)
                }
            },
            MetricFamily(ungrouped) { writer in states.emit(data.counts.ungrouped, to: &writer) },
        ]
    }
}
