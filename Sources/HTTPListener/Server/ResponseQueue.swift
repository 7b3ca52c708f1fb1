import Basics
import CSockets
import Glibc

/// Carries responses, and the request to stop, from any thread to the event loop.
final class ResponseQueue: Sendable {
    /// A response and the exchange to which it belongs.
    struct Item: Sendable {
        let exchange: ExchangeState
        let response: HTTPResponse
        /// The earliest moment to send it; `nil` for at once.
        let due: ContinuousClock.Instant?
    }

    /// What was added since the event loop looked last.
    struct Contents: Sendable {
        var items: [Item] = []
        /// The moment by which the server must have stopped; `nil` without a request to stop.
        var stopDeadline: ContinuousClock.Instant?

        var isEmpty: Bool { items.isEmpty && stopDeadline == nil }
    }

    private struct State: Sendable {
        var contents = Contents()
        /// Whether the event loop waits, so that it must be woken up.
        var isWaiting = false
    }

    private let state = Mutex(State())
    private let wakeup: WakeupEvent

    /// Creates an empty queue.
    ///
    /// - Throws: An error when the system has no descriptor left.
    init() throws(ListenerError) { wakeup = try WakeupEvent() }

    /// The descriptor that becomes readable when something is added while the event loop waits.
    var descriptor: Int32 { wakeup.descriptor }

    /// Adds a response.
    func append(_ item: Item) { update { $0.items.append(item) } }

    /// Adds the request to stop; of several the earliest deadline counts.
    func stop(by deadline: ContinuousClock.Instant) {
        update { $0.stopDeadline = min($0.stopDeadline ?? deadline, deadline) }
    }

    private func update(_ body: (inout Contents) -> Void) {
        let wasWaiting = state.withLock { state in
            body(&state.contents)
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if wasWaiting { wakeup.signal() }
    }

    /// Removes and returns everything.
    func removeAll() -> Contents {
        state.withLock { state in
            defer { state.contents = Contents() }
            return state.contents
        }
    }

    /// Announces that the event loop is about to wait.
    ///
    /// - Returns: Whether it may; `false` when there is something in the queue.
    func beginWaiting() -> Bool {
        state.withLock { state in
            state.isWaiting = state.contents.isEmpty
            return state.isWaiting
        }
    }

    /// Announces that the event loop no longer waits.
    func endWaiting() {
        let wasSignaled = state.withLock { state in
            defer { state.isWaiting = false }
            return !state.isWaiting
        }
        if wasSignaled { wakeup.reset() }
    }
}

/// A descriptor that wakes up a thread in `poll`, from any thread (eventfd(2)).
private struct WakeupEvent: ~Copyable, Sendable {
    private let event: Descriptor

    /// The descriptor's number, readable from a signal on until ``reset()``.
    var descriptor: Int32 { event.number }

    /// Creates an event that is not signaled.
    ///
    /// - Throws: An error when the system has no descriptor left.
    init() throws(ListenerError) {
        // The flags of eventfd are those of socket.
        let opened = Descriptor(owning: eventfd(0, SystemCall.nonBlocking | SystemCall.closeOnExec))
        guard let event = opened else {
            let reason = SystemCall.text(errno)
            throw ListenerError(code: .system, message: "cannot create an eventfd: \(reason)")
        }
        self.event = event
    }

    /// Makes the descriptor readable.
    func signal() {
        var one: UInt64 = 1
        // It fails only when the counter is full, and then the descriptor is readable already.
        _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the descriptor unreadable.
    func reset() {
        var count: UInt64 = 0
        // It fails only when the event is not signaled.
        _ = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}
