import HPCPackClient

/// The numbers of tasks that the rows of jobs tell, summed over the jobs whose tasks count.
///
/// It has neither clock nor socket; the cost of a reading follows its rows.
struct TaskCountStore: Sendable {
    private struct Job {
        var groups: NodeGroupSetID
        var hasEnded: Bool
        /// The index of its numbers in `interner`; `nil` before they are known.
        var counts: UInt32?
    }

    private(set) var counts = GroupedCounts<TaskState>()
    private let countsEnded: Bool
    private var jobs: [Int64: Job] = [:]
    private var interner = CountInterner()
    /// The jobs whose numbers are not known.
    private(set) var missing: Set<Int64> = []

    /// Creates an empty store.
    ///
    /// - Parameter countsEnded: Whether the tasks of ended jobs count too.
    init(countsEnded: Bool) { self.countsEnded = countsEnded }

    /// Follows a read of the job list.
    mutating func follow(_ reading: JobReading) {
        if reading.isComplete {
            self = TaskCountStore(countsEnded: countsEnded)
            for job in reading.active + reading.ended { update(job) }
        }
        for id in reading.changes.removed { remove(id) }
        for changed in reading.changes.jobs { update(changed.job) }
        apply(reading.taskCounts ?? TaskCountRows())
    }

    /// Applies numbers of tasks; those of jobs that do not count are passed over.
    mutating func apply(_ rows: TaskCountRows) {
        for (id, counts) in rows.all {
            guard let job = jobs[id] else { continue }
            if let index = job.counts, interner[index] == counts { continue }
            release(job)
            self.counts.add(counts, set: job.groups)
            jobs[id]?.counts = interner.intern(counts)
            missing.remove(id)
        }
    }

    /// Removes a job that no longer exists.
    mutating func remove(_ id: Int64) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        release(job)
        missing.remove(id)
    }

    /// Chooses some jobs that have not ended, to compare their numbers with their tasks.
    ///
    /// - Parameters:
    ///   - count: The most jobs.
    ///   - limit: The most tasks of a job, since they will be read.
    /// - Returns: The ids of the jobs, in no order.
    func sample(_ count: Int, tasks limit: Int) -> [Int64] {
        let candidates = jobs.filter { _, job in
            guard !job.hasEnded, let index = job.counts else { return false }
            return (1...limit).contains(interner[index].total)
        }
        return Array(candidates.keys.shuffled().prefix(count))
    }

    private mutating func update(_ job: JobReference) {
        guard countsEnded || !job.state.isTerminal else { return remove(job.id) }
        guard let known = jobs[job.id] else {
            jobs[job.id] = Job(groups: job.groups, hasEnded: job.state.isTerminal)
            missing.insert(job.id)
            return
        }
        jobs[job.id]?.hasEnded = job.state.isTerminal
        guard known.groups != job.groups else { return }
        if let index = known.counts {
            counts.remove(interner[index], set: known.groups)
            counts.add(interner[index], set: job.groups)
        }
        jobs[job.id]?.groups = job.groups
    }

    private mutating func release(_ job: Job) {
        guard let index = job.counts else { return }
        counts.remove(interner[index], set: job.groups)
        interner.release(index)
    }
}
