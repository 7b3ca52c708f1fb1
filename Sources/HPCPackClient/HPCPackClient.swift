public import Basics
public import Logging

/// Reads one HPC Pack cluster through the REST service of its head nodes, with GET only.
///
/// The client holds what all its sessions share: addresses, credentials, connections, the limits of requests in
/// flight and of their rate, and metrics. A `Session` makes the requests.
public final class HPCPackClient: Sendable {
    /// The configuration that the client was made with.
    public let configuration: ClientConfiguration
    /// Counts of the requests.
    public let metrics = RequestMetrics()
    /// Ends the waits and transfers of all sessions when it is cancelled.
    public let cancellation: Cancellation

    let logger: Logger
    let credentials: Credentials?
    let gate: RequestGate
    let handles: CurlHandlePool
    let selector: Mutex<HeadNodeSelector>
    let serverClock = Mutex<(date: UInt32, at: ContinuousClock.Instant)?>(nil)
    let capabilities = Mutex(CapabilityFindings())
    let propertyChoices = Mutex(PropertyChoices())
    let pagingBehavior = Mutex(PagingBehavior())
    private let certificates = Mutex<[Int: PeerCertificate]>([:])

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - configuration: The cluster to read.
    ///   - logger: Logs retries, restarts and fallbacks.
    ///   - cancellation: Ends the waits and transfers of all sessions when it is cancelled.
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
        selector = Mutex(
            HeadNodeSelector(count: configuration.headNodes.count, limits: configuration.limits)
        )
        if let user = configuration.username, let source = configuration.password {
            credentials = Credentials(user: user, source: source, logger: logger)
        } else {
            credentials = nil
        }
    }

    /// Lets requests be sent again to head nodes that failed or refused the account.
    ///
    /// A block that the server asked for (`Retry-After`) stays until it ends.
    public func clearBlocks() { selector.withLock { $0.clearBlocks() } }

    /// The head nodes' clock in Unix seconds, by the last `Date` that one of them sent; this machine's before that.
    public var serverTime: UInt32 {
        guard let (date, instant) = serverClock.withLock({ $0 }) else { return WallClock.seconds }
        return UInt32(clamping: Int64(date) + (ContinuousClock.now - instant).components.seconds)
    }

    /// Whether every head node is blocked, so that no request would be sent.
    public var isBlocked: Bool { selector.withLock { $0.isBlocked(at: .now) } }

    /// The certificate that a head node showed last, by its index in the configuration; `nil` before the first.
    public func certificate(of index: Int) -> PeerCertificate? {
        certificates.withLock { $0[index] }
    }

    func record(_ certificate: PeerCertificate?, of index: Int) {
        guard let certificate else { return }
        certificates.withLock { $0[index] = certificate }
    }

    /// The head nodes to try for one request, best first, by their index in the configuration.
    func headNodeOrder() -> [Int] { selector.withLock { $0.order(at: .now) } }

    /// Why no request is sent to a head node now; `nil` when it is not blocked.
    func block(of index: Int, for operation: APIOperation) -> RequestError? {
        selector.withLock { selector in
            selector.block(of: index, at: .now).map { error in
                RequestError(error.cause, operation, error.reason, advice: error.advice)
            }
        }
    }
}
