import Basics

/// Runs a round each interval, one after the other, on a thread of its own.
///
/// A round that takes longer than the interval delays the next one; rounds never overlap. Time is the
/// continuous clock's, so a wall clock that steps neither stops nor doubles rounds.
final class Rounds: Sendable {
    private struct State {
        var isStopped = false
        var isKicked = false
        var isRunning = false
    }

    private let state = Monitor(State())
    private let interval: Duration
    private let round: @Sendable () -> Void

    /// Makes rounds; `start` starts them.
    ///
    /// - Parameters:
    ///   - interval: From the start of one to the start of the next.
    ///   - round: Does one round; blocks until it has ended.
    init(every interval: Duration, _ round: @escaping @Sendable () -> Void) {
        self.interval = interval
        self.round = round
    }

    /// Starts the thread, with a first round at once; does nothing once stopped.
    func start() {
        let isStopped = state.withLock { state in
            state.isRunning = !state.isStopped
            return state.isStopped
        }
        if !isStopped { Thread.start { self.run() } }
    }

    /// Begins the next round as soon as no other runs.
    func kick() { state.withLock { $0.isKicked = true } }

    /// Lets no further round begin.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits until the last round has ended.
    ///
    /// - Parameter time: How long to wait.
    /// - Returns: Whether it has.
    func join(within time: Duration) -> Bool {
        state.wait(deadline: .now + time, until: { !$0.isRunning }) { !$0.isRunning }
    }

    private func run() {
        defer { state.withLock { $0.isRunning = false } }
        while true {
            let start = ContinuousClock.now
            round()
            let isStopped = state.wait(
                deadline: start + interval,
                until: { $0.isStopped || $0.isKicked }
            ) { state in
                state.isKicked = false
                return state.isStopped
            }
            if isStopped { return }
        }
    }
}
