#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the server's thread does: waits in `poll`, moves bytes, and does as each connection's machine says.
final class ServerLoop {
    private typealias Instant = ContinuousClock.Instant

    private let sockets: [ListeningSocket]
    private let limits: ListenerLimits
    private let mailbox: Mailbox
    private let onRefusal: HTTPServer.RefusalHook
    private let handler: HTTPServer.Handler

    private var connections: [UInt64: Connection] = [:]
    private var nextNumber: UInt64 = 0
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    /// Given up for a moment when the process has no descriptor left, so that a client can be turned away.
    private var reserve: Descriptor?
    /// Until then nobody is accepted, because the system could not.
    private var pauseEnds: Instant?
    private var stopBy: Instant?
    private var dateSecond = -1
    private var dateText = ""

    init(
        _ sockets: [ListeningSocket],
        _ limits: ListenerLimits,
        _ mailbox: Mailbox,
        _ onRefusal: @escaping HTTPServer.RefusalHook,
        _ handler: @escaping HTTPServer.Handler
    ) {
        self.sockets = sockets
        self.limits = limits
        self.mailbox = mailbox
        self.onRefusal = onRefusal
        self.handler = handler
        reserve = Self.openReserve()
    }

    /// Serves until the mailbox asks to stop and everything is written, or its time is over.
    func run() {
        while true {
            takePost()
            if let stopBy, connections.isEmpty || .now >= stopBy { break }
            wait()
        }
        connections = [:]
    }

    private func takePost() {
        let post = mailbox.take()
        for delivery in post.deliveries {
            guard let connection = connections[delivery.ticket.connection],
                connection.ticket === delivery.ticket
            else { continue }
            connection.machine.answer(delivery.answer)
            advance(connection)
        }
        if let moment = post.stopBy, stopBy == nil {
            stopBy = moment
            for connection in Array(connections.values) {
                connection.machine.stop(by: moment)
                advance(connection)
            }
        }
    }

    private var isAccepting: Bool { stopBy == nil && (pauseEnds.map { $0 <= .now } ?? true) }

    private func wait() {
        var entries = [pollfd(fd: mailbox.bell.number, events: Int16(POLLIN), revents: 0)]
        let isAccepting = isAccepting
        if isAccepting {
            for socket in sockets {
                entries.append(pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0))
            }
        }
        let firstClient = entries.count
        var clients: [Connection] = []
        var deadline = [stopBy, isAccepting ? nil : pauseEnds].compactMap { $0 }.min()
        for connection in connections.values {
            if let own = connection.machine.deadline { deadline = min(deadline ?? own, own) }
            entries.append(
                pollfd(
                    fd: connection.transport.descriptor,
                    events: Self.events(connection.machine.interest),
                    revents: 0
                )
            )
            clients.append(connection)
        }
        guard mailbox.fallAsleep() else { return }
        let hasResetPending = clients.contains {
            if case .ending = $0.machine.standing { true } else { false }
        }
        let ready = unsafe poll(
            &entries,
            nfds_t(entries.count),
            timeout(deadline, atMost: hasResetPending ? 20 : nil)
        )
        mailbox.wakeUp()
        if ready > 0 {
            for (place, connection) in clients.enumerated() {
                let events = Int32(entries[firstClient + place].revents)
                if events != 0 { serve(connection, events) }
            }
            if isAccepting {
                for (place, socket) in sockets.enumerated() where entries[1 + place].revents != 0 {
                    accept(socket)
                }
            }
        }
        let now = Instant.now
        for connection in clients {
            guard connections[connection.number] != nil else { continue }
            if case .ending = connection.machine.standing {
                advance(connection)
            } else if let own = connection.machine.deadline, own <= now {
                advance(connection)
            }
        }
    }

    private static func events(_ interest: Readiness?) -> Int16 {
        switch interest {
        case .reading: Int16(POLLIN)
        case .writing: Int16(POLLOUT)
        case nil: 0
        }
    }

    private func timeout(_ deadline: Instant?, atMost bound: Int32?) -> Int32 {
        guard let deadline else { return bound ?? -1 }
        let left = deadline - .now
        guard left > .zero else { return 0 }
        // Rounded up, so that the deadline is over when poll returns.
        let milliseconds = Int32(min(left / .milliseconds(1) + 1, 1_000_000))
        return min(milliseconds, bound ?? .max)
    }

    private func serve(_ connection: Connection, _ events: Int32) {
        switch connection.machine.interest {
        case .reading where events & Int32(POLLIN | POLLHUP | POLLERR) != 0: receive(connection)
        case .writing where events & Int32(POLLERR | POLLHUP) != 0 && events & Int32(POLLOUT) == 0:
            connection.machine.failed()
        case nil where events & Int32(POLLERR | POLLHUP | POLLNVAL) != 0:
            connection.machine.failed()
        default: break
        }
        advance(connection)
    }

    private func receive(_ connection: Connection) {
        let outcome = connection.transport.receive(into: &buffer, atMost: connection.machine.room)
        switch outcome {
        case .moved(let count): connection.machine.received(buffer[..<count], at: .now)
        case .ended: connection.machine.receivedEnd()
        case .failed: connection.machine.failed()
        case .blocked: break
        }
    }

    /// Does as the machine says until it waits or the connection has ended.
    private func advance(_ connection: Connection) {
        while true {
            switch connection.machine.advance(at: .now, date: date()) {
            case .wait: return
            case .handle(let request):
                let ticket = ExchangeTicket(connection: connection.number)
                connection.ticket?.close()
                connection.ticket = ticket
                handler(HTTPExchange(request: request, ticket: ticket, mailbox: mailbox))
            case .refused(let refusal): onRefusal(refusal)
            case .send:
                guard send(connection) else { return }
            case .endOutput: connection.transport.endOutput()
            case .close: return remove(connection)
            case .resetWhenDelivered:
                guard connection.transport.undelivered == 0 else { return }
                connection.transport.resetOnClose()
                return remove(connection)
            case .reset:
                connection.transport.resetOnClose()
                return remove(connection)
            }
        }
    }

    /// Whether to go on; false when the client must take bytes first.
    private func send(_ connection: Connection) -> Bool {
        guard let outgoing = connection.machine.outgoing else { return true }
        switch connection.transport.send(outgoing.unsentHead, outgoing.unsentBody) {
        case .moved(let count):
            connection.machine.sent(count, at: .now)
            if connection.machine.outgoing?.isSent == true { connection.ticket?.close() }
            return true
        case .blocked: return false
        case .ended, .failed:
            connection.machine.failed()
            return true
        }
    }

    private func remove(_ connection: Connection) { connections[connection.number] = nil }

    private func date() -> String {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        if time.tv_sec != dateSecond {
            dateSecond = time.tv_sec
            dateText = HTTPDate.text(unixSeconds: time.tv_sec)
        }
        return dateText
    }
}

/// Accepting clients, also when there is no room for them.
extension ServerLoop {
    private func accept(_ socket: ListeningSocket) {
        // A bound, so that a flood of new clients does not keep the others waiting.
        for _ in 0..<64 {
            switch socket.accept() {
            case .client(let client): add(client)
            case .nobody: return
            case .lost: continue
            case .noDescriptors:
                guard makeRoom() || turnAway(socket) else { return pause() }
            case .failed: return pause()
            }
        }
    }

    private func pause() { pauseEnds = .now + .milliseconds(100) }

    private func add(_ client: consuming Descriptor) {
        let hasRoom = connections.count < limits.connections || makeRoom()
        nextNumber += 1
        let connection = Connection(
            number: nextNumber,
            transport: PlainTransport(client),
            machine: ConnectionMachine(limits: limits, at: .now)
        )
        // A few above the limit are told so; beyond that there is no room even for telling.
        guard hasRoom || connections.count < limits.connections + 16 else { return }
        connections[connection.number] = connection
        if !hasRoom {
            let refusal = HTTPRefusal(503, "all connections are in use")
            connection.machine.refuse(refusal, at: .now, date: date())
            onRefusal(refusal)
        }
        advance(connection)
    }

    /// Closes the connection that has waited longest without finishing a request head, else the longest idle.
    ///
    /// - Returns: Whether there was one.
    private func makeRoom() -> Bool {
        var ending: (Connection, ContinuousClock.Instant)?
        var headless: (Connection, ContinuousClock.Instant)?
        var idle: (Connection, ContinuousClock.Instant)?
        for connection in connections.values {
            switch connection.machine.standing {
            case .ending(let since): if since < ending?.1 ?? .now { ending = (connection, since) }
            case .withoutHead(let since):
                if since < headless?.1 ?? .now { headless = (connection, since) }
            case .idle(let since): if since < idle?.1 ?? .now { idle = (connection, since) }
            case .sendingBody, .busy: break
            }
        }
        guard let victim = ending ?? headless ?? idle else { return false }
        remove(victim.0)
        return true
    }

    /// Accepts one client with the reserved descriptor, only to close it: else it would wait in vain.
    private func turnAway(_ socket: ListeningSocket) -> Bool {
        guard reserve != nil else {
            reserve = Self.openReserve()
            return false
        }
        reserve = nil
        _ = socket.accept()
        reserve = Self.openReserve()
        return reserve != nil
    }

    private static func openReserve() -> Descriptor? {
        Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC))
    }
}
