public import Basics
public import Logging

/// Reads one HPC Pack cluster through the REST service of its head nodes, with GET only.
///
/// The client holds what all its sessions share: addresses, credentials, connections, the limits of requests in
/// flight and of their rate, and metrics. A `Session` does the requests.
public final class HPCPackClient: Sendable {
    /// What the client was made with.
    public let configuration: ClientConfiguration
    /// What the requests came to so far.
    public let metrics = RequestMetrics()
    /// Ends waits and transfers of all sessions.
    public let cancellation: Cancellation

    let logger: Logger
    let ring: HeadNodeRing
    let credentials: Credentials?
    let ladders = LadderMemory()
    let gate: RequestGate
    let handles: CurlHandlePool

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - configuration: The cluster to read.
    ///   - logger: Takes retries, restarts and fall-backs.
    ///   - cancellation: Ends everything when thrown.
    public init(
        _ configuration: ClientConfiguration,
        logger: Logger,
        cancellation: Cancellation = Cancellation()
    ) {
        self.configuration = configuration
        self.logger = logger
        self.cancellation = cancellation
        gate = RequestGate(configuration, cancellation)
        handles = CurlHandlePool(configuration)
        ring = HeadNodeRing(configuration.headNodes)
        if let user = configuration.username, let source = configuration.password {
            credentials = Credentials(user: user, source: source, logger: logger)
        } else {
            credentials = nil
        }
    }

    /// Lets requests be sent again to head nodes that failed or refused the account.
    ///
    /// A block that the server asked for (`Retry-After`) stays until it ends.
    public func clearBlocks() { ring.clearObstacles(at: .now) }

    /// Whether every head node is blocked, so that no request would be sent.
    public var isBlocked: Bool { ring.isBlocked(at: .now) }
}
