/// What happens to the connection after an answer.
public enum HTTPEnding: Sendable, Hashable {
    /// The connection waits for the next request.
    case keepAlive
    /// The connection is closed in good order: all bytes reach the client first.
    case close
    /// The connection is reset as by a crashed server, after the bytes given have reached the client.
    case reset
}
