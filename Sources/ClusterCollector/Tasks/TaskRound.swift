import Basics
import HPCPackClient
import Logging

/// One round of task queries, shared by the threads that ask.
///
/// Each complete answer is applied at once, so that a round that fails on the way has not read in vain.
final class TaskRound: Sendable {
    private struct Progress {
        var error: RequestError?
        var foundMissingJob = false
    }

    private let state: TaskCollector.SharedState
    private let session: Session
    private let context: CollectionContext
    private let progress = Mutex(Progress())

    init(_ state: TaskCollector.SharedState, _ session: Session, _ context: CollectionContext) {
        self.state = state
        self.session = session
        self.context = context
    }

    /// Whether a job no longer exists that the job list still showed as active.
    var foundMissingJob: Bool { progress.withLock { $0.foundMissingJob } }

    /// Asks on a number of threads, this one among them, until nothing is left.
    ///
    /// - Throws: The first failure; no thread begins another query after it.
    func run(threads count: Int) throws(RequestError) {
        // At the limit of threads the round goes on with fewer.
        let helpers = (1..<count).compactMap { _ in try? JoinableThread { self.work() } }
        work()
        for helper in helpers { helper.join() }
        if let error = progress.withLock({ $0.error }) { throw error }
    }

    private func work() {
        while progress.withLock({ $0.error == nil }),
            let query = state.value.withLock({ $0.store.nextQuery(at: .now) })
        {
            do {
                try read(query)
            } catch {
                progress.withLock { $0.error = $0.error ?? error }
            }
        }
    }

    private func read(_ query: TaskQuery) throws(RequestError) {
        guard query.start != nil else {
            try readAll(query)
            return
        }
        let listing: TaskListing
        do {
            listing = try list(query)
        } catch  where error.mayBeRefusedFilter {
            if try readAll(query.forAllTasks) { recordFailure(error.description) }
            return
        }
        if listing.rowsBeforeStart > 0 {
            let known = state.value.withLock { $0.store.taskCount(of: query.job) }
            // A filter by local time brings some earlier rows; a listing with most of the tasks is not filtered.
            if listing.count * 2 >= known {
                openBreaker("the server lists all tasks when asked for changed ones")
                try readAll(query.forAllTasks)
                return
            }
        }
        apply(listing, to: query)
    }

    /// Reads all tasks of a job; a job that went after the job list was read has none any more.
    ///
    /// - Returns: Whether the job still exists.
    @discardableResult
    private func readAll(_ query: TaskQuery) throws(RequestError) -> Bool {
        do {
            apply(try list(query), to: query)
            return true
        } catch  where error.mayBeUnknownID {
            guard try session.holdsJob(query.job) else {
                state.value.withLock { $0.store.remove(query.job) }
                if !query.jobHasEnded { progress.withLock { $0.foundMissingJob = true } }
                return false
            }
            throw error
        }
    }

    private func list(_ query: TaskQuery) throws(RequestError) -> TaskListing {
        let listing = TaskListing(context, from: query.start)
        try session.tasks(of: query.job, changedFrom: query.start, into: listing)
        guard listing.rowsWithoutID == 0 else {
            throw RequestError(
                .malformed,
                .tasks,
                "GET /jobs/\(query.job)/tasks: \(listing.rowsWithoutID) rows have no usable TaskId, so tasks cannot be counted"
            )
        }
        return listing
    }

    private func apply(_ listing: TaskListing, to query: TaskQuery) {
        let missed = state.value.withLock { state in
            if query.start != nil { state.breaker.recordSuccess() }
            let finding = state.store.apply(listing, to: query, at: .now)
            return state.breaker.isClosed ? finding.missedChanges : 0
        }
        if missed > 0 { openBreaker("\(missed) tasks of a job were left wrong") }
    }

    private func recordFailure(_ finding: String) {
        if state.value.withLock({ $0.breaker.recordFailure(at: .now) }) {
            warnOfWrongChanges(finding)
        }
    }

    private func openBreaker(_ finding: String) {
        if state.value.withLock({ $0.breaker.isClosed && $0.breaker.open(at: .now) }) {
            warnOfWrongChanges(finding)
        }
    }

    private func warnOfWrongChanges(_ finding: String) {
        context.logger.warn(
            "Reading changed tasks only proved wrong; all tasks of a job are read for now",
            ["finding": finding]
        )
    }
}
