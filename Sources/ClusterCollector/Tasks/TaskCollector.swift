import Basics
import HPCPackClient
import Logging

/// The tasks as they are shown.
struct Tasks: Sendable {
    /// Tasks by state, and by the node groups that their job names.
    var counts: GroupedCounts<TaskState>
    /// Whether the server tells the groups of jobs.
    var hasGroups: Bool
}

/// How the next read of the job list serves the tasks.
struct TaskPlan: Equatable {
    /// Whether rows are to tell the numbers of tasks.
    var usesCounts = false
    /// Whether all jobs have to be told, because another source begins.
    var isNew = false
    /// Whether all jobs have to be read anew for that.
    var needsFullRead = false
}

/// Collects the tasks of jobs: from the rows of jobs where these tell the numbers, else from the tasks of each job.
///
/// Task calls are many: only those are made whose answer can have changed, and they yield to the requests of the other
/// collectors. Numbers that rows tell are verified by a few task calls in each full interval.
final class TaskCollector: Collector {
    /// What the threads of a round share with the thread that follows the job list.
    final class SharedState: Sendable {
        struct Value {
            var store: TaskStore
            /// The numbers that rows told; `nil` while tasks come from calls.
            var countStore: TaskCountStore?
            var breaker: CircuitBreaker
            /// Opens when the numbers that rows told prove wrong.
            var countBreaker: CircuitBreaker
            /// The outcome of the newest read of the job list.
            var jobs: Result<JobReading, RequestError>?
            /// Whether rows of jobs can tell the numbers of tasks; `nil` before the first read.
            var canCount: Bool?
            var fullReads = 0
            /// Numbers that proved wrong, and corrections of task stores that are no longer in use.
            var otherCorrections = 0
            /// When a full read last became due.
            var lastFullRead: ContinuousClock.Instant?
            var fullReadIsUnderWay = false
            var lastVerification: ContinuousClock.Instant?
        }

        let value: Mutex<Value>

        init(_ value: Value) { self.value = Mutex(value) }
    }

    let slot: CollectorSlot<Tasks>
    private let context: CollectionContext
    private let configuration: CollectorConfiguration
    private let concurrency: Int
    private let state: SharedState

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - client: The cluster to read.
    ///   - context: What the collectors share.
    ///   - configuration: What to collect.
    init(
        _ client: HPCPackClient,
        _ context: CollectionContext,
        _ configuration: CollectorConfiguration
    ) {
        slot = CollectorSlot(.tasks, Session(client, priority: .background), context.logger)
        self.context = context
        self.configuration = configuration
        concurrency = max(1, client.configuration.maxConcurrency - 1)
        let fullInterval = configuration.fullInterval
        state = SharedState(
            SharedState.Value(
                store: Self.emptyStore(configuration),
                breaker: CircuitBreaker(fullInterval: fullInterval, trials: 0),
                countBreaker: CircuitBreaker(fullInterval: fullInterval, trials: 1)
            )
        )
    }

    private static func emptyStore(_ configuration: CollectorConfiguration) -> TaskStore {
        TaskStore(
            countsEnded: configuration.taskJobs == .all,
            interval: configuration.interval
        )
    }

    // MARK: - Following the job list

    /// Plans the next read of the job list.
    func plan(_ queries: JobQueries) -> TaskPlan {
        state.value.withLock { state in
            state.canCount = queries.canCountTasks && queries.listsByState
            var plan = TaskPlan()
            switch configuration.taskSource {
            case .calls: plan.usesCounts = false
            case .counts: plan.usesCounts = state.canCount == true
            case .auto: plan.usesCounts = state.canCount == true && state.countBreaker.isClosed
            }
            // Before the first reading each source begins with it.
            guard configuration.tasks, state.jobs != nil else { return plan }
            plan.isNew = plan.usesCounts != (state.countStore != nil)
            plan.needsFullRead =
                plan.isNew && plan.usesCounts && configuration.taskJobs == .all
            return plan
        }
    }

    /// Follows a read of the job list, also while a round is under way.
    func follow(_ outcome: Result<JobReading, RequestError>) {
        guard configuration.tasks else { return }
        let unreadable = state.value.withLock { state -> Int in
            var unreadable = 0
            if case .success(let reading) = outcome { unreadable = follow(reading, &state) }
            state.jobs = outcome.map { reading in
                // The stores have what follows from the changes.
                var rest = reading
                rest.changes = JobChanges()
                rest.taskCounts = nil
                (rest.active, rest.ended) = ([], [])
                return rest
            }
            return unreadable
        }
        if unreadable > 0 {
            warnOfWrongCounts("\(unreadable) rows do not tell all numbers")
        }
    }

    /// Follows a reading with the store of its source.
    ///
    /// - Returns: The rows that should have told numbers of tasks, and did not.
    private func follow(_ reading: JobReading, _ state: inout SharedState.Value) -> Int {
        guard let counts = reading.taskCounts else {
            state.countStore = nil
            state.store.follow(reading, at: .now)
            return 0
        }
        if state.countStore == nil {
            state.otherCorrections += state.store.corrections
            state.store = Self.emptyStore(configuration)
            state.countStore = TaskCountStore(countsEnded: configuration.taskJobs == .all)
        }
        state.countStore?.follow(reading)
        guard !counts.missing.isEmpty, state.countBreaker.isClosed else { return 0 }
        state.countBreaker.open(at: .now)
        return counts.missing.count
    }

    /// Makes the next round read the tasks of all active jobs, or verify the numbers that rows tell.
    func requestFullRead() {
        state.value.withLock { ($0.lastFullRead, $0.lastVerification) = (nil, nil) }
    }

    /// When the job whose tasks were read longest ago was read; `nil` while rows of jobs tell the numbers.
    var oldestRead: ContinuousClock.Instant? { state.value.withLock { $0.store.oldestRead } }

    // MARK: - Rounds

    func collect() throws(RequestError) -> Collected<Tasks> {
        let jobs: JobReading
        switch state.value.withLock({ $0.jobs }) {
        case .success(let reading): jobs = reading
        case .failure(let error): throw error
        case nil: throw RequestError(.local, .jobs, "the job list was not read yet")
        }
        let (usesCounts, canCount) = state.value.withLock { ($0.countStore != nil, $0.canCount) }
        if configuration.taskSource == .counts, !usesCounts || canCount == false {
            throw RequestError(
                .local,
                .jobs,
                "the server does not tell the numbers of tasks of jobs by state",
                advice: "give --collector.tasks.source=auto"
            )
        }
        if usesCounts { return try collectCounts(jobs) }
        let collected = try collectCalls(jobs)
        tryCounts()
        return collected
    }

    private func collectCalls(_ jobs: JobReading) throws(RequestError) -> Collected<Tasks> {
        let (queries, backlog) = begin(jobs, at: .now)
        defer { state.value.withLock { $0.store.endRound() } }
        if backlog > 1000 {
            context.logger.info(
                "The tasks of ended jobs are read once; tasks are shown when that is done",
                ["jobs": "\(backlog)"]
            )
        }
        let round = TaskRound(state, slot.session, context)
        // The job list shows a job that no longer exists.
        defer { if round.foundMissingJob { context.fullJobRead.make() } }
        try round.run(threads: max(1, min(concurrency, queries)))
        return state.value.withLock { state in
            if state.fullReadIsUnderWay {
                state.fullReads += 1
                state.fullReadIsUnderWay = false
            }
            return collected(state, state.store.counts, jobs)
        }
    }

    private func collected(
        _ state: SharedState.Value,
        _ counts: GroupedCounts<TaskState>,
        _ jobs: JobReading
    ) -> Collected<Tasks> {
        Collected(
            data: Tasks(counts: counts, hasGroups: jobs.hasGroups),
            error: jobs.groupError,
            fullReads: state.fullReads,
            corrections: state.store.corrections + state.otherCorrections
        )
    }

    /// Begins a round of queries.
    private func begin(
        _ jobs: JobReading,
        at now: ContinuousClock.Instant
    ) -> (queries: Int, backlog: Int) {
        state.value.withLock { state in
            if state.lastFullRead.map({ now - $0 >= configuration.fullInterval }) ?? true {
                state.store.requireFullRead()
                state.lastFullRead = now
                state.fullReadIsUnderWay = true
            }
            state.store.changesAreAllowed =
                jobs.newestChange != nil && state.breaker.plan(at: now) == .changes
            return (state.store.beginRound(at: now), state.store.backlogCount)
        }
    }
}

// MARK: - Numbers that rows tell

extension TaskCollector {
    /// The most jobs whose numbers are asked for one by one.
    private static let missingLimit = 20

    private func collectCounts(_ jobs: JobReading) throws(RequestError) -> Collected<Tasks> {
        try readMissingCounts()
        let now = ContinuousClock.now
        let isDue = state.value.withLock { state in
            let isDue =
                state.lastVerification.map { now - $0 >= configuration.fullInterval } ?? true
            if isDue { state.lastVerification = now }
            return isDue
        }
        if isDue { verify() }
        return state.value.withLock { state in
            collected(state, state.countStore?.counts ?? state.store.counts, jobs)
        }
    }

    /// Asks for the numbers of single jobs that no listing brought, because their state changed meanwhile.
    private func readMissingCounts() throws(RequestError) {
        let missing = state.value.withLock { $0.countStore?.missing ?? [] }
        guard missing.count <= Self.missingLimit else {
            throw RequestError(
                .malformed,
                .jobs,
                "GET /jobs: the listings by state lack the numbers of tasks of \(missing.count) jobs"
            )
        }
        let verification = TaskCountVerification(session: slot.session, context: context)
        var rows = TaskCountRows()
        for job in missing.sorted() {
            do throws(RequestError) {
                guard let counts = try verification.told(job) else {
                    throw RequestError(
                        .malformed,
                        .job,
                        "GET /jobs/\(job): the numbers of its tasks by state are not told"
                    )
                }
                rows.add(counts, of: job)
            } catch  where error.mayBeUnknownID {
                state.value.withLock { $0.countStore?.remove(job) }
                context.fullJobRead.make()
            }
        }
        state.value.withLock { $0.countStore?.apply(rows) }
    }

    /// Compares the numbers of some jobs with their tasks, and gives numbers up that prove wrong.
    private func verify() {
        let jobs = state.value.withLock { state in
            state.countStore?.sample(
                TaskCountVerification.jobs,
                tasks: TaskCountVerification.tasks
            ) ?? []
        }
        guard let finding = comparison(of: jobs) else { return }
        guard !finding.mismatches.isEmpty else { return }
        state.value.withLock { state in
            state.otherCorrections += finding.mismatches.count
            if configuration.taskSource == .auto { state.countBreaker.open(at: .now) }
        }
        warnOfWrongCounts(finding.mismatches.joined(separator: ", "))
    }

    /// Compares numbers that were given up with tasks once in a while, and returns to them when they are right.
    private func tryCounts() {
        let jobs = state.value.withLock { state -> [Int64] in
            guard configuration.taskSource == .auto, state.canCount == true,
                state.countBreaker.plan(at: .now) == .trial
            else { return [] }
            return state.store.sample(
                TaskCountVerification.jobs,
                tasks: TaskCountVerification.tasks
            )
        }
        guard !jobs.isEmpty, let finding = comparison(of: jobs), finding.compared > 0 else {
            return
        }
        let isTrusted = state.value.withLock { state in
            state.countBreaker.recordTrial(passed: finding.passed, at: .now)
        }
        if isTrusted {
            context.logger.info("The numbers of tasks that rows tell proved right again")
        }
    }

    /// Compares the numbers of some jobs with their tasks.
    ///
    /// - Returns: What was found; `nil` when a call failed, which costs no number: the next round tries again, unless
    ///   the account may not see the tasks.
    private func comparison(of jobs: [Int64]) -> TaskCountVerification.Finding? {
        do throws(RequestError) {
            return try TaskCountVerification(session: slot.session, context: context).run(jobs)
        } catch {
            if error.cause != .status(403) {
                state.value.withLock { $0.lastVerification = nil }
            }
            context.logger.warn(
                "The numbers of tasks that rows tell could not be verified",
                ["error": error.description]
            )
            return nil
        }
    }

    private func warnOfWrongCounts(_ finding: String) {
        context.logger.warn(
            configuration.taskSource == .auto
                ? "The numbers of tasks that rows of jobs tell proved wrong; the tasks of each job are read for now"
                : "The numbers of tasks that rows of jobs tell proved wrong",
            ["finding": finding]
        )
    }
}
