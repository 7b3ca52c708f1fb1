import Basics

/// The thread that renders the page when it is asked to, and when data on it expires.
final class PageRenderer: Sendable {
    private struct State {
        var isRequested = false
        var isStopped = false
        var hasNewWaiter = false
    }

    /// Requests within this time share a page.
    private static let coalescingTime: Duration = .milliseconds(100)

    private let state = Monitor(State())
    private let store: PageStore
    private let render: @Sendable () -> RenderedPage
    private let nextExpiry: @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?

    /// Creates a renderer, to be started by `start()`.
    ///
    /// - Parameters:
    ///   - store: Where the pages go.
    ///   - nextExpiry: When the data of a page that is rendered at a given moment expires; `nil` for never.
    ///   - render: Renders a page as of now.
    init(
        _ store: PageStore,
        nextExpiry: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?,
        render: @escaping @Sendable () -> RenderedPage
    ) {
        self.store = store
        self.nextExpiry = nextExpiry
        self.render = render
    }

    /// Starts the thread.
    func start() throws(ThreadError) { try Thread.start { self.run() } }

    /// Asks for a new page.
    func request() { state.withLock { $0.isRequested = true } }

    /// Takes the deadline of a scrape that waits in the store into account.
    func noteWaiter() { state.withLock { $0.hasNewWaiter = true } }

    /// Ends the thread; it publishes no further page.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits for the collectors that commit at about the same time, unless a scrape waits for the first rounds.
    private func awaitFurtherRequests() {
        guard store.current.isReady else { return }
        state.wait(deadline: .now + Self.coalescingTime, until: { $0.isStopped || $0.hasNewWaiter })
        {
            $0.isRequested = false
        }
    }

    private func run() {
        var expiry = nextExpiry(.now)
        while true {
            let deadline = [expiry, store.nextDeadline].compactMap { $0 }.min()
            let before = state.wait(
                deadline: deadline,
                until: { $0.isRequested || $0.isStopped || $0.hasNewWaiter }
            ) { state in
                defer { state = State(isStopped: state.isStopped) }
                return state
            }
            if before.isStopped { return }
            if before.isRequested { awaitFurtherRequests() }
            let now = ContinuousClock.now
            if before.isRequested || expiry.map({ $0 < now }) ?? false {
                store.publish(render())
                // A millisecond later, the data is older than its limit and not just as old.
                expiry = nextExpiry(.now).map { $0 + .milliseconds(1) }
            }
            store.expire(at: now)
        }
    }
}
