public import Basics
public import Logging

/// Reads one HPC Pack cluster through the REST service of its head nodes, with GET only.
///
/// The client holds what all its sessions share: addresses, credentials, figures. A `Session` does the
/// requests and belongs to one thread; there are never more of them than `maxConcurrency`.
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
        ring = HeadNodeRing(configuration.headNodes)
        if let user = configuration.username, let source = configuration.password {
            credentials = Credentials(user: user, source: source, logger: logger)
        } else {
            credentials = nil
        }
    }

    /// Begins a round: a head node that failed in the last one may be asked again.
    public func beginRound() { ring.beginRound(at: .now) }
}
