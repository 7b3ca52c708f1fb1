import Basics

/// The threads that talk to the head nodes, one session each: never more requests at once than threads.
///
/// Blocking work has threads of its own, so that nothing blocks the cooperative pool. The threads and
/// their connections live as long as the pool.
public final class SessionPool: Sendable {
    /// A piece of work, done on one of the threads.
    public typealias Work = @Sendable (Session) -> Void

    private let shared: Shared
    private let threads: [JoinableThread]

    /// Starts the threads.
    ///
    /// - Parameter client: What the sessions read; `maxConcurrency` is the number of threads.
    public init(_ client: HPCPackClient) {
        let shared = Shared()
        self.shared = shared
        threads = (0..<client.configuration.maxConcurrency).map { _ in
            JoinableThread {
                let session = Session(client)
                while shared.run(with: session) {}
            }
        }
    }

    deinit { shared.close() }

    /// Ends the threads and waits until they have ended; without work under way that is at once.
    public func close() {
        shared.close()
        for thread in threads { thread.join() }
    }

    /// How many pieces of work can run at once.
    public var width: Int { threads.count }

    /// Adds work; the work itself may add more.
    public func add(_ work: @escaping Work) { shared.add(work) }

    /// Waits until all work is done, also what the work itself added.
    public func drain() { shared.drain() }

    /// The queue between the callers and the threads.
    private final class Shared: Sendable {
        private struct State: ~Copyable {
            var queue: [Work] = []
            var unfinished = 0
            var isClosed = false
        }

        private let state = Monitor(State())

        func add(_ work: @escaping Work) {
            state.withLock { state in
                state.queue.append(work)
                state.unfinished += 1
            }
        }

        /// Does a piece of work; returns whether there may be more.
        func run(with session: Session) -> Bool {
            // The work has gone before it is told to be done: it may hold what its maker is about to let go.
            do {
                guard let work = next() else { return false }
                work(session)
            }
            state.withLock { $0.unfinished -= 1 }
            return true
        }

        private func next() -> Work? {
            state.wait(until: { $0.isClosed || !$0.queue.isEmpty }) { state in
                state.queue.isEmpty ? nil : state.queue.removeFirst()
            }
        }

        func drain() { state.wait(until: { $0.unfinished == 0 }) { _ in } }

        func close() { state.withLock { $0.isClosed = true } }
    }
}
