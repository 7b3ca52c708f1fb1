/// The version of HTTP that a client speaks.
public enum HTTPVersion: Sendable, Hashable {
    /// HTTP/1.0: a connection ends after each response unless the client asks otherwise.
    case http10
    /// HTTP/1.1, and any later 1.x, which is read as 1.1 (RFC 9110 §2.5).
    case http11
}

/// A complete and unambiguous request.
public struct HTTPRequest: Sendable, Equatable {
    /// The method, as sent; methods are case-sensitive (RFC 9110 §9.1).
    public let method: String

    /// The request target, as sent.
    public let target: String

    /// The path of the target, still percent-encoded, without the query.
    ///
    /// An absolute target is reduced to its path, an empty one of which is `/`. It is `*` for
    /// `OPTIONS *`.
    public let path: String

    /// What follows the first `?` of the target, still percent-encoded; `nil` without a `?`.
    public let query: String?

    /// The version the client speaks.
    public let version: HTTPVersion

    /// The fields of the request; `Host` is that of an absolute target (RFC 9112 §3.2.2).
    public let headers: HTTPHeaders

    /// The body, with any chunked coding removed.
    public let body: [UInt8]

    /// Creates a request, for handlers that are tested without a server.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The target; path and query are taken from it.
    ///   - version: The version the client speaks.
    ///   - headers: The fields.
    ///   - body: The body.
    public init(
        method: String,
        target: String,
        version: HTTPVersion = .http11,
        headers: HTTPHeaders = .init(),
        body: [UInt8] = []
    ) {
        self.init(
            method: method,
            target: RequestTarget(target) ?? RequestTarget(unchecked: target),
            version: version,
            headers: headers,
            body: body
        )
    }

    init(
        method: String,
        target: RequestTarget,
        version: HTTPVersion,
        headers: HTTPHeaders,
        body: [UInt8]
    ) {
        self.method = method
        self.target = target.text
        self.path = target.path
        self.query = target.query
        self.version = version
        self.headers = headers
        self.body = body
    }

    /// Whether the connection persists after the response (RFC 9112 §9.3).
    var keepsAlive: Bool {
        !headers.hasConnectionOption("close")
            && (version == .http11 || headers.hasConnectionOption("keep-alive"))
    }
}
