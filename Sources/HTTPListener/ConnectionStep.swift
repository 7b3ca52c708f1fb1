/// What the owner of a ``ConnectionMachine`` has to do next.
enum ConnectionStep: Equatable, Sendable {
    /// Nothing before the machine's interest is met, an answer comes or its deadline is reached.
    case wait
    /// Give the request to the handler.
    case handle(HTTPRequest)
    /// Count the refusal; its answer is sent next.
    case refused(HTTPRefusal)
    /// Send what is outgoing, and report how much went.
    case send
    /// Tell the client that no more bytes come.
    case endOutput
    /// Close the connection.
    case close
    /// Reset the connection, as soon as what was sent has arrived or the deadline is over.
    case resetWhenDelivered
    /// Reset the connection now.
    case reset
}
