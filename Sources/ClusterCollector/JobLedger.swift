import HPCPackClient

/// What is known of the jobs: each one packed, counts that follow every change of a row, and the flow.
///
/// A value without clocks or sockets: staged rows in, counts out. Costs follow what changed; only a full read
/// goes over every job.
struct JobLedger: Sendable {
    private(set) var table = JobTable()
    private(set) var counts = GroupedCounts<JobState>()
    private(set) var flow = JobFlow()
    /// Where the next read of changes begins.
    var watermark = ChangeWatermark()
    /// The columns that the last full read brought.
    private(set) var columns: JobColumns = []
    /// Whether a full read has been taken in.
    private(set) var isComplete = false
    /// The places of the jobs that have not ended.
    private var active: [UInt32] = []
    /// The jobs that the last full read held no more, as they were.
    ///
    /// A page that shifts may hide a job from one full read. What comes again has not begun or ended anew.
    private var absent = JobTable()

    /// A job that is new or different.
    struct ChangedJob: Sendable {
        var job: JobReference
        /// Whether it was put back in line, so that nothing of its last run holds.
        var wasRequeued: Bool
    }

    /// What a read changed.
    struct Changes: Sendable {
        /// The jobs that are new or different.
        var jobs: [ChangedJob] = []
        /// The jobs that are gone.
        var gone: [Int64] = []
        /// Whether a job changed and carries an older stamp than before: the server's clock has gone back.
        var stampsFell = false
        /// Whether everything may have changed, because it was read for the first time.
        var isEverything = false
    }

    /// Whether the server told the groups of the jobs; nobody can say without any job.
    var knowsGroups: Bool { columns.contains(.groups) || table.count == 0 }

    /// What is known of a job, if it is held.
    func holds(_ id: Int64) -> JobTable.Entry? { table.find(id).map { table[$0] } }

    /// The jobs that have not ended, with what is known of each.
    func forEachActive(_ body: (JobTable.Entry) -> Void) {
        for place in active { body(table[Int(place)]) }
    }

    /// Every job.
    func forEach(_ body: (JobTable.Entry) -> Void) {
        for place in 0..<table.count { body(table[place]) }
    }

    /// The jobs that a full listing lacks although nothing in it explains why.
    ///
    /// Ended jobs are purged oldest first (FACTS: Errors). One that ended after a job that is still listed, or
    /// has not ended at all, may only have slipped through between two pages.
    ///
    /// - Parameters:
    ///   - staged: The listing.
    ///   - most: The most jobs to name; those that ended last come first.
    /// - Returns: Ids of jobs to ask for.
    func unexplainedAbsences(_ staged: borrowing StagedJobs, most: Int) -> [Int64] {
        guard isComplete else { return [] }
        var oldestKept = UInt32.max
        var missing: [(age: UInt32, id: Int64)] = []
        for place in 0..<table.count {
            let row = table[place].row
            let end = !row.state.isTerminal ? .max : max(row.endTime, row.changeTime)
            if staged.listed[place] {
                oldestKept = min(oldestKept, end)
            } else {
                missing.append((end == 0 ? .max : end, row.id))
            }
        }
        return missing.filter { $0.age > oldestKept || $0.age == .max }
            .sorted { ($0.age, $0.id) > ($1.age, $1.id) }
            .prefix(most)
            .map(\.id)
    }

    /// Takes in a listing of all jobs: away with those that it does not hold.
    ///
    /// - Parameters:
    ///   - staged: The listing.
    ///   - keepsMissing: Whether jobs that it does not hold stay, because its pages shifted.
    /// - Returns: What the listing changed.
    mutating func takeAll(_ staged: consuming StagedJobs, keepsMissing: Bool = false) -> Changes {
        guard isComplete else { return takeFirst(staged) }
        var changes = Changes()
        let before = absent
        if !keepsMissing { dropMissing(staged.listed, &changes) }
        if staged.rows > 0 {
            let seen = columns.intersection(staged.columns)
            columns = staged.columns
            take(staged.changed, seen, before, &changes)
        }
        return changes
    }

    /// Takes in a listing of the jobs that changed.
    mutating func takeChanges(_ staged: borrowing StagedJobs) -> Changes {
        var changes = Changes()
        take(staged.changed, columns, absent, &changes)
        return changes
    }

    /// The server's clock is known to have gone back.
    mutating func setBack(to time: UInt32) { flow.setBack(to: time) }

    private mutating func dropMissing(_ listed: [Bool], _ changes: inout Changes) {
        absent = JobTable()
        for place in 0..<table.count where !listed[place] {
            let entry = table[place]
            absent.put(entry)
            counts.remove(entry.row.state, set: entry.groups)
            changes.gone.append(entry.row.id)
        }
        guard !changes.gone.isEmpty else { return }
        table.keep { listed[$0] }
        collectActive()
    }

    private mutating func takeFirst(_ staged: consuming StagedJobs) -> Changes {
        columns = staged.columns
        table = staged.takeTable()
        for place in 0..<table.count {
            let entry = table[place]
            counts.add(entry.row.state, set: entry.groups)
        }
        collectActive()
        flow.begin(table.newestChange)
        isComplete = true
        var changes = Changes()
        changes.isEverything = true
        return changes
    }

    /// Takes in staged jobs.
    ///
    /// - Parameters:
    ///   - changed: The jobs.
    ///   - seen: The columns that both this listing and the one before it told.
    ///   - absent: The jobs that were held until the last full read before this listing.
    ///   - changes: Grows by what changed.
    private mutating func take(
        _ changed: JobTable,
        _ seen: JobColumns,
        _ absent: JobTable,
        _ changes: inout Changes
    ) {
        var hasEnded = false
        changes.jobs.reserveCapacity(changed.count)
        for place in 0..<changed.count {
            let entry = changed[place]
            let old = holds(entry.row.id)
            let known = old ?? absent.find(entry.row.id).map { absent[$0] }
            flow.note(known, entry, knewStarts: seen.contains(.startTime))
            if let old {
                counts.remove(old.row.state, set: old.groups)
                let time = entry.row.changeTime
                if time != 0, time < old.row.changeTime { changes.stampsFell = true }
            }
            counts.add(entry.row.state, set: entry.groups)
            let at = table.put(entry)
            let wasActive = old.map { !$0.row.state.isTerminal } ?? false
            let isActive = !entry.row.state.isTerminal
            if isActive, !wasActive { active.append(UInt32(at)) }
            if wasActive, !isActive { hasEnded = true }
            let wasRequeued = old.map { entry.row.state.comesBefore($0.row.state) } ?? false
            changes.jobs.append(ChangedJob(job: JobReference(entry), wasRequeued: wasRequeued))
        }
        if hasEnded { active.removeAll { !table.isActive(Int($0)) } }
    }

    private mutating func collectActive() {
        active = []
        for place in 0..<table.count where table.isActive(place) { active.append(UInt32(place)) }
    }
}

extension JobState {
    /// Whether a job has to go back to get from `other` to this state: it was put in line again.
    fileprivate func comesBefore(_ other: JobState) -> Bool {
        other != .unknown && self != .unknown && other.isLate && !isLate
    }

    /// Whether the job has started, or is past that.
    private var isLate: Bool {
        switch self {
        case .running, .finishing, .canceling, .finished, .failed, .canceled: true
        case .configuring, .submitted, .validating, .externalValidation, .queued, .unknown: false
        }
    }
}
