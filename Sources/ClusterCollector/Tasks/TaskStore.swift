import HPCPackClient

/// The known tasks: those of active jobs one by one, those of ended jobs as counts.
///
/// It has neither clock nor socket. It decides whose tasks to ask for, applies the answers and keeps the counts; the
/// cost of an answer follows its rows. Readings of the job list are followed at any time, also while a round of
/// queries is under way.
struct TaskStore: Sendable {
    /// An active job, or an ended one whose tasks are still to be read for the last time.
    private struct Job {
        var groups: NodeGroupSetID
        /// Whether its tasks can change without a change of its row.
        var tasksMayChange: Bool
        /// Increases with every change of the job, so that an answer to an older query is recognized.
        var revision: UInt64
        var tasks = TaskStates()
        /// The newest change time that the server's clock had reached before the last query; 0 when the next answer
        /// must bring all tasks.
        var watermark: UInt32 = 0
        /// Whether its row has changed since the last query.
        var hasChanged = true
        /// The job is asked for in every round until then: tasks may follow their job by a moment, and changes within
        /// one second share a change time.
        var settlesAt: ContinuousClock.Instant?
        var needsFullRead = true
        var hasEnded = false
        var lastRead: ContinuousClock.Instant?

        var mayHaveChanged: Bool { hasChanged || settlesAt != nil || tasksMayChange }
    }

    /// An ended job whose tasks were read for the last time.
    private struct EndedJob {
        var groups: NodeGroupSetID
        /// The index of its counts in `interner`.
        var counts: UInt32
    }

    /// The queries of the round under way.
    private struct Queue {
        /// Jobs of the round, in reverse order.
        var active: [Int64] = []
        /// Jobs that were first seen during the round; they are asked for next.
        var arrivals: [Int64] = []
        /// Ended jobs, in reverse order.
        var ended: [Int64] = []
        var activeBegan: ContinuousClock.Instant
        var hasReadEnded = false
    }

    /// The time after a change of a job in which its tasks are asked for in every round; longer than the resolution of
    /// change times.
    static let settlingTime: Duration = .seconds(2)

    private(set) var counts = GroupedCounts<TaskState>()
    /// Rows that full reads found different from what reads of changes had left.
    private(set) var corrections = 0
    /// Whether changed tasks may be asked for; otherwise all tasks of a job are.
    var changesAreAllowed = false
    private let countsEnded: Bool
    private let interval: Duration
    private var jobs: [Int64: Job] = [:]
    private var ended: [Int64: EndedJob] = [:]
    private var interner = CountInterner()
    /// Jobs that have ended and whose tasks are still to be read.
    private var backlog: Set<Int64> = []
    private var newestChange: UInt32 = 0
    private var revision: UInt64 = 0
    private var queue: Queue?

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - countsEnded: Whether the tasks of ended jobs count too.
    ///   - interval: The collection interval. Active jobs are asked for again when a long backlog of ended jobs has
    ///     kept the round going for longer.
    init(countsEnded: Bool, interval: Duration) {
        self.countsEnded = countsEnded
        self.interval = interval
    }

    /// The number of ended jobs whose tasks are still to be read.
    var backlogCount: Int { backlog.count }

    /// When the job whose tasks were read longest ago was read, among the jobs that have not ended.
    var oldestRead: ContinuousClock.Instant? {
        var oldest: ContinuousClock.Instant?
        for job in jobs.values {
            guard !job.hasEnded, let read = job.lastRead else { continue }
            oldest = min(oldest ?? read, read)
        }
        return oldest
    }

    /// Some active jobs that have tasks, to be compared with the numbers that rows tell.
    func sample(_ count: Int, tasks limit: Int) -> [Int64] {
        let candidates = jobs.filter {
            !$0.value.hasEnded && (1...limit).contains($0.value.tasks.count)
        }
        return Array(candidates.keys.shuffled().prefix(count))
    }

    /// The number of tasks of a job that are known one by one.
    func taskCount(of job: Int64) -> Int { jobs[job]?.tasks.count ?? 0 }

    private mutating func nextRevision() -> UInt64 {
        revision += 1
        return revision
    }
}

// MARK: - Following the job list

extension TaskStore {
    /// Follows a read of the job list.
    ///
    /// - Parameters:
    ///   - reading: The outcome of the read.
    ///   - now: The present moment.
    mutating func follow(_ reading: JobReading, at now: ContinuousClock.Instant) {
        newestChange = reading.newestChange ?? 0
        if reading.isComplete {
            for job in reading.active {
                // The second of its change may not be over: another change in it would leave the row as it is.
                let isRecent = reading.newestChange.map { job.changeTime >= $0 } ?? true
                insert(job, settlesAt: isRecent ? now + Self.settlingTime : nil)
            }
            for job in reading.ended { expectLastRead(of: job, now) }
            return
        }
        for id in reading.changes.removed { remove(id) }
        for changed in reading.changes.jobs { follow(changed, now) }
        // A job whose tasks were not found is asked for again as long as the job list shows it.
        for job in reading.active where jobs[job.id] == nil { insert(job, settlesAt: nil) }
        if reading.clockWasSetBack {
            for id in jobs.keys {
                let revision = nextRevision()
                jobs[id]?.watermark = 0
                jobs[id]?.revision = revision
            }
        }
    }

    private mutating func insert(_ job: JobReference, settlesAt: ContinuousClock.Instant?) {
        jobs[job.id] = Job(
            groups: job.groups,
            tasksMayChange: job.tasksMayChange,
            revision: nextRevision(),
            settlesAt: settlesAt
        )
        queue?.arrivals.append(job.id)
    }

    private mutating func follow(_ changed: JobChanges.Job, _ now: ContinuousClock.Instant) {
        let job = changed.job
        if job.state.isTerminal {
            countsEnded ? expectLastRead(of: job, now) : remove(job.id)
            return
        }
        removeEnded(job.id)
        backlog.remove(job.id)
        guard update(job, now) else {
            insert(job, settlesAt: now + Self.settlingTime)
            return
        }
        jobs[job.id]?.hasEnded = false
        if changed.wasRequeued { jobs[job.id]?.watermark = 0 }
    }

    /// Updates a known job whose row has changed.
    ///
    /// - Returns: Whether the job is known.
    private mutating func update(_ job: JobReference, _ now: ContinuousClock.Instant) -> Bool {
        guard var known = jobs.removeValue(forKey: job.id) else { return false }
        if known.groups != job.groups {
            let tasks = known.tasks.counts
            counts.remove(tasks, set: known.groups)
            counts.add(tasks, set: job.groups)
            known.groups = job.groups
        }
        known.tasksMayChange = job.tasksMayChange
        known.revision = nextRevision()
        known.hasChanged = true
        known.settlesAt = now + Self.settlingTime
        jobs[job.id] = known
        return true
    }

    /// Puts an ended job into the backlog; its tasks are read once more.
    private mutating func expectLastRead(of job: JobReference, _ now: ContinuousClock.Instant) {
        removeEnded(job.id)
        if !update(job, now) {
            jobs[job.id] = Job(groups: job.groups, tasksMayChange: false, revision: nextRevision())
        }
        jobs[job.id]?.hasEnded = true
        backlog.insert(job.id)
        queue?.ended.append(job.id)
    }

    /// Removes a job that no longer exists.
    mutating func remove(_ id: Int64) {
        removeEnded(id)
        backlog.remove(id)
        guard let job = jobs.removeValue(forKey: id) else { return }
        counts.remove(job.tasks.counts, set: job.groups)
    }

    private mutating func removeEnded(_ id: Int64) {
        guard let job = ended.removeValue(forKey: id) else { return }
        counts.remove(interner[job.counts], set: job.groups)
        interner.release(job.counts)
    }
}

// MARK: - Queries

extension TaskStore {
    /// Makes the next round read all tasks of every active job.
    mutating func requireFullRead() {
        for id in jobs.keys { jobs[id]?.needsFullRead = true }
    }

    /// Begins a round of queries.
    ///
    /// - Returns: The number of jobs to ask for, as far as it is known now.
    mutating func beginRound(at now: ContinuousClock.Instant) -> Int {
        queue = Queue(active: dueJobs(), ended: backlog.sorted(by: >), activeBegan: now)
        return (queue?.active.count ?? 0) + backlog.count
    }

    /// Ends the round of queries.
    mutating func endRound() { queue = nil }

    /// The active jobs to ask for, in reverse order: last the jobs that were never read, before them those read
    /// longest ago.
    private func dueJobs() -> [Int64] {
        var due: [(lastRead: ContinuousClock.Instant?, id: Int64)] = []
        for (id, job) in jobs where !job.hasEnded && (job.mayHaveChanged || job.needsFullRead) {
            due.append((job.lastRead, id))
        }
        due.sort { left, right in
            guard left.lastRead != right.lastRead else { return left.id > right.id }
            guard let leftRead = left.lastRead else { return false }
            guard let rightRead = right.lastRead else { return true }
            return leftRead > rightRead
        }
        return due.map(\.id)
    }

    /// The next query of the round; `nil` when the round has nothing more to ask for.
    ///
    /// Active jobs come first: those never read, then those read longest ago. Ended jobs follow.
    mutating func nextQuery(at now: ContinuousClock.Instant) -> TaskQuery? {
        while let id = nextJob(at: now) {
            if let job = jobs[id] { return query(id, job, at: now) }
        }
        return nil
    }

    private mutating func nextJob(at now: ContinuousClock.Instant) -> Int64? {
        guard queue != nil else { return nil }
        if queue?.arrivals.isEmpty == false { return queue?.arrivals.removeFirst() }
        while let id = queue?.active.popLast() {
            // Ended jobs have moved to the backlog meanwhile.
            if jobs[id]?.hasEnded == false { return id }
        }
        while let id = queue?.ended.popLast() {
            guard backlog.contains(id) else { continue }
            queue?.hasReadEnded = true
            return id
        }
        guard let began = queue?.activeBegan, queue?.hasReadEnded == true, now - began >= interval
        else { return nil }
        queue = Queue(active: dueJobs(), activeBegan: now)
        return nextJob(at: now)
    }

    private func query(_ id: Int64, _ job: Job, at now: ContinuousClock.Instant) -> TaskQuery {
        // The counts of an ended job stay, so its last answer must not rest on earlier ones.
        let asksForChanges =
            changesAreAllowed && job.watermark != 0 && !job.needsFullRead && !job.hasEnded
        return TaskQuery(
            job: id,
            start: asksForChanges ? ChangeWatermark.start(after: job.watermark) : nil,
            jobHasEnded: job.hasEnded,
            mayHaveChanged: job.mayHaveChanged || job.hasEnded,
            newestChange: changesAreAllowed ? newestChange : 0,
            revision: job.revision,
            made: now
        )
    }
}

// MARK: - Answers

extension TaskStore {
    /// What a full answer showed about earlier reads of changes.
    struct Finding: Sendable {
        /// Rows that were different from what was known.
        var differences = 0
        /// Those among them that a read of changes should have brought.
        var missedChanges = 0
    }

    /// Applies the complete answer to a query.
    ///
    /// - Returns: What the answer showed about earlier reads of changes.
    mutating func apply(
        _ listing: TaskListing,
        to query: TaskQuery,
        at now: ContinuousClock.Instant
    ) -> Finding {
        guard var job = jobs.removeValue(forKey: query.job) else { return Finding() }
        var finding = Finding()
        let tasks = listing.tasks()
        if query.start == nil {
            finding = compare(tasks, with: job, query)
            corrections += finding.differences
            counts.remove(job.tasks.counts, set: job.groups)
            job.tasks = TaskStates()
            job.tasks.merge(tasks)
            counts.add(job.tasks.counts, set: job.groups)
            job.needsFullRead = false
        } else {
            merge(tasks, into: &job)
        }
        job.lastRead = now
        guard job.revision == query.revision else {
            // The job changed after the query: the answer may be from before the change.
            job.watermark = 0
            jobs[query.job] = job
            return finding
        }
        job.watermark = listing.hasChangeTimes || listing.count == 0 ? query.newestChange : 0
        if job.hasChanged {
            job.hasChanged = false
        } else if let settled = job.settlesAt, query.made >= settled {
            job.settlesAt = nil
        }
        if job.hasEnded {
            backlog.remove(query.job)
            ended[query.job] = EndedJob(
                groups: job.groups,
                counts: interner.intern(job.tasks.counts)
            )
        } else {
            jobs[query.job] = job
        }
        return finding
    }

    private mutating func merge(_ tasks: [TaskListing.Task], into job: inout Job) {
        let areKnown = tasks.allSatisfy { job.tasks.state(of: $0.key) != nil }
        guard areKnown else {
            // Counted before and after, so that a master that its instances replace goes too.
            counts.remove(job.tasks.counts, set: job.groups)
            job.tasks.merge(tasks)
            counts.add(job.tasks.counts, set: job.groups)
            return
        }
        for task in tasks {
            guard let old = job.tasks.state(of: task.key), old != task.state else { continue }
            counts.remove(old, set: job.groups)
            counts.add(task.state, set: job.groups)
        }
        job.tasks.merge(tasks)
    }

    /// Compares a full answer with what reads of changes had left.
    private func compare(_ tasks: [TaskListing.Task], with job: Job, _ query: TaskQuery) -> Finding
    {
        var finding = Finding()
        // Without a watermark nothing was relied on.
        guard job.watermark != 0 else { return finding }
        let start = ChangeWatermark.start(after: job.watermark)
        for task in tasks where job.tasks.state(of: task.key) != task.state {
            // A later change is news, unless the job was relied on not to change.
            guard task.changeTime < start || !query.mayHaveChanged else { continue }
            finding.differences += 1
            if task.changeTime < start { finding.missedChanges += 1 }
        }
        return finding
    }
}
