import Basics
import HTTPListener

/// The latest snapshot, and the scrapes that wait for the first round.
final class SnapshotStore: Sendable {
    /// A scrape that waits.
    struct Waiter: Sendable {
        let exchange: HTTPExchange
        let deadline: ContinuousClock.Instant
        let answer: @Sendable (Snapshot) -> Void
    }

    private struct State {
        var snapshot: Snapshot
        var waiters: [Waiter] = []
    }

    private let state: Mutex<State>

    init(_ snapshot: Snapshot) { state = Mutex(State(snapshot: snapshot)) }

    /// The latest snapshot: a copy of references.
    var current: Snapshot { state.withLock { $0.snapshot } }

    /// Puts a snapshot in the place of the last one, and answers whoever waited for a ready one.
    func publish(_ snapshot: Snapshot) {
        let served = state.withLock { state in
            state.snapshot = snapshot
            guard snapshot.isReady else { return [Waiter]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in served { waiter.answer(snapshot) }
    }

    /// Answers at once when a first round has ended, else when it ends or when the deadline comes.
    ///
    /// - Returns: Whether the scrape waits.
    func answer(_ waiter: Waiter) -> Bool {
        let ready = state.withLock { state -> Snapshot? in
            if state.snapshot.isReady { return state.snapshot }
            state.waiters.append(waiter)
            return nil
        }
        if let ready { waiter.answer(ready) }
        return ready == nil
    }

    /// The first deadline of those that wait.
    var nextDeadline: ContinuousClock.Instant? {
        state.withLock { $0.waiters.map(\.deadline).min() }
    }

    /// Answers those whose time is over with what there is, and forgets those who have gone.
    func expire(at now: ContinuousClock.Instant) {
        let (due, snapshot) = state.withLock { state in
            let due = state.waiters.filter { $0.deadline <= now }
            state.waiters.removeAll { $0.deadline <= now || !$0.exchange.isOpen }
            return (due, state.snapshot)
        }
        for waiter in due { waiter.answer(snapshot) }
    }
}
