/// Every size limit and every timeout of the listener.
///
/// Values too small to serve with are raised; see ``clamped``.
public struct ListenerLimits: Sendable, Hashable {
    /// The most bytes of a request line and its fields; more is refused with 414 or 431.
    public var headBytes = 16 * 1024

    /// The most bytes of a request line; more is refused with 414.
    ///
    /// RFC 9112 §3 asks for at least 8000.
    public var requestLineBytes = 8 * 1024

    /// The most fields of a request head or trailer; more are refused with 431.
    public var fieldCount = 100

    /// The most bytes of a request body; 0 refuses every body with 413.
    public var bodyBytes = 0

    /// The methods that are served; others are refused with 405 and `Allow`.
    ///
    /// An empty list leaves the choice to the handler.
    public var methods: [String] = []

    /// The most clients at once.
    public var connections = 512

    /// The length of the system's queue of clients not yet accepted.
    public var backlog = 511

    /// How long a request head may take from its first byte on.
    public var headTimeout: Duration = .seconds(5)

    /// How long a connection may be idle between requests.
    public var idleTimeout: Duration = .seconds(60)

    /// How long the receiving of a body may stall.
    public var bodyTimeout: Duration = .seconds(30)

    /// How long the sending of a response may stall.
    public var writeTimeout: Duration = .seconds(30)

    /// The least average rate at which a body is received or a response is sent.
    ///
    /// A client that transfers a byte just before each timeout would else hold a connection for ever. A
    /// transfer of `n` bytes may take its timeout plus `n / minimumBytesPerSecond` seconds.
    public var minimumBytesPerSecond = 1024

    /// How long the receiving of a body or the sending of a response may take, at whatever rate.
    ///
    /// A client that reads slowly keeps its page in memory while newer ones are made for others; this
    /// bounds how many pages live at once.
    public var transferTimeout: Duration = .seconds(60)

    /// How long the handler may take before the client gets 503; `nil` lets it take for ever.
    public var answerTimeout: Duration?

    /// How long a client that has ended its own sending is kept waiting for a response.
    ///
    /// It may wait for the response, or be gone: the two look alike until something is sent.
    public var halfClosedTimeout: Duration = .seconds(60)

    /// How long the listener waits for a client to close the connection after the last response.
    ///
    /// A socket that is closed while bytes from the client are unread resets the connection, and the
    /// client would lose the response (RFC 9112 §9.6).
    public var lingerTimeout: Duration = .seconds(2)

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - bodyBytes: The most bytes of a request body; 0 refuses every body.
    ///   - connections: The most clients at once.
    ///   - answerTimeout: How long the handler may take before the client gets 503.
    public init(bodyBytes: Int = 0, connections: Int = 512, answerTimeout: Duration? = nil) {
        self.bodyBytes = bodyBytes
        self.connections = connections
        self.answerTimeout = answerTimeout
    }

    /// The limits with every value at least as large as serving requires.
    var clamped: ListenerLimits {
        var limits = self
        limits.headBytes = max(headBytes, 256)
        limits.requestLineBytes = min(max(requestLineBytes, 64), limits.headBytes)
        limits.fieldCount = max(fieldCount, 1)
        limits.bodyBytes = max(bodyBytes, 0)
        limits.connections = max(connections, 1)
        limits.backlog = min(max(backlog, 1), 65_535)
        limits.minimumBytesPerSecond = max(minimumBytesPerSecond, 1)
        return limits
    }
}
