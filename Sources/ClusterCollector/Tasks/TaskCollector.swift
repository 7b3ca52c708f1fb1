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

/// Collects the tasks of jobs, and asks only for those that can have changed.
///
/// Task calls are many, so their requests yield to those of the other collectors.
final class TaskCollector: Collector {
    /// What the threads of a round share with the thread that follows the job list.
    final class SharedState: Sendable {
        struct Value {
            var store: TaskStore
            var breaker: CircuitBreaker
            /// The outcome of the newest read of the job list.
            var jobs: Result<JobReading, RequestError>?
            var fullReads = 0
            /// When a full read last became due.
            var lastFullRead: ContinuousClock.Instant?
            var fullReadIsUnderWay = false
        }

        let value: Mutex<Value>

        init(_ value: Value) { self.value = Mutex(value) }
    }

    let slot: CollectorSlot<Tasks>
    private let context: CollectionContext
    private let fullInterval: Duration
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
        fullInterval = configuration.fullInterval
        concurrency = max(1, client.configuration.maxConcurrency - 1)
        let store = TaskStore(
            countsEnded: configuration.taskJobs == .all,
            interval: configuration.interval
        )
        let breaker = CircuitBreaker(fullInterval: configuration.fullInterval, trials: 0)
        state = SharedState(SharedState.Value(store: store, breaker: breaker))
    }

    /// Follows a read of the job list, also while a round is under way.
    func follow(_ outcome: Result<JobReading, RequestError>) {
        state.value.withLock { state in
            if case .success(let reading) = outcome { state.store.follow(reading, at: .now) }
            state.jobs = outcome.map { reading in
                // The store has what follows from the changes.
                var rest = reading
                rest.changes = JobChanges()
                (rest.active, rest.ended) = ([], [])
                return rest
            }
        }
    }

    /// Makes the next round read the tasks of all active jobs.
    func requestFullRead() { state.value.withLock { $0.lastFullRead = nil } }

    /// When the job whose tasks were read longest ago was read.
    var oldestRead: ContinuousClock.Instant? { state.value.withLock { $0.store.oldestRead } }

    func collect() throws(RequestError) -> Collected<Tasks> {
        let jobs: JobReading
        switch state.value.withLock({ $0.jobs }) {
        case .success(let reading): jobs = reading
        case .failure(let error): throw error
        case nil: throw RequestError(.local, .jobs, "the job list was not read yet")
        }
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
            return Collected(
                data: Tasks(counts: state.store.counts, hasGroups: jobs.hasGroups),
                error: jobs.groupError,
                fullReads: state.fullReads,
                corrections: state.store.corrections
            )
        }
    }

    /// Begins a round of queries.
    private func begin(
        _ jobs: JobReading,
        at now: ContinuousClock.Instant
    ) -> (queries: Int, backlog: Int) {
        state.value.withLock { state in
            if state.lastFullRead.map({ now - $0 >= fullInterval }) ?? true {
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
