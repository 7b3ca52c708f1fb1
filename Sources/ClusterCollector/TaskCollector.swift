import Basics
import HPCPackClient

/// Keeps the tasks of jobs, asking only for those that can have changed; several jobs at once.
final class TaskCollector: Sendable {
    struct State {
        var ledger: TaskLedger
        var trust: IncrementalTrust
        var fullReads = 0
        /// When a full read last came due.
        var lastFullRead: ContinuousClock.Instant?
        /// Whether the full read that came due is still to end.
        var isFullUnderWay = false
    }

    let state: Mutex<State>
    private let fullInterval: Duration
    private let backlogTime: Duration

    init(_ configuration: CollectorConfiguration) {
        fullInterval = configuration.fullInterval
        backlogTime = configuration.interval
        state = Mutex(
            State(
                ledger: TaskLedger(countsEnded: configuration.taskJobs == .all),
                trust: IncrementalTrust(fullInterval: configuration.fullInterval, trials: 0)
            )
        )
    }

    /// Follows a read of the jobs and says what to ask for.
    ///
    /// - Parameters:
    ///   - reading: What the read of the jobs came to.
    ///   - context: What the collectors of the round share.
    /// - Returns: The work of the round, for several sessions.
    func begin(_ reading: JobCollector.Reading, _ context: RoundContext) -> TaskRun {
        let now = ContinuousClock.now
        let (asks, asksChanges) = state.withLock { state in
            state.ledger.follow(reading, at: now)
            if state.lastFullRead.map({ now - $0 >= fullInterval }) ?? true {
                state.ledger.requireAll()
                state.lastFullRead = now
                state.isFullUnderWay = true
            }
            let asksChanges = reading.mark != nil && state.trust.plan(at: now) == .changes
            return (state.ledger.asks(reading.active, asksChanges: asksChanges), asksChanges)
        }
        return TaskRun(
            self,
            asks,
            mark: asksChanges ? reading.mark ?? 0 : 0,
            began: now,
            backlogTime: backlogTime,
            context
        )
    }

    /// Lets the next round read the tasks of all active jobs.
    func requestFullRead() { state.withLock { $0.lastFullRead = nil } }

    /// Ends a round in which everything was read that was asked for.
    ///
    /// - Returns: The counts over all jobs, and what full reads came to so far.
    func finish() -> (counts: GroupedCounts<TaskState>, fullReads: Int, corrections: Int) {
        state.withLock { state in
            if state.isFullUnderWay {
                state.fullReads += 1
                state.isFullUnderWay = false
            }
            return (state.ledger.counts, state.fullReads, state.ledger.corrections)
        }
    }
}
