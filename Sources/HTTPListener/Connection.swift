/// One client: its transport, its protocol, and the request that is with the handler.
final class Connection {
    let number: UInt64
    let transport: any ByteTransport
    var machine: ConnectionMachine
    /// The exchange that is under way.
    var ticket: ExchangeTicket?

    init(number: UInt64, transport: any ByteTransport, machine: ConnectionMachine) {
        self.number = number
        self.transport = transport
        self.machine = machine
    }

    deinit { ticket?.close() }
}
