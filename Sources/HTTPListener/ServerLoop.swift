import CSockets
import Glibc

/// What the server's thread does: waits in `poll`, and moves each connection on that can move.
///
/// A round reads what has come, accepts clients, looks after deadlines and sends answers, each
/// connection one step of work at a time, so that none keeps the others waiting.
struct ServerLoop: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    /// How often a socket that waits to be reset is looked at.
    private static let deliveryCheck = Duration.milliseconds(2)

    private let limits: ListenerLimits
    private let mailbox: Mailbox
    private let handler: @Sendable (HTTPExchange) -> Void
    private let onRefusal: @Sendable (HTTPRefusal) -> Void

    private var reception: Reception
    private var connections: [Connection] = []
    private var byNumber: [UInt64: Connection] = [:]
    private var polls: [pollfd] = []
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    private var now = ContinuousClock.now
    private var date = DateCache()
    private var stopBy: Instant?

    /// Creates the loop of a server that nobody has connected to yet.
    init(
        reception: consuming Reception,
        limits: ListenerLimits,
        mailbox: Mailbox,
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void,
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) {
        self.reception = reception
        self.limits = limits
        self.mailbox = mailbox
        self.onRefusal = onRefusal
        self.handler = handler
    }

    /// Serves until the mailbox says to stop, and then until the work in hand is done.
    mutating func run() {
        while true {
            deliverAnswers()
            removeClosed()
            if let stopBy {
                if connections.isEmpty { return }
                if now >= stopBy {
                    for connection in connections { connection.close(isReset: true) }
                    return
                }
            }
            wait()
            now = ContinuousClock.now
            date.update()
            reception.beginRound(polls[(connections.count + 1)...])
            serveReady()
            if stopBy == nil { acceptClients() }
            servePastDeadline()
        }
    }

    /// Waits until a descriptor is ready, an answer is there or a deadline is reached.
    private mutating func wait() {
        polls.removeAll(keepingCapacity: true)
        polls.append(pollfd(fd: mailbox.bell.number, events: Int16(POLLIN), revents: 0))
        var next = stopBy
        for connection in connections {
            let events: Int16 =
                switch connection.interest {
                case .input: Int16(POLLIN)
                case .output: Int16(POLLOUT)
                case .hangUp: CSOCKETS_POLLRDHUP
                case .nothing: 0
                }
            polls.append(pollfd(fd: connection.descriptor, events: events, revents: 0))
            next = Self.earlier(next, connection.deadline)
        }
        if stopBy == nil {
            reception.addPolls(to: &polls, at: now)
            next = Self.earlier(next, reception.pausedUntil)
        }
        let mayWait = !connections.contains { $0.hasBufferedInput } && mailbox.fallAsleep()
        let timeout = mayWait ? Self.milliseconds(until: next, from: now) : 0
        let ready = unsafe poll(&polls, nfds_t(polls.count), timeout)
        if mayWait { mailbox.wakeUp() }
        if ready < 0 {
            // A signal, or the system refuses so many descriptors: look again, but not at once.
            for index in polls.indices { polls[index].revents = 0 }
            if errno != EINTR { _ = poll(nil, 0, 10) }
        }
    }

    private static func earlier(_ left: Instant?, _ right: Instant?) -> Instant? {
        guard let left else { return right }
        return right.map { min(left, $0) } ?? left
    }

    /// The timeout for `poll`, rounded up so that a deadline is over when it returns.
    private static func milliseconds(until moment: Instant?, from now: Instant) -> Int32 {
        guard let moment else { return -1 }
        let parts = (moment - now).components
        guard parts.seconds < 3600 else { return 3_600_000 }
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(milliseconds, 0))
    }

    /// Moves on every connection whose descriptor is ready.
    private mutating func serveReady() {
        for index in connections.indices {
            let ready = Int32(polls[index + 1].revents)
            let connection = connections[index]
            guard ready != 0 || connection.hasBufferedInput else { continue }
            switch connection.machine.interest {
            case .input: connection.receive(by: &buffer, at: now)
            case .output: break
            case .hangUp where ready & (POLLERR | POLLHUP | POLLNVAL) == 0:
                connection.machine.hungUp(at: now)
            case .hangUp, .nothing:
                connection.machine.failed()
            }
            advance(connection)
        }
    }

    private mutating func acceptClients() {
        guard reception.isAwaited else { return }
        let refusal = HTTPRefusal(503, "too many connections")
        let answer = bytes(of: refusal)
        while let arrival = reception.next(&connections, at: now, refusal: answer) {
            switch arrival {
            case .turnedAway:
                onRefusal(refusal)
            case .client(let client):
                byNumber[client.number] = client
                if client.isBeyondLimit {
                    onRefusal(refusal)
                    client.machine.refuse(refusal, at: now, date: date.text)
                } else {
                    // A client that asked at once is heard at once, before others take its place.
                    client.receive(by: &buffer, at: now)
                }
                advance(client)
            }
        }
    }

    /// The whole answer that a refusal amounts to.
    private func bytes(of refusal: HTTPRefusal) -> [UInt8] {
        let head = ResponseHead(date: date.text).bytes(for: refusal.response, .init())
        return head.head + refusal.response.body
    }

    private mutating func servePastDeadline() {
        for connection in connections {
            if let deadline = connection.deadline, deadline <= now { advance(connection) }
        }
    }

    /// Hands the answers that have come in to their connections, and begins to stop when told.
    private mutating func deliverAnswers() {
        let post = mailbox.take()
        for delivery in post.deliveries {
            guard let connection = byNumber[delivery.ticket.connection],
                connection.ticket === delivery.ticket
            else { continue }
            connection.machine.answer(delivery.answer)
            if let stopBy { connection.machine.stop(by: stopBy) }
            advance(connection)
        }
        if let moment = post.stopBy, stopBy.map({ moment < $0 }) ?? true { stop(by: moment) }
    }

    /// Closes what rests; what is being asked or answered goes on.
    private mutating func stop(by moment: Instant) {
        let isFirst = stopBy == nil
        stopBy = moment
        reception.close()
        for connection in connections {
            // A request that lies in the socket already was sent in good faith.
            if isFirst {
                connection.receive(by: &buffer, at: now)
                advance(connection)
            }
            connection.machine.stop(by: moment)
            advance(connection)
        }
    }

    private mutating func removeClosed() {
        guard connections.contains(where: { $0.isClosed }) else { return }
        for connection in connections where connection.isClosed {
            byNumber[connection.number] = nil
        }
        connections.removeAll { $0.isClosed }
    }

    /// Moves a connection on until it waits for something.
    private mutating func advance(_ connection: Connection) {
        connection.checkTransport(at: now)
        while !connection.isClosed {
            switch connection.machine.advance(at: now, date: date.text) {
            case .wait:
                connection.updateDeadline()
                return
            case .handle(let request):
                let ticket = connection.openExchange()
                connection.updateDeadline()
                handler(HTTPExchange(request: request, ticket: ticket, mailbox: mailbox))
                return
            case .refused(let refusal):
                connection.endExchange()
                onRefusal(refusal)
            case .send:
                // What the socket does not take now it takes in a later round.
                guard connection.send(at: now) else {
                    connection.updateDeadline()
                    return
                }
                connection.endExchange()
            case .endOutput:
                connection.endOutput()
            case .close:
                connection.close()
            case .reset:
                connection.close(isReset: true)
            case .resetWhenDelivered:
                guard connection.isDelivered else {
                    connection.updateDeadline(recheck: now.advanced(by: Self.deliveryCheck))
                    return
                }
                connection.close(isReset: true)
            }
        }
    }
}
