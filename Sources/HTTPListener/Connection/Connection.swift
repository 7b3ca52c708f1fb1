/// A client's connection: its state machine and the transport that carries its bytes.
///
/// Used on the server's thread only.
final class Connection {
    typealias Instant = ContinuousClock.Instant

    /// From how many bytes on a client that accepts all of them lets the others have their turn.
    private static let bytesAtOnce = 1 << 20

    /// The number of the connection, unique in its server.
    let id: UInt64

    /// Whether it exceeds the limit of connections and is only told so.
    let isBeyondLimit: Bool

    /// The bytes of the client's address: 4 or 16; empty when the system does not tell it.
    let clientAddress: [UInt8]

    var machine: ConnectionMachine

    /// The state of the exchange that is with the handler.
    private(set) var exchange: ExchangeState?

    /// When the connection must be looked at if nothing happens before; `nil` for never.
    ///
    /// It is kept so that the event loop need not compute it for every connection in each iteration.
    private(set) var deadline: Instant?

    private var transport: (any ByteTransport)?

    /// What the transport has to wait for when it cannot do what the machine wants.
    private var blockedOn: Readiness?

    /// Creates a connection that has just been accepted.
    init(
        id: UInt64,
        transport: any ByteTransport,
        clientAddress: [UInt8] = [],
        limits: ListenerLimits,
        isBeyondLimit: Bool = false,
        at now: Instant
    ) {
        self.id = id
        self.transport = transport
        self.clientAddress = clientAddress
        self.isBeyondLimit = isBeyondLimit
        machine = ConnectionMachine(limits: limits, at: now)
    }

    /// Whether the connection is over and its descriptor closed.
    var isClosed: Bool { transport == nil }

    /// The descriptor to wait for, or -1.
    var descriptor: Int32 { transport?.descriptor ?? -1 }

    /// What the transport tells handlers about itself.
    var transportContext: (any Sendable)? { transport?.context }

    /// What to wait for on the descriptor.
    ///
    /// A transport may have to read before it can send, and the other way round.
    var interest: ConnectionMachine.Interest {
        switch (machine.interest, blockedOn) {
        case (.input, .writing): .output
        case (.output, .reading): .input
        case (let interest, _): interest
        }
    }

    /// Whether the transport holds input that can be read without waiting for the descriptor.
    var hasBufferedInput: Bool {
        machine.interest == .input && blockedOn == nil && transport?.hasBufferedInput == true
    }

    /// Starts an exchange.
    func beginExchange() -> ExchangeState {
        endExchange()
        let exchange = ExchangeState(connection: id)
        self.exchange = exchange
        return exchange
    }

    /// Records that no client waits for the response any more.
    func endExchange() {
        exchange?.close()
        exchange = nil
    }

    /// Reads what the client has sent so far, if the machine wants input.
    ///
    /// - Parameters:
    ///   - buffer: Memory for the bytes, which are not kept in it.
    ///   - now: The present moment.
    func receive(using buffer: inout [UInt8], at now: Instant) {
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

    /// Sends as much of the pending write as the transport accepts, within ``bytesAtOnce``.
    ///
    /// - Returns: Whether all of it is sent, or the connection has failed.
    func send(at now: Instant) -> Bool {
        var room = Self.bytesAtOnce
        while room > 0 {
            guard let transport, let write = machine.pendingWrite else { return true }
            let outcome = transport.send(write.unsent, write.next)
            blockedOn = nil
            switch outcome {
            case .moved(let count):
                if machine.sent(count, at: now) { return true }
                room -= count
            case .blocked(let readiness):
                blockedOn = readiness
                return false
            case .ended, .failed:
                machine.failed()
                return true
            }
        }
        return false
    }

    /// Tells the client that no more bytes follow.
    func endOutput() { transport?.endOutput() }

    /// Computes the deadline anew.
    func updateDeadline() {
        deadline = [machine.deadline, transport?.deadline].compactMap(\.self).min()
    }

    /// Fails the connection if its transport has not been established in time.
    func checkTransport(at now: Instant) {
        if let deadline = transport?.deadline, deadline <= now { machine.failed() }
    }

    /// Closes the descriptor, and ends the exchange if there is one.
    ///
    /// - Parameter isReset: Whether the client sees a reset instead of an orderly end.
    func close(isReset: Bool = false) {
        if isReset { transport?.resetOnClose() }
        transport = nil
        machine.failed()
        deadline = nil
        endExchange()
    }
}
