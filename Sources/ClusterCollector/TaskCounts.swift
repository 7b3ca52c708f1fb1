import HPCPackClient

/// The tasks as they are published.
struct TaskCounts: Sendable {
    /// Tasks by state, each once, and by the group set of their job.
    var counts: GroupedCounts<TaskState>
    /// Whether the server told the groups of the jobs.
    var knowsGroups: Bool
}
