import HPCPackClient

/// The jobs as they are published: counts and the ages of the queue.
struct JobCounts: Sendable {
    /// Jobs by state, each once, and by group set.
    var counts = GroupedCounts<JobState>()
    /// Whether the server told the groups of the jobs.
    var knowsGroups = true
    /// What happened to jobs since the first read.
    var flow = JobFlow()
    /// The earliest submit time of the queued jobs, in Unix seconds.
    var oldestQueued: UInt32?
    /// The same by the number of the group set.
    var oldestQueuedBySet: [GroupTable.GroupSet: UInt32] = [:]
}

/// A job whose tasks are wanted.
struct JobReference: Sendable, Equatable {
    var id: Int64
    var groups: GroupTable.GroupSet
}
