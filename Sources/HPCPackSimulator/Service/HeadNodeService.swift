import Basics
import HTTPListener

/// The sockets of one head node, which can be stopped and brought back.
final class HeadNodeService: Sendable {
    private enum State: Sendable {
        case alive(HTTPServer)
        /// The server that has stopped or is about to.
        case dead(HTTPServer)
        case ended(HTTPServer)
    }

    /// The number of the head node, from 1 on.
    let number: Int
    /// The addresses as bound, to which it also returns.
    let addresses: [SocketAddress]
    private let makeServer: @Sendable ([SocketAddress]) throws(ListenerError) -> HTTPServer
    private let state: Mutex<State>

    /// Cancelled when the service ends for good.
    private let ending = Cancellation()

    /// How long a head node tries to bind its addresses again, and how often.
    private static let bindTimeout = Duration.seconds(30)
    private static let bindInterval = Duration.milliseconds(50)

    /// Binds the addresses; requests are answered after ``start()``.
    init(
        number: Int,
        addresses: [SocketAddress],
        makeServer: @escaping @Sendable ([SocketAddress]) throws(ListenerError) -> HTTPServer
    ) throws(ListenerError) {
        let server = try makeServer(addresses)
        self.number = number
        self.addresses = server.addresses
        self.makeServer = makeServer
        state = Mutex(.alive(server))
    }

    /// Whether requests are answered.
    var isAlive: Bool {
        state.withLock { if case .alive = $0 { true } else { false } }
    }

    func start() throws(ThreadError) {
        try state.withLock { (state) throws(ThreadError) in
            if case .alive(let server) = state { try server.start() }
        }
    }

    /// Resets every connection and accepts no new ones; does nothing when dead already.
    ///
    /// - Parameter time: When to return; `nil` for never by itself.
    func die(returningAfter time: Duration?) {
        let dying: HTTPServer? = state.withLock { state in
            guard case .alive(let server) = state else { return nil }
            state = .dead(server)
            return server
        }
        guard let dying else { return }
        dying.stop(within: .zero)
        guard let time else { return }
        // Without a thread it stays dead until it is told to come back.
        try? Thread.start {
            guard self.ending.wait(for: time) else { return }
            let last = ContinuousClock.now + Self.bindTimeout
            // Another program may have bound the port meanwhile.
            while !self.comeBack(after: dying), ContinuousClock.now < last,
                self.ending.wait(for: Self.bindInterval)
            {}
        }
    }

    /// Listens again; does nothing when alive.
    ///
    /// - Returns: Whether requests are answered now, or the service has ended for good.
    func comeBack() -> Bool {
        let dead: HTTPServer? = state.withLock {
            if case .dead(let server) = $0 { server } else { nil }
        }
        return dead.map(comeBack) ?? true
    }

    private func comeBack(after dead: HTTPServer) -> Bool {
        dead.join()
        return state.withLock { state in
            // Another thread may have brought it back meanwhile, and it may be dead again.
            guard case .dead(let current) = state, current === dead else { return true }
            guard let server = try? makeServer(addresses), (try? server.start()) != nil else {
                return false
            }
            state = .alive(server)
            return true
        }
    }

    /// Ends for good.
    func stop() {
        ending.cancel()
        state.withLock { state in
            switch state {
            case .alive(let server):
                server.stop(within: .seconds(1))
                state = .ended(server)
            case .dead(let server): state = .ended(server)
            case .ended: break
            }
        }
    }

    /// Waits for the end after ``stop()``.
    func join() {
        let last = state.withLock { state in
            switch state {
            case .alive(let server), .dead(let server), .ended(let server): server
            }
        }
        last.join()
    }
}
