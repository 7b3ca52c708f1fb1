import CSockets
import Glibc

/// Accepts clients, and closes other connections where there is no room for them.
struct Acceptor: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    /// A client that was accepted.
    enum Arrival {
        /// A connection to serve, or one beyond the limit to refuse.
        case connection(Connection)
        /// A client for which there was no descriptor, and which has been told so.
        case turnedAway
    }

    /// How many connections beyond the limit may be refused at the same time.
    private static let refusalsAtOnce = 16

    /// How many clients are accepted before other connections are served.
    private static let acceptsPerIteration = 64

    /// How long no client is accepted when the system fails.
    private static let pause = Duration.milliseconds(100)

    private let limits: ListenerLimits
    private let makeTransport: HTTPServer.TransportFactory
    private var sockets: [ListeningSocket]
    private var nextID: UInt64 = 0

    /// The sockets on which clients wait, in this iteration.
    private var ready: [ListeningSocket] = []
    private var acceptedInIteration = 0

    /// A descriptor that is closed when no other is left, so that a client can be accepted and told so.
    private var reserve: Descriptor?

    /// When clients are accepted again; `nil` while they are.
    private(set) var pausedUntil: Instant?

    /// Creates the acceptor of a server.
    init(
        sockets: [ListeningSocket],
        limits: ListenerLimits,
        makeTransport: @escaping HTTPServer.TransportFactory
    ) {
        self.sockets = sockets
        self.limits = limits
        self.makeTransport = makeTransport
        reserve = Self.openReserve()
    }

    /// Appends the descriptors for which to wait.
    mutating func appendPolls(to polls: inout [pollfd], at now: Instant) {
        if let until = pausedUntil {
            guard now >= until else { return }
            pausedUntil = nil
        }
        for socket in sockets {
            polls.append(pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0))
        }
    }

    /// Begins an iteration of the event loop.
    ///
    /// - Parameter polls: What `poll` reported for the entries of ``appendPolls(to:at:)``.
    mutating func beginIteration(_ polls: ArraySlice<pollfd>) {
        acceptedInIteration = 0
        ready = zip(sockets, polls).compactMap { $1.revents != 0 ? $0 : nil }
    }

    /// Whether clients wait to be accepted in this iteration.
    var hasWaitingClients: Bool { !ready.isEmpty }

    /// Closes the listening sockets.
    mutating func close() {
        sockets = []
        ready = []
        pausedUntil = nil
    }

    /// Accepts the next client of this iteration, and closes another connection where there is no room.
    ///
    /// - Parameters:
    ///   - connections: All connections; the new one is appended.
    ///   - now: The present moment.
    ///   - refusal: The response to a client for which there is no descriptor.
    /// - Returns: The client, or `nil` when no other is accepted in this iteration.
    mutating func next(
        _ connections: inout [Connection],
        at now: Instant,
        refusal: [UInt8]
    ) -> Arrival? {
        while acceptedInIteration < Self.acceptsPerIteration, let socket = ready.last {
            acceptedInIteration += 1
            let isFull =
                connections.count { !$0.isClosed && !$0.isBeyondLimit } >= limits.connections
            let victim = isFull ? Self.firstToEvict(connections) { !$0.isBeyondLimit } : nil
            // One that has only just been accepted has had no time to send: it is safe in this iteration.
            if let victim, victim.rank.since == now { return nil }
            switch socket.accept() {
            case .client(let client, let address):
                victim?.connection.close()
                let isBeyondLimit = isFull && victim == nil
                if isBeyondLimit, !Self.makeRoomForRefusal(connections) { continue }
                let connection = Connection(
                    id: nextID,
                    transport: makeTransport(client),
                    clientAddress: address,
                    limits: limits,
                    isBeyondLimit: isBeyondLimit,
                    at: now
                )
                nextID += 1
                connections.append(connection)
                return .connection(connection)
            case .none:
                ready.removeLast()
            case .aborted:
                continue
            case .noDescriptors:
                if let victim = Self.firstToEvict(connections) {
                    victim.connection.close()
                } else if turnAway(socket, at: now, refusal: refusal) {
                    return .turnedAway
                }
            case .failed:
                pause(at: now)
            }
        }
        return nil
    }

    /// Closes the connection that was refused longest ago, when too many are being refused.
    ///
    /// - Returns: Whether one more can be refused.
    private static func makeRoomForRefusal(_ connections: [Connection]) -> Bool {
        let refused = connections.count { !$0.isClosed && $0.isBeyondLimit }
        guard refused >= refusalsAtOnce else { return true }
        guard let victim = firstToEvict(connections, where: \.isBeyondLimit) else { return false }
        victim.connection.close()
        return true
    }

    /// Returns the open connection of the smallest rank among some; `nil` when all are being served.
    private static func firstToEvict(
        _ connections: [Connection],
        where isIncluded: (Connection) -> Bool = { _ in true }
    ) -> (connection: Connection, rank: EvictionRank)? {
        var first: (connection: Connection, rank: EvictionRank)?
        for connection in connections where !connection.isClosed && isIncluded(connection) {
            guard let rank = connection.machine.evictionRank else { continue }
            if let first, !(rank < first.rank) { continue }
            first = (connection, rank)
        }
        return first
    }

    /// Closes the reserve descriptor to accept a client, tells it that it cannot be served, and opens the
    /// reserve again.
    ///
    /// A client left in the queue would keep `poll` from waiting, and wait in vain itself.
    private mutating func turnAway(
        _ socket: ListeningSocket,
        at now: Instant,
        refusal: [UInt8]
    ) -> Bool {
        guard reserve != nil else {
            pause(at: now)
            return false
        }
        reserve = nil
        var isDone = false
        if case .client(let client, _) = socket.accept() {
            let transport = makeTransport(client)
            // What the socket does not accept at once is lost; nothing more can be done for it.
            _ = transport.send(refusal.span, [UInt8]().span)
            transport.endOutput()
            isDone = true
        }
        reserve = Self.openReserve()
        if reserve == nil { pause(at: now) }
        return isDone
    }

    /// Accepts no client for a while, so that a lasting failure does not keep the server's thread busy.
    private mutating func pause(at now: Instant) {
        pausedUntil = now + Self.pause
        ready = []
        if reserve == nil { reserve = Self.openReserve() }
    }

    private static func openReserve() -> Descriptor? {
        Descriptor(owning: eventfd(0, SystemCall.closeOnExec))
    }
}

/// The order in which connections are closed to make room for new ones: the smallest rank goes first,
/// and of two in the same state the one that has been in it longest.
struct EvictionRank: Comparable, Sendable {
    /// The state of a connection that may be closed, the one to close first before the others.
    enum State: Int, Sendable {
        /// The last response is sent.
        case ending
        /// The head of the first request, or a later one that has begun, is incomplete.
        case incompleteHead
        /// No byte of a next request has come.
        case idle
        /// The body of a request is incomplete.
        case incompleteBody
        /// The request is with the handler, and the client, which has ended its sending, may be gone.
        case halfClosed
    }

    /// The state of the connection.
    let state: State

    /// When the connection entered the state.
    let since: ContinuousClock.Instant

    /// Creates the rank of a connection.
    init(_ state: State, since: ContinuousClock.Instant) {
        self.state = state
        self.since = since
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.state.rawValue, left.since) < (right.state.rawValue, right.since)
    }
}
