/// What a connection waits for from its client.
enum ConnectionInterest: Equatable, Sendable {
    /// Bytes, or their end.
    case input
    /// Room to send.
    case output
    /// Nothing is read, but it is of interest whether the client goes.
    case hangUp
    /// Nothing but the death of the connection, which is always told.
    case nothing
}
