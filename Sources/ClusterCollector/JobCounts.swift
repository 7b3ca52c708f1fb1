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

extension JobCounts {
    /// Shows a ledger; what it costs follows the jobs that have not ended.
    init(_ ledger: borrowing JobLedger) {
        counts = ledger.counts
        knowsGroups = ledger.knowsGroups
        flow = ledger.flow
        ledger.forEachActive { entry in
            let time = entry.row.submitTime
            guard entry.row.state == .queued, time != 0 else { return }
            oldestQueued = min(oldestQueued ?? time, time)
            oldestQueuedBySet[entry.groups] = min(oldestQueuedBySet[entry.groups] ?? time, time)
        }
    }
}
