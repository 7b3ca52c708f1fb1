import Basics

/// Where answers and the wish to stop wait for the server's thread.
final class Mailbox: Sendable {
    /// An answer and the exchange it belongs to.
    struct Delivery: Sendable {
        let ticket: ExchangeTicket
        let answer: Answer
    }

    /// What has come in since the last look.
    struct Post: Sendable {
        var deliveries: [Delivery] = []
        /// The moment by which the server must have stopped.
        var stopBy: ContinuousClock.Instant?
    }

    private struct State: Sendable {
        var post = Post()
        var hasNews = false
        var isAsleep = false
    }

    private let state = Mutex(State())

    /// Rings when something comes in while the server's thread waits.
    let bell: Bell

    /// Creates an empty mailbox.
    ///
    /// - Throws: An error when the system has no descriptor left.
    init() throws(ListenerError) {
        bell = try Bell()
    }

    /// Puts in an answer.
    func post(_ answer: Answer, for ticket: ExchangeTicket) {
        change { $0.deliveries.append(Delivery(ticket: ticket, answer: answer)) }
    }

    /// Puts in the wish to stop; the earliest moment counts.
    func stop(by moment: ContinuousClock.Instant) {
        change { $0.stopBy = min($0.stopBy ?? moment, moment) }
    }

    private func change(_ body: (inout Post) -> Void) {
        let mustRing = state.withLock { state in
            body(&state.post)
            state.hasNews = true
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if mustRing { bell.ring() }
    }

    /// Takes out all that has come in; the wish to stop stays.
    func take() -> Post {
        state.withLock { state in
            defer { state.post.deliveries = [] }
            state.hasNews = false
            return state.post
        }
    }

    /// Says that the server's thread is about to wait.
    ///
    /// - Returns: Whether it may; when something has come in, it must look first.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = !state.hasNews
            return state.isAsleep
        }
    }

    /// Says that the server's thread waits no more, so nobody need ring.
    func wakeUp() {
        let rang = state.withLock { state in
            defer { state.isAsleep = false }
            return !state.isAsleep
        }
        if rang { bell.silence() }
    }
}
