import HPCPackClient

/// A job as the task collector sees it.
struct JobReference: Sendable, Equatable {
    var id: Int64
    var groups: NodeGroupSetID
    var state: JobState
    /// The change time of its row, in Unix seconds; 0 when that is not known.
    var changeTime: UInt32

    init(_ entry: JobTable.Entry) {
        id = entry.row.id
        groups = entry.groups
        state = entry.row.state
        changeTime = entry.row.changeTime
    }

    /// Whether its tasks can change without a change of its row (docs/architecture.md#collection).
    ///
    /// A row without a change time does not tell of changes.
    var tasksMayChange: Bool {
        if changeTime == 0, !state.isTerminal { return true }
        return state.movesTasks || state == .unknown
    }
}

/// The effect of one read on the jobs.
struct JobChanges: Sendable {
    /// A job that is new or different.
    struct Job: Sendable {
        var job: JobReference
        /// Whether it went back to an earlier state, so that nothing known of its last run holds.
        var wasRequeued: Bool
    }

    /// The jobs that are new or different.
    var jobs: [Job] = []
    /// The jobs that no longer exist.
    var removed: [Int64] = []
    /// Whether a job changed and has an older change time than before: the server's clock was set back.
    var changeTimesFell = false
    /// Whether this was the first read, after which everything may be different.
    var isFirstRead = false
}

/// The jobs that the scheduler holds, with counts that follow every change of a row.
///
/// It has neither clock nor socket: listings in, counts out. Costs follow what changed; only a full read visits every
/// job. It is a class because a listing compares its rows with it while they arrive, and there is only ever one.
final class JobStore {
    private(set) var table = JobTable()
    private(set) var counts = GroupedCounts<JobState>()
    private(set) var throughput = JobThroughput()
    /// The texts by which jobs are counted.
    var labels: JobLabelRegistry
    /// What is known of the jobs that have not ended, beyond the table.
    private var details: [Int64: JobDetail] = [:]
    /// Where the next read of changes begins.
    private(set) var watermark = ChangeWatermark()
    /// The columns of the last full read.
    private(set) var columns: JobColumns = []
    /// The columns that the server tells; taken for told until a row shows that they are not.
    private(set) var columnsTold = JobColumns.all
    /// Whether a full read was applied.
    private(set) var isComplete = false
    /// The table indices of the jobs that have not ended.
    private var active: [UInt32] = []
    /// The jobs that were missing in the last full read, as they were.
    ///
    /// Pages that shift may hide a job from one full read. When it comes again it has neither started nor ended anew.
    private var missing = JobTable()

    /// Creates an empty store.
    ///
    /// - Parameter labels: The texts by which jobs are counted.
    init(labels: JobLabelRegistry = JobLabelRegistry()) { self.labels = labels }

    /// What is known of a job that has not ended, beyond the table.
    func detail(of id: Int64) -> JobDetail? { details[id] }

    /// Whether the server tells the groups of jobs; unknown, and taken for true, while there is no job.
    var hasGroups: Bool { columns.contains(.groups) || table.count == 0 }

    /// The job with an id, or `nil`.
    subscript(id: Int64) -> JobTable.Entry? { table.index(of: id).map { table[$0] } }

    /// The jobs that have not ended.
    var activeJobs: some Sequence<JobTable.Entry> { active.lazy.map { self.table[Int($0)] } }

    /// The jobs that a full listing lacks although their age does not explain it, those that ended last first.
    ///
    /// Ended jobs are purged oldest first (docs/hpcpack-api.md#jobs-are-purged). A missing job that ended after one
    /// that is still listed, or has not ended at all, may only have slipped through between two pages.
    func unexplainedAbsences(in listing: JobListing, limit: Int) -> [Int64] {
        guard isComplete else { return [] }
        var oldestListed = UInt32.max
        var missing: [(end: UInt32, id: Int64)] = []
        for (index, job) in table.entries.enumerated() {
            let end = job.row.state.isTerminal ? max(job.row.endTime, job.row.changeTime) : .max
            if listing.isListed[index] {
                oldestListed = min(oldestListed, end)
            } else {
                missing.append((end == 0 ? .max : end, job.row.id))
            }
        }
        return missing.filter { $0.end > oldestListed || $0.end == .max }
            .sorted { ($0.end, $0.id) > ($1.end, $1.id) }
            .prefix(limit)
            .map(\.id)
    }

    /// Applies a full listing, and removes the jobs that it lacks.
    ///
    /// - Parameters:
    ///   - listing: The complete listing.
    ///   - keepsMissing: Whether the jobs that it lacks stay, because its pages shifted.
    /// - Returns: What changed, and whether the server's clock was set back.
    func apply(full listing: JobListing, keepsMissing: Bool = false) -> (
        JobChanges, clockWasSetBack: Bool
    ) {
        let times = listing.changeTimes
        columnsTold = listing.columnsTold(before: columnsTold)
        let changes = isComplete ? update(listing, keepsMissing) : load(listing)
        if let indices = labels.compact() {
            table.renumberLabels(indices)
            missing.renumberLabels(indices)
        }
        labels.choose(respells: changes.isFirstRead)
        apply(listing.detailRows)
        let wasSetBack = watermark.advance(times, isFull: true, seconds: listing.seconds)
        if let job = watermark.newestJob, let start = watermark.start,
            (self[job]?.row.changeTime ?? 0) < start
        {
            watermark.forgetNewestJob()
        }
        if wasSetBack { throughput.clockWasSetBack(to: watermark.newest) }
        return (changes, wasSetBack)
    }

    /// Applies a listing of changed jobs.
    func apply(changes listing: JobListing) -> JobChanges {
        let times = listing.changeTimes
        columnsTold = listing.columnsTold(before: columnsTold)
        var changes = JobChanges()
        update(listing.changed, known: columns, missing, &changes)
        apply(listing.detailRows)
        watermark.advance(times, isFull: false, seconds: listing.seconds)
        return changes
    }

    /// Applies what rows told of jobs beyond the table; jobs that are not known to be active are passed over.
    func apply(_ rows: JobDetailRows) {
        for (id, detail) in rows.details {
            guard let job = self[id], !job.row.state.isTerminal else { continue }
            details[id] = details[id].map { rows.update($0, with: detail) } ?? detail
        }
    }

    private func load(_ listing: JobListing) -> JobChanges {
        columns = listing.columns
        table = listing.removeChanged()
        for job in table.entries { count(job, 1) }
        collectActive()
        throughput.start(newestChange: table.newestChange)
        isComplete = true
        var changes = JobChanges()
        changes.isFirstRead = true
        return changes
    }

    private func update(_ listing: JobListing, _ keepsMissing: Bool) -> JobChanges {
        var changes = JobChanges()
        let missingBefore = missing
        if !keepsMissing { removeMissing(listing.isListed, &changes) }
        if listing.rows > 0 {
            let known = columns.intersection(listing.columns)
            columns = listing.columns
            update(listing.changed, known: known, missingBefore, &changes)
        }
        return changes
    }

    private func removeMissing(_ isListed: [Bool], _ changes: inout JobChanges) {
        missing = JobTable()
        for index in 0..<table.count where !isListed[index] {
            let job = table[index]
            missing.insert(job)
            count(job, -1)
            details[job.row.id] = nil
            changes.removed.append(job.row.id)
        }
        guard !changes.removed.isEmpty else { return }
        table.keep { isListed[$0] }
        collectActive()
    }

    /// Updates the table with changed jobs.
    ///
    /// - Parameters:
    ///   - changed: The jobs.
    ///   - known: The columns that both this listing and the one before it told.
    ///   - missing: The jobs that the full read before this listing lacked.
    ///   - changes: Grows by what changed.
    private func update(
        _ changed: JobTable,
        known: JobColumns,
        _ missing: JobTable,
        _ changes: inout JobChanges
    ) {
        var someEnded = false
        changes.jobs.reserveCapacity(changed.count)
        for job in changed.entries {
            let old = self[job.row.id]
            let before = old ?? missing.index(of: job.row.id).map { missing[$0] }
            throughput.record(before, job, knewStartTimes: known.contains(.startTime))
            if let old {
                count(old, -1)
                if job.row.changeTime != 0, job.row.changeTime < old.row.changeTime {
                    changes.changeTimesFell = true
                }
            }
            count(job, 1)
            let index = table.insert(job)
            let wasActive = old.map { !$0.row.state.isTerminal } ?? false
            let isActive = !job.row.state.isTerminal
            if isActive, !wasActive { active.append(UInt32(index)) }
            if wasActive, !isActive { someEnded = true }
            if !isActive { details[job.row.id] = nil }
            let wasRequeued = old.map { job.row.state.isBefore($0.row.state) } ?? false
            changes.jobs.append(JobChanges.Job(job: JobReference(job), wasRequeued: wasRequeued))
        }
        if someEnded { active.removeAll { !table.isActive(Int($0)) } }
    }

    private func count(_ job: JobTable.Entry, _ difference: Int) {
        counts.add(job.row.state, set: job.groups, count: difference)
        labels.add(job.row.state, set: job.labels, count: Int32(difference))
    }

    private func collectActive() {
        active = (0..<table.count).filter(table.isActive).map(UInt32.init)
    }
}

extension JobState {
    /// Whether a job that was in `other` can only be in this state after a requeue.
    fileprivate func isBefore(_ other: JobState) -> Bool {
        other != .unknown && self != .unknown && other.hasStarted && !hasStarted
    }

    private var hasStarted: Bool {
        switch self {
        case .running, .finishing, .canceling, .finished, .failed, .canceled: true
        case .configuring, .submitted, .validating, .externalValidation, .queued, .unknown: false
        }
    }
}
