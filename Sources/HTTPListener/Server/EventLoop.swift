import CSockets
import Glibc

/// The loop of the server's thread: waits in `poll`, and advances every connection that is ready.
///
/// An iteration reads what has come, accepts clients, checks deadlines and sends responses, with a
/// bounded amount of work for each connection, so that none keeps the others waiting.
struct EventLoop: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    private let queue: ResponseQueue
    private let handler: @Sendable (HTTPExchange) -> Void
    private let onRefusal: @Sendable (HTTPRefusal) -> Void

    private var acceptor: Acceptor
    private var connections: [Connection] = []
    private var connectionsByID: [UInt64: Connection] = [:]
    /// The queue, the connections in order, and then the listening sockets.
    private var polls: [pollfd] = []
    private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    private var now = ContinuousClock.now
    private var date = DateCache()
    private var stopDeadline: Instant?

    /// Creates the loop of a server without connections.
    init(
        acceptor: consuming Acceptor,
        queue: ResponseQueue,
        onRefusal: @escaping @Sendable (HTTPRefusal) -> Void,
        handler: @escaping @Sendable (HTTPExchange) -> Void
    ) {
        self.acceptor = acceptor
        self.queue = queue
        self.onRefusal = onRefusal
        self.handler = handler
    }

    /// Serves until the queue requests to stop, and then until all connections are closed or the deadline
    /// is over.
    mutating func run() {
        while true {
            deliverResponses()
            removeClosed()
            if let stopDeadline {
                if connections.isEmpty { return }
                if now >= stopDeadline {
                    for connection in connections { connection.close(isReset: true) }
                    return
                }
            }
            wait()
            now = ContinuousClock.now
            date.update()
            acceptor.beginIteration(polls[(connections.count + 1)...])
            serveReady()
            if stopDeadline == nil { acceptClients() }
            serveOverdue()
        }
    }

    /// Waits until a descriptor is ready, the queue has something or a deadline is over.
    private mutating func wait() {
        polls.removeAll(keepingCapacity: true)
        polls.append(pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0))
        var next = stopDeadline
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
        if stopDeadline == nil {
            acceptor.appendPolls(to: &polls, at: now)
            next = Self.earlier(next, acceptor.pausedUntil)
        }
        let mayWait = !connections.contains(where: \.hasBufferedInput) && queue.beginWaiting()
        let timeout = mayWait ? Self.milliseconds(until: next, from: now) : 0
        let ready = unsafe poll(&polls, nfds_t(polls.count), timeout)
        if mayWait { queue.endWaiting() }
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

    /// Returns the timeout for `poll`, rounded up so that a deadline is over when it returns.
    private static func milliseconds(until moment: Instant?, from now: Instant) -> Int32 {
        guard let moment else { return -1 }
        return moment > now ? Int32(min(moment - now, .seconds(3600)) / .milliseconds(1)) + 1 : 0
    }

    /// Advances every connection whose descriptor is ready.
    private mutating func serveReady() {
        for index in connections.indices {
            let ready = Int32(polls[index + 1].revents)
            let connection = connections[index]
            guard ready != 0 || connection.hasBufferedInput else { continue }
            switch connection.machine.interest {
            case .input: connection.receive(using: &buffer, at: now)
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
        guard acceptor.hasWaitingClients else { return }
        let refusal = HTTPRefusal(503, "too many connections")
        let head = ResponseHead(refusal.response, .init(), date: date.text)
        let response = head.bytes + refusal.response.body
        while let arrival = acceptor.next(&connections, at: now, refusal: response) {
            switch arrival {
            case .turnedAway:
                onRefusal(refusal)
            case .connection(let connection):
                connectionsByID[connection.id] = connection
                if connection.isBeyondLimit {
                    onRefusal(refusal)
                    connection.machine.refuse(refusal, at: now, date: date.text)
                } else {
                    // A request that has come already is read before another client takes its room.
                    connection.receive(using: &buffer, at: now)
                }
                advance(connection)
            }
        }
    }

    private mutating func serveOverdue() {
        for connection in connections {
            if let deadline = connection.deadline, deadline <= now { advance(connection) }
        }
    }

    /// Gives the responses of the queue to their connections, and begins to stop when requested.
    private mutating func deliverResponses() {
        let contents = queue.removeAll()
        for item in contents.items {
            guard let connection = connectionsByID[item.exchange.connection],
                connection.exchange === item.exchange
            else { continue }
            connection.machine.respond(item.response, due: item.due)
            if let stopDeadline { connection.machine.stop(by: stopDeadline) }
            advance(connection)
        }
        if let deadline = contents.stopDeadline, stopDeadline.map({ deadline < $0 }) ?? true {
            stop(by: deadline)
        }
    }

    /// Closes idle connections; requests that have come are served.
    private mutating func stop(by deadline: Instant) {
        let isFirst = stopDeadline == nil
        stopDeadline = deadline
        acceptor.close()
        for connection in connections {
            // A request may be in the socket already, unread.
            if isFirst {
                connection.receive(using: &buffer, at: now)
                advance(connection)
            }
            connection.machine.stop(by: deadline)
            advance(connection)
        }
    }

    private mutating func removeClosed() {
        guard connections.contains(where: \.isClosed) else { return }
        for connection in connections where connection.isClosed {
            connectionsByID[connection.id] = nil
        }
        connections.removeAll(where: \.isClosed)
    }

    /// Advances a connection until it has to wait.
    private mutating func advance(_ connection: Connection) {
        connection.checkTransport(at: now)
        while !connection.isClosed {
            switch connection.machine.advance(at: now, date: date.text) {
            case .wait:
                connection.updateDeadline()
                return
            case .handle(let request):
                let exchange = HTTPExchange(
                    request: request,
                    transportContext: connection.transportContext,
                    clientAddress: connection.clientAddress,
                    state: connection.beginExchange(),
                    queue: queue
                )
                connection.updateDeadline()
                handler(exchange)
                return
            case .refused(let refusal):
                connection.endExchange()
                onRefusal(refusal)
            case .send:
                // What the transport does not accept now is sent in a later iteration.
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
            }
        }
    }
}
