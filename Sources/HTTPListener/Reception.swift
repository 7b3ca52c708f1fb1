import CSockets
import Glibc

/// Accepts clients, and makes room for them where there is none.
struct Reception: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    /// How many clients beyond the limit may at once be told that there is no room.
    private static let refusalsAtOnce = 16

    /// How many clients are accepted before the others are looked after again.
    private static let perRound = 64

    /// How long nobody is accepted when the system is in trouble.
    private static let pause = Duration.milliseconds(100)

    private let limits: ListenerLimits
    private let makeTransport: (consuming Descriptor) -> any ByteTransport
    private var sockets: [ListeningSocket]
    private var nextNumber: UInt64 = 0

    /// The sockets on which clients wait, in this round.
    private var ready: [ListeningSocket] = []
    private var acceptedInRound = 0

    /// Held to be given up when no other descriptor is left, so that a client can be turned away.
    private var reserve: Descriptor?

    /// The moment from which on clients are accepted again.
    private(set) var pausedUntil: Instant?

    /// Creates the reception of a server.
    init(
        sockets: [ListeningSocket],
        limits: ListenerLimits,
        makeTransport: @escaping (consuming Descriptor) -> any ByteTransport
    ) {
        self.sockets = sockets
        self.limits = limits
        self.makeTransport = makeTransport
        reserve = Self.openReserve()
    }

    /// Adds what to wait for.
    mutating func addPolls(to polls: inout [pollfd], at now: Instant) {
        if let until = pausedUntil {
            guard now >= until else { return }
            pausedUntil = nil
        }
        for socket in sockets {
            polls.append(pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0))
        }
    }

    /// Starts a round.
    ///
    /// - Parameter polls: What `poll` says of the entries that ``addPolls(to:at:)`` added.
    mutating func beginRound(_ polls: ArraySlice<pollfd>) {
        acceptedInRound = 0
        ready = zip(sockets, polls).compactMap { $1.revents != 0 ? $0 : nil }
    }

    /// Whether clients wait to be accepted in this round.
    var isAwaited: Bool { !ready.isEmpty }

    /// Accepts no one from now on.
    mutating func close() {
        sockets = []
        ready = []
        pausedUntil = nil
    }

    /// Somebody who came.
    enum Arrival {
        /// A client to be served, or one beyond the limit to be refused.
        case client(Connection)
        /// A client for whom there was no descriptor, and who has been told so.
        case turnedAway
    }

    /// Accepts the next client of this round, at the cost of another one where there is no room.
    ///
    /// - Parameters:
    ///   - connections: Those that are there; the new one is added.
    ///   - now: The present moment.
    ///   - refusal: What a client gets for whom there is no descriptor.
    /// - Returns: Who came, or `nil` when nobody else is to be accepted in this round.
    mutating func next(
        _ connections: inout [Connection],
        at now: Instant,
        refusal: [UInt8]
    ) -> Arrival? {
        while acceptedInRound < Self.perRound, let socket = ready.last {
            acceptedInRound += 1
            let isFull = Self.count(connections) { !$0.isBeyondLimit } >= limits.connections
            // Only one that has a place can leave it to another.
            let victim = isFull ? Self.victim(connections) { !$0.isBeyondLimit } : nil
            // Who has only just come has not had the time to ask: its turn to go is the next round.
            if let victim, victim.since == now { return nil }
            switch socket.accept() {
            case .client(let client):
                victim?.connection.close()
                let isBeyondLimit = isFull && victim == nil
                if isBeyondLimit, !Self.makeRoomForRefusal(connections) { continue }
                let connection = Connection(
                    number: nextNumber,
                    transport: makeTransport(client),
                    limits: limits,
                    isBeyondLimit: isBeyondLimit,
                    at: now
                )
                nextNumber += 1
                connections.append(connection)
                return .client(connection)
            case .nobody:
                ready.removeLast()
            case .lost:
                continue
            case .noDescriptors:
                if let victim = Self.victim(connections, where: { _ in true }) {
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

    /// How many connections of a kind there are.
    private static func count(
        _ connections: [Connection],
        where isOfKind: (Connection) -> Bool
    ) -> Int {
        connections.count { !$0.isClosed && isOfKind($0) }
    }

    /// Lets go of the client that was refused longest ago, when too many are being refused.
    ///
    /// - Returns: Whether one more can be told that there is no room.
    private static func makeRoomForRefusal(_ connections: [Connection]) -> Bool {
        guard count(connections, where: \.isBeyondLimit) >= refusalsAtOnce else { return true }
        guard let victim = victim(connections, where: \.isBeyondLimit) else { return false }
        victim.connection.close()
        return true
    }

    /// Whom to close for a new client: who is done already, else who has waited longest without
    /// finishing a request head, else who has rested longest, else who has sent a body
    /// longest, else who has asked and may be gone.
    ///
    /// - Returns: The connection and since when it has been so, or `nil` when all are being answered.
    private static func victim(
        _ connections: [Connection],
        where isOfKind: (Connection) -> Bool
    ) -> (connection: Connection, since: Instant)? {
        var best: (connection: Connection, since: Instant, rank: Int)?
        for connection in connections where !connection.isClosed && isOfKind(connection) {
            let (rank, since): (Int, Instant)
            switch connection.machine.standing {
            case .ending(let moment): (rank, since) = (0, moment)
            case .withoutHead(let moment): (rank, since) = (1, moment)
            case .idle(let moment): (rank, since) = (2, moment)
            case .sendingBody(let moment): (rank, since) = (3, moment)
            case .halfClosed(let moment): (rank, since) = (4, moment)
            case .busy: continue
            }
            if let best, (best.rank, best.since) <= (rank, since) { continue }
            best = (connection, since, rank)
        }
        return best.map { ($0.connection, $0.since) }
    }

    /// Gives up the reserve to accept a client, tells it that it cannot be served, and takes the
    /// reserve back.
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
        if case .client(let client) = socket.accept() {
            let transport = makeTransport(client)
            // What the socket does not take at once is lost; nothing more can be done for it.
            _ = transport.send(refusal.span, [UInt8]().span)
            transport.endOutput()
            isDone = true
        }
        reserve = Self.openReserve()
        if reserve == nil { pause(at: now) }
        return isDone
    }

    /// Accepts nobody for a while, so that a lasting trouble does not keep the server's thread busy.
    private mutating func pause(at now: Instant) {
        pausedUntil = now.advanced(by: Self.pause)
        ready = []
        if reserve == nil { reserve = Self.openReserve() }
    }

    private static func openReserve() -> Descriptor? {
        Descriptor(owning: eventfd(0, SystemCall.closeOnExec))
    }
}
