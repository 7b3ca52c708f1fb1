import Basics
import HTTPListener

/// The sockets of one head node, which may die and return.
final class HeadNodeService: Sendable {
    private enum State: Sendable {
        case alive(HTTPServer)
        /// The server that has stopped or is about to.
        case dead(HTTPServer)
        case ended(HTTPServer)
    }

    /// The number of the head node, from 1 on.
    let number: Int
    /// The addresses as bound; they are the same after a return.
    let addresses: [SocketAddress]
    private let makeServer: @Sendable ([SocketAddress]) throws(ListenerError) -> HTTPServer
    private let state: Mutex<State>

    /// Thrown for good when the service ends.
    private let ending = Cancellation()

    /// How long a head node that should return tries to get its addresses back, and how often.
    private static let patience = Duration.seconds(30)
    private static let pause = Duration.milliseconds(50)

    /// Binds the addresses; nobody is answered before ``start()``.
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

    /// Whether clients are served.
    var isAlive: Bool {
        state.withLock { if case .alive = $0 { true } else { false } }
    }

    func start() {
        state.withLock { if case .alive(let server) = $0 { server.start() } }
    }

    /// Resets every connection and takes no new ones; does nothing when dead already.
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
        Thread.start {
            guard self.ending.wait(for: time) else { return }
            let last = ContinuousClock.now + Self.patience
            // Another program may hold the port for a moment.
            while !self.comeBack(after: dying), ContinuousClock.now < last,
                self.ending.wait(for: Self.pause)
            {}
        }
    }

    /// Listens again; does nothing when alive.
    ///
    /// - Returns: Whether clients are served now, or never will be again.
    func comeBack() -> Bool {
        let dead: HTTPServer? = state.withLock {
            if case .dead(let server) = $0 { server } else { nil }
        }
        return dead.map(comeBack) ?? true
    }

    private func comeBack(after dead: HTTPServer) -> Bool {
        dead.join()
        return state.withLock { state in
            // Somebody else may have brought it back meanwhile, and it may have died again.
            guard case .dead(let current) = state, current === dead else { return true }
            guard let server = try? makeServer(addresses) else { return false }
            server.start()
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
