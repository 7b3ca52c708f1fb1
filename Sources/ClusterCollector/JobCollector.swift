import HPCPackClient
import Threads

/// Keeps the jobs that the scheduler holds, read from the job list.
final class JobCollector: Sendable {
    /// What a read of the job list came to.
    struct Reading: Sendable {
        var counts: JobCounts
        /// The jobs whose tasks are to be counted.
        var jobsWithTasks: [JobReference]
    }

    private struct State {
        var table = JobTable()
        var counts = GroupedCounts<JobState>()
        var knowsGroups = true
        var flow = JobFlow()
    }

    private let state = Locked(State())
    private let taskJobs: CollectorConfiguration.TaskJobs

    init(taskJobs: CollectorConfiguration.TaskJobs) { self.taskJobs = taskJobs }

    /// Reads the job list in full and commits it when it came whole.
    ///
    /// - Throws: The failure of the listing; nothing is changed then.
    func collect(_ session: Session, _ context: RoundContext) throws(RequestError) -> Reading {
        // A copy on write: the table is not copied, and only the round that holds it changes it.
        let table = state.withLock { $0.table }
        let stage = JobStage(context, table: table)
        try session.jobs(into: stage)
        guard stage.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .jobs,
                "GET /jobs: \(stage.rowsWithoutID) rows have no usable Id, so jobs cannot be counted"
            )
        }
        return state.withLock { state in
            Self.commit(stage, &state)
            return Reading(counts: Self.publish(state), jobsWithTasks: jobsWithTasks(state.table))
        }
    }

    /// Takes in a whole listing: changed and new jobs, and away with those that it does not hold.
    private static func commit(_ stage: JobStage, _ state: inout State) {
        let isFirst = state.flow.mark == nil
        state.table.keep { stage.seen[$0] }
        for place in 0..<stage.changed.count {
            let entry = stage.changed[place]
            state.flow.note(state.table.find(entry.row.id).map { state.table[$0] }, entry)
            state.table.put(entry)
        }
        if isFirst { state.flow.begin(state.table.newestChange) }
        state.counts = GroupedCounts()
        for place in 0..<state.table.count {
            let entry = state.table[place]
            state.counts.add(entry.row.state, set: entry.groups)
        }
        state.knowsGroups = stage.hasGroups || stage.rows == 0
    }

    private static func publish(_ state: borrowing State) -> JobCounts {
        var published = JobCounts(
            counts: state.counts,
            knowsGroups: state.knowsGroups,
            flow: state.flow
        )
        state.table.forEachActive { place, jobState in
            guard jobState == .queued else { return }
            let entry = state.table[place]
            guard entry.row.submitTime != 0 else { return }
            let time = entry.row.submitTime
            published.oldestQueued = min(published.oldestQueued ?? time, time)
            published.oldestQueuedBySet[entry.groups] = min(
                published.oldestQueuedBySet[entry.groups] ?? time,
                time
            )
        }
        return published
    }

    private func jobsWithTasks(_ table: borrowing JobTable) -> [JobReference] {
        var jobs: [JobReference] = []
        switch taskJobs {
        case .active:
            table.forEachActive { place, _ in
                jobs.append(JobReference(id: table.ids[place], groups: table[place].groups))
            }
        case .all:
            for place in 0..<table.count {
                jobs.append(JobReference(id: table.ids[place], groups: table[place].groups))
            }
        }
        return jobs
    }
}
