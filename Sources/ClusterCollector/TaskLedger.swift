import HPCPackClient

/// What is known of the tasks: those of active jobs one by one, those of ended jobs as counts.
///
/// A value without clocks or sockets: it says whose tasks to ask for, takes in the answers, and keeps the
/// counts. What an answer costs follows the rows that it brought.
struct TaskLedger: Sendable {
    /// An active job, or one that has just ended.
    private struct Job {
        var groups: GroupTable.GroupSet
        var tasks = TaskStates()
        /// The time by the server's clock that was reached before its tasks were last asked for; 0 when the
        /// next answer must bring all of them.
        var mark: UInt32 = 0
        /// Its row has changed since the last answer.
        var isDue = true
        /// Until when it is asked again after a change: tasks may follow their job by a moment, and what
        /// happens in one second shares one stamp.
        var settles: ContinuousClock.Instant?
        /// A full read is due.
        var needsAll = true
        var hasEnded = false

        /// Whether it would be asked for if no full read were due.
        func isRoutine(_ job: JobReference) -> Bool {
            isDue || settles != nil || job.movesTasks
        }
    }

    /// An ended job whose tasks were read to their end.
    private struct EndedJob {
        var groups: GroupTable.GroupSet
        /// The number of its counts in `shared`.
        var counts: UInt32
    }

    /// How long after a change of a job its tasks are asked for in every round: longer than stamps resolve.
    static let settling: Duration = .seconds(2)

    private(set) var counts = GroupedCounts<TaskState>()
    /// Rows that full reads found different from what reads of changes had left.
    private(set) var corrections = 0
    private let countsEnded: Bool
    private var jobs: [Int64: Job] = [:]
    private var ended: [Int64: EndedJob] = [:]
    private var shared = SharedCounts()
    /// Jobs that have ended and whose tasks are still to be read.
    private var backlog: Set<Int64> = []

    /// Makes an empty ledger.
    ///
    /// - Parameter countsEnded: Whether the tasks of ended jobs count too.
    init(countsEnded: Bool) { self.countsEnded = countsEnded }

    /// Follows what a read of the jobs changed.
    ///
    /// - Parameters:
    ///   - reading: What the read came to.
    ///   - now: The moment, on the exporter's continuous clock.
    mutating func follow(_ reading: JobCollector.Reading, at now: ContinuousClock.Instant) {
        if reading.changes.isEverything {
            self = TaskLedger(countsEnded: countsEnded, corrections: corrections)
            for job in reading.active {
                // The second of its change may not be over: a further change in it leaves the row as it is.
                let isFresh = reading.mark.map { job.changeTime >= $0 } ?? true
                jobs[job.id] = Job(
                    groups: job.groups,
                    settles: isFresh ? now + Self.settling : nil
                )
            }
            for job in reading.ended { expectLast(job, now) }
            return
        }
        for id in reading.changes.gone { drop(id) }
        for changed in reading.changes.jobs { follow(changed, now) }
        if reading.voidsMarks {
            for id in jobs.keys { jobs[id]?.mark = 0 }
        }
    }

    private init(countsEnded: Bool, corrections: Int) {
        self.init(countsEnded: countsEnded)
        self.corrections = corrections
    }

    private mutating func follow(
        _ changed: JobLedger.ChangedJob,
        _ now: ContinuousClock.Instant
    ) {
        let job = changed.job
        if job.state.isTerminal {
            countsEnded ? expectLast(job, now) : drop(job.id)
            return
        }
        let settled = now + Self.settling
        dropEnded(job.id)
        backlog.remove(job.id)
        guard var known = jobs[job.id] else {
            jobs[job.id] = Job(groups: job.groups, settles: settled)
            return
        }
        if known.groups != job.groups {
            let tasks = known.tasks.counts
            counts.remove(tasks, set: known.groups)
            counts.add(tasks, set: job.groups)
            known.groups = job.groups
        }
        known.isDue = true
        known.settles = settled
        known.hasEnded = false
        if changed.wasRequeued { known.mark = 0 }
        jobs[job.id] = known
    }

    /// Notes that the tasks of an ended job are still to be read, once.
    private mutating func expectLast(_ job: JobReference, _ now: ContinuousClock.Instant) {
        dropEnded(job.id)
        if jobs[job.id] == nil {
            jobs[job.id] = Job(groups: job.groups)
        } else {
            // The settling does not matter: its tasks are read this once.
            follow(JobLedger.ChangedJob(job: job.asActive, wasRequeued: false), now)
        }
        jobs[job.id]?.hasEnded = true
        backlog.insert(job.id)
    }

    /// Forgets a job that is gone.
    mutating func drop(_ id: Int64) {
        dropEnded(id)
        backlog.remove(id)
        guard let job = jobs.removeValue(forKey: id) else { return }
        counts.remove(job.tasks.counts, set: job.groups)
    }

    private mutating func dropEnded(_ id: Int64) {
        guard let job = ended.removeValue(forKey: id) else { return }
        counts.remove(shared[job.counts], set: job.groups)
        shared.giveBack(job.counts)
    }

    /// Lets every active job's tasks be read in full once more.
    mutating func requireAll() {
        for id in jobs.keys { jobs[id]?.needsAll = true }
    }

    /// Whose tasks to ask for in this round: of active jobs first.
    ///
    /// - Parameters:
    ///   - active: The jobs that have not ended.
    ///   - asksChanges: Whether changed tasks may be asked for; else all of a job's.
    /// - Returns: The questions, in the order in which they are to be asked.
    mutating func asks(_ active: [JobReference], asksChanges: Bool) -> [TaskAsk] {
        var asks: [TaskAsk] = []
        for job in active {
            let known = jobs[job.id, default: Job(groups: job.groups)]
            let isRoutine = known.isRoutine(job)
            guard isRoutine || known.needsAll else { continue }
            if jobs[job.id] == nil { jobs[job.id] = known }
            asks.append(ask(job.id, known, asksChanges, isRoutine: isRoutine))
        }
        for id in backlog.sorted() {
            guard let known = jobs[id] else { continue }
            asks.append(ask(id, known, asksChanges, isRoutine: true))
        }
        return asks
    }

    private func ask(_ id: Int64, _ job: Job, _ asksChanges: Bool, isRoutine: Bool) -> TaskAsk {
        // What is read of an ended job stays as it is, so its last answer does not rest on earlier ones.
        let mayAskChanges = asksChanges && job.mark != 0 && !job.needsAll && !job.hasEnded
        return TaskAsk(
            job: id,
            from: mayAskChanges ? ChangeWatermark.before(job.mark, 0) : nil,
            hasEnded: job.hasEnded,
            isRoutine: isRoutine
        )
    }

    /// What a full answer found.
    struct Finding: Sendable {
        /// Rows that were different from what was known.
        var wrong = 0
        /// Those among them that a read of changes should have brought.
        var provesWrong = 0
    }

    /// How many tasks of a job are known one by one.
    func tasks(of job: Int64) -> Int { jobs[job]?.tasks.count ?? 0 }

    /// Takes in the whole answer to an ask.
    ///
    /// - Parameters:
    ///   - ask: What was asked for.
    ///   - stage: The rows.
    ///   - mark: The time by the server's clock that was reached before the answer; 0 when that is not known.
    ///   - asked: When it was asked, on the exporter's continuous clock.
    /// - Returns: What the answer proved.
    mutating func take(
        _ ask: TaskAsk,
        _ stage: TaskStage,
        mark: UInt32,
        asked: ContinuousClock.Instant
    ) -> Finding {
        guard var job = jobs.removeValue(forKey: ask.job) else { return Finding() }
        var finding = Finding()
        let tasks = stage.tasks()
        if ask.from == nil {
            finding = compare(job, tasks, ask)
            corrections += finding.wrong
            counts.remove(job.tasks.counts, set: job.groups)
            job.tasks = TaskStates()
            job.tasks.merge(tasks.map { ($0.key, $0.state) })
            counts.add(job.tasks.counts, set: job.groups)
            job.needsAll = false
        } else {
            // Counted before and after, so that a master that gives way to its instances goes too.
            merge(tasks.map { ($0.key, $0.state) }, &job)
        }
        let knowsTimes = stage.hasTimes || stage.count == 0
        job.mark = knowsTimes ? mark : 0
        if job.isDue {
            job.isDue = false
        } else if let settled = job.settles, asked >= settled {
            job.settles = nil
        }
        if job.hasEnded {
            backlog.remove(ask.job)
            end(ask.job, job)
        } else {
            jobs[ask.job] = job
        }
        return finding
    }

    private mutating func merge(_ tasks: [(key: UInt64, state: TaskState)], _ job: inout Job) {
        let isKnown = tasks.allSatisfy { job.tasks.state(of: $0.key) != nil }
        guard isKnown else {
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

    /// Keeps of an ended job's tasks only how many there are in each state.
    private mutating func end(_ id: Int64, _ job: Job) {
        ended[id] = EndedJob(groups: job.groups, counts: shared.take(job.tasks.counts))
    }

    /// Holds a full answer against what reads of changes had left.
    private func compare(
        _ job: Job,
        _ tasks: [(key: UInt64, state: TaskState, time: UInt32)],
        _ ask: TaskAsk
    ) -> Finding {
        var finding = Finding()
        // Without a mark nothing was relied on.
        guard job.mark != 0 else { return finding }
        let from = ChangeWatermark.before(job.mark, 0)
        for task in tasks where job.tasks.state(of: task.key) != task.state {
            // A job that is not asked for is relied on to stay; of the others, what changed later is news.
            guard task.time < from || !ask.isRoutine else { continue }
            finding.wrong += 1
            if task.time < from { finding.provesWrong += 1 }
        }
        return finding
    }
}
