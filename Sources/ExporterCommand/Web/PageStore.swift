import Basics
import HTTPListener

/// The pages as of one moment, ready to be sent.
struct RenderedPage: Sendable {
    /// The metrics.
    let metrics: EncodedPage
    /// Whether the first round has ended.
    let isReady: Bool
    /// Renders the status page of the same moment; done on request, as few requests ask for it.
    let status: @Sendable () -> [UInt8]
}

/// The latest page, and the scrapes that wait for the first round to end.
final class PageStore: Sendable {
    /// A scrape that waits.
    struct Waiter: Sendable {
        let exchange: HTTPExchange
        /// When to answer with what there is.
        let deadline: ContinuousClock.Instant
        let answer: @Sendable (RenderedPage) -> Void
    }

    private struct State {
        var page: RenderedPage
        var waiters: [Waiter] = []
    }

    private let state: Mutex<State>

    private let onReady: @Sendable () -> Void

    /// Creates a store.
    ///
    /// - Parameters:
    ///   - page: The page to begin with.
    ///   - onReady: Called once the first ready page has replaced one that was not.
    init(_ page: RenderedPage, onReady: @escaping @Sendable () -> Void = {}) {
        state = Mutex(State(page: page))
        self.onReady = onReady
    }

    /// The latest page.
    var current: RenderedPage { state.withLock { $0.page } }

    /// Replaces the page; a ready one answers the scrapes that wait.
    func publish(_ page: RenderedPage) {
        let (served, isFirst) = state.withLock { state -> ([Waiter], Bool) in
            let isFirst = page.isReady && !state.page.isReady
            state.page = page
            guard page.isReady else { return ([], false) }
            defer { state.waiters = [] }
            return (state.waiters, isFirst)
        }
        for waiter in served { waiter.answer(page) }
        if isFirst { onReady() }
    }

    /// Answers a scrape at once when the page is ready, else when it becomes so or the deadline comes.
    ///
    /// - Returns: Whether the scrape waits.
    func answer(_ waiter: Waiter) -> Bool {
        let ready = state.withLock { state -> RenderedPage? in
            if state.page.isReady { return state.page }
            state.waiters.append(waiter)
            return nil
        }
        if let ready { waiter.answer(ready) }
        return ready == nil
    }

    /// The earliest deadline of the scrapes that wait.
    var nextDeadline: ContinuousClock.Instant? {
        state.withLock { $0.waiters.map(\.deadline).min() }
    }

    /// Answers the scrapes whose deadline has come with the latest page, and drops those that were disconnected.
    func expire(at now: ContinuousClock.Instant) {
        let (due, page) = state.withLock { state in
            let due = state.waiters.filter { $0.deadline <= now }
            state.waiters.removeAll { $0.deadline <= now || !$0.exchange.isOpen }
            return (due, state.page)
        }
        for waiter in due { waiter.answer(page) }
    }
}
