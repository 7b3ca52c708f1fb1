import Basics

/// The thread that makes pages: after a round, on progress in the first one, and when data gets too old.
final class Publisher: Sendable {
    private struct State {
        var isDue = false
        var isStopped = false
        var hasWaiter = false
    }

    /// Commits within this time share a page.
    private static let coalescingTime: Duration = .milliseconds(100)

    private let state = Monitor(State())
    private let store: SnapshotStore
    private let render: @Sendable () -> Snapshot
    private let nextExpiry: @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?

    /// Makes a publisher; `start` starts it.
    ///
    /// - Parameters:
    ///   - store: Takes the pages.
    ///   - nextExpiry: When what is shown now must be made anew.
    ///   - render: Makes a page as of now.
    init(
        _ store: SnapshotStore,
        nextExpiry: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?,
        render: @escaping @Sendable () -> Snapshot
    ) {
        self.store = store
        self.nextExpiry = nextExpiry
        self.render = render
    }

    /// Starts the thread.
    func start() { Thread.start { self.run() } }

    /// Asks for a new page.
    func publish() { state.withLock { $0.isDue = true } }

    /// Tells that a scrape waits, so that its deadline is heeded.
    func noteWaiter() { state.withLock { $0.hasWaiter = true } }

    /// Ends the thread.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits for the collectors that commit at about the same time, unless a scrape waits for the first rounds.
    private func awaitFurtherCommits() {
        guard store.current.isReady else { return }
        state.wait(deadline: .now + Self.coalescingTime, until: { $0.isStopped || $0.hasWaiter }) {
            $0.isDue = false
        }
    }

    private func run() {
        var expiry = nextExpiry(.now)
        while true {
            let deadline = [expiry, store.nextDeadline].compactMap { $0 }.min()
            let (isDue, isStopped) = state.wait(
                deadline: deadline,
                until: { $0.isDue || $0.isStopped || $0.hasWaiter }
            ) { state in
                defer {
                    state.isDue = false
                    state.hasWaiter = false
                }
                return (state.isDue, state.isStopped)
            }
            if isStopped { return }
            if isDue { awaitFurtherCommits() }
            let now = ContinuousClock.now
            // A moment later, so that what expires at `expiry` is older than its bound by then.
            if isDue || expiry.map({ $0 < now }) ?? false {
                store.publish(render())
                expiry = nextExpiry(.now).map { $0 + .milliseconds(1) }
            }
            store.expire(at: now)
        }
    }
}
