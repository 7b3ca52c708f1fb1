/// The version of HTTP that a client speaks.
public enum HTTPVersion: Sendable, Hashable {
    /// HTTP/1.0: a connection ends after each answer unless the client asks otherwise.
    case http10
    /// HTTP/1.1, and any later 1.x, which is read as 1.1 (RFC 9110 §2.5).
    case http11
}
