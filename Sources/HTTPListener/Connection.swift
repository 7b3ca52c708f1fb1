/// A client's connection: its protocol and what carries its bytes.
///
/// Used by the server's thread only.
final class Connection {
    typealias Instant = ContinuousClock.Instant

    /// The number of the connection in its server; numbers are not used again.
    let number: UInt64

    /// Whether this one came beyond the limit and only gets its refusal.
    let isBeyondLimit: Bool

    var machine: ConnectionMachine

    /// The exchange that the handler is busy with.
    private(set) var ticket: ExchangeTicket?

    /// The machine's deadline, kept so that a round of the server need not work it out anew.
    private(set) var deadline: Instant?

    private var transport: (any ByteTransport)?

    /// What the transport needs first, when that differs from what the machine wants to do.
    private var blockedOn: Readiness?

    /// Creates a connection that has just been accepted.
    init(
        number: UInt64,
        transport: any ByteTransport,
        limits: ListenerLimits,
        isBeyondLimit: Bool = false,
        at now: Instant
    ) {
        self.number = number
        self.transport = transport
        self.isBeyondLimit = isBeyondLimit
        machine = ConnectionMachine(limits: limits, at: now)
    }

    /// Whether the connection is over and its descriptor closed.
    var isClosed: Bool { transport == nil }

    /// The descriptor to wait for, or -1.
    var descriptor: Int32 { transport?.descriptor ?? -1 }

    /// What to wait for before going on.
    ///
    /// A transport may have to read before it can send, and the other way round.
    var interest: ConnectionInterest {
        switch (machine.interest, blockedOn) {
        case (.input, .writing): .output
        case (.output, .reading): .input
        case (let interest, _): interest
        }
    }

    /// Whether input can be had without waiting for the descriptor.
    var hasBufferedInput: Bool {
        machine.interest == .input && blockedOn == nil && transport?.hasBufferedInput == true
    }

    /// Gives a new exchange its ticket.
    func openExchange() -> ExchangeTicket {
        let ticket = ExchangeTicket(connection: number)
        self.ticket?.close()
        self.ticket = ticket
        return ticket
    }

    /// Takes what the client has sent so far, when the connection is interested.
    ///
    /// - Parameters:
    ///   - buffer: Room for bytes on their way.
    ///   - now: The present moment.
    func receive(by buffer: inout [UInt8], at now: Instant) {
        guard let transport, machine.interest == .input else { return }
        let outcome = transport.receive(into: &buffer, atMost: machine.room)
        blockedOn = nil
        switch outcome {
        case .moved(let count): machine.received(buffer[..<count], at: now)
        case .blocked(let readiness): blockedOn = readiness
        case .ended: machine.receivedEnd()
        case .failed: machine.failed()
        }
    }

    /// Sends as much as the socket takes.
    ///
    /// - Returns: Whether all is sent, or nothing more can be.
    func send(at now: Instant) -> Bool {
        guard let transport, let outgoing = machine.outgoing else { return true }
        let outcome = transport.send(outgoing.unsentHead, outgoing.unsentBody)
        blockedOn = nil
        switch outcome {
        case .moved(let count): return machine.sent(count, at: now)
        case .blocked(let readiness):
            blockedOn = readiness
            return false
        case .ended, .failed:
            machine.failed()
            return true
        }
    }

    /// Tells the client that no more bytes come.
    func endOutput() {
        transport?.endOutput()
    }

    /// Whether all bytes that were sent have arrived.
    var isDelivered: Bool { transport?.undelivered ?? 0 == 0 }

    /// Remembers when the machine must be looked at again.
    ///
    /// - Parameter recheck: An earlier moment at which something else is looked at.
    func updateDeadline(recheck: Instant? = nil) {
        deadline = machine.deadline
        if let recheck, let machine = deadline { deadline = min(recheck, machine) }
        if let transport = transport?.deadline {
            deadline = deadline.map { min($0, transport) } ?? transport
        }
    }

    /// Ends the connection when its transport has not come to life in time.
    func checkTransport(at now: Instant) {
        if let deadline = transport?.deadline, deadline <= now { machine.failed() }
    }

    /// Closes the descriptor and tells the handler, if it still works for this client.
    ///
    /// - Parameter isReset: Whether the client sees a reset rather than an end.
    func close(isReset: Bool = false) {
        if isReset { transport?.resetOnClose() }
        transport = nil
        machine.failed()
        deadline = nil
        endExchange()
    }

    /// Tells the handler that nobody waits for an answer any more.
    func endExchange() {
        ticket?.close()
        ticket = nil
    }
}
