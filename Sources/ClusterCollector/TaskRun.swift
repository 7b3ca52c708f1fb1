import Basics
import HPCPackClient
import Logging

/// The tasks' part of one round; several sessions take their next question from it.
///
/// Each answer that came whole is taken in at once: a round that fails on the way has not read in vain.
final class TaskRun: Sendable {
    private struct State {
        var next = 0
        var error: RequestError?
        /// A job that had not ended is gone.
        var foundJobsMissing = false
    }

    private let collector: TaskCollector
    private let asks: [TaskAsk]
    private let mark: UInt32
    private let began: ContinuousClock.Instant
    private let backlogTime: Duration
    private let context: RoundContext
    private let state = Mutex(State())

    init(
        _ collector: TaskCollector,
        _ asks: [TaskAsk],
        mark: UInt32,
        began: ContinuousClock.Instant,
        backlogTime: Duration,
        _ context: RoundContext
    ) {
        self.collector = collector
        self.asks = asks
        self.mark = mark
        self.began = began
        self.backlogTime = backlogTime
        self.context = context
    }

    /// How many questions there are.
    var count: Int { asks.count }

    /// Whether a job that the job list still showed as active is gone.
    var foundJobsMissing: Bool { state.withLock { $0.foundJobsMissing } }

    /// Asks until nothing is left or something fails: after a failure no other session asks further.
    func work(_ session: Session) {
        while let ask = next() {
            do {
                try read(ask, session)
            } catch {
                state.withLock { $0.error = $0.error ?? error }
            }
        }
    }

    /// Ends the run.
    ///
    /// - Throws: The first failure, or that ended jobs are still to be read.
    func end() throws(RequestError) {
        let (error, done) = state.withLock { ($0.error, $0.next) }
        if let error { throw error }
        guard done < asks.count else { return }
        throw RequestError(
            .limit,
            .tasks,
            "the tasks of \(asks.count - done) ended jobs are still to be read for the first time; "
                + "the next rounds go on, and tasks are shown when they are done"
        )
    }

    private func next() -> TaskAsk? {
        state.withLock { state in
            guard state.error == nil, state.next < asks.count else { return nil }
            let ask = asks[state.next]
            // A backlog of hundreds of thousands of ended jobs must not keep the next round from starting.
            guard !ask.hasEnded || ContinuousClock.now - began < backlogTime else { return nil }
            state.next += 1
            return ask
        }
    }

    private func read(_ ask: TaskAsk, _ session: Session) throws(RequestError) {
        guard ask.from != nil else {
            try readAll(ask, session)
            return
        }
        let stage: TaskStage
        do {
            stage = try list(ask, session)
        } catch  where error.mayBeRefusedFilter {
            if try readAll(ask.forAll, session) { noteStrike(error.description) }
            return
        }
        if stage.rowsBefore > 0 {
            let tasks = collector.state.withLock { $0.ledger.tasks(of: ask.job) }
            // An answer by local time may hold some rows from before; one that holds most is no answer.
            if stage.count * 2 >= tasks {
                suspend("the server lists all tasks when asked for changed ones")
                try readAll(ask.forAll, session)
                return
            }
        }
        take(ask, stage)
    }

    /// Reads all tasks of a job; one that went after the job list was read has none any more.
    ///
    /// - Returns: Whether the job is still there.
    @discardableResult
    private func readAll(_ ask: TaskAsk, _ session: Session) throws(RequestError) -> Bool {
        do {
            take(ask, try list(ask, session))
            return true
        } catch  where error.mayBeUnknownID {
            guard try session.holdsJob(ask.job) else {
                collector.state.withLock { $0.ledger.drop(ask.job) }
                if !ask.hasEnded { state.withLock { $0.foundJobsMissing = true } }
                return false
            }
            throw error
        }
    }

    private func list(_ ask: TaskAsk, _ session: Session) throws(RequestError) -> TaskStage {
        let stage = TaskStage(context, from: ask.from)
        try session.tasks(of: ask.job, changedFrom: ask.from, into: stage)
        guard stage.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .tasks,
                "GET /jobs/\(ask.job)/tasks: \(stage.rowsWithoutID) rows have no usable TaskId, so tasks cannot be counted"
            )
        }
        return stage
    }

    private func take(_ ask: TaskAsk, _ stage: TaskStage) {
        let wrong = collector.state.withLock { state in
            if ask.from != nil { state.trust.noteAnswer() }
            let finding = state.ledger.take(ask, stage, mark: mark, asked: began)
            return state.trust.isTrusted ? finding.provesWrong : 0
        }
        if wrong > 0 { suspend("\(wrong) tasks of a job were left wrong") }
    }

    private func noteStrike(_ finding: String) {
        let ended = collector.state.withLock { $0.trust.noteStrike(at: .now) }
        if ended { tellSuspended(finding) }
    }

    private func suspend(_ finding: String) {
        let ended = collector.state.withLock { $0.trust.isTrusted && $0.trust.suspend(at: .now) }
        if ended { tellSuspended(finding) }
    }

    private func tellSuspended(_ finding: String) {
        context.logger.warn(
            "Reading changed tasks only proved wrong; all tasks of a job are read for now",
            ["finding": finding]
        )
    }
}
