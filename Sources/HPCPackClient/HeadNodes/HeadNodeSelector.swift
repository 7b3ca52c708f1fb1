/// Which head node is asked next, for all sessions of a client (docs/architecture.md#head-nodes).
///
/// The one that answered last is asked first. One that failed cools down: the others are tried before it. One that
/// is down, or that refused the account, is blocked: nothing is sent to it until the blocks are cleared. A server's
/// `Retry-After` blocks it for that time.
///
/// Time is passed in, so that the rules can be tested without waiting.
struct HeadNodeSelector: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct HeadNode {
        /// Until when the others are tried before it.
        var cooldownEnd: Instant?
        /// Why nothing is sent to it until the blocks are cleared.
        var block: RequestError?
        /// Why nothing is sent to it for a time that the server asked for.
        var timedBlock: (error: RequestError, end: Instant)?

        func block(at now: Instant) -> RequestError? {
            if let block { return block }
            return timedBlock.flatMap { $0.end > now ? $0.error : nil }
        }

        func isCoolingDown(at now: Instant) -> Bool { cooldownEnd.map { $0 > now } ?? false }
    }

    private let limits: ClientLimits
    private var headNodes: [HeadNode]
    /// The head node that is asked first.
    private var current = 0

    /// Makes a selector that begins with the first head node.
    init(count: Int, limits: ClientLimits) {
        headNodes = Array(repeating: HeadNode(), count: count)
        self.limits = limits
    }

    /// The head nodes to try for one request, best first; those that cool down come last.
    func order(at now: Instant) -> [Int] {
        let turn = headNodes.indices.map { (current + $0) % headNodes.count }
        return turn.filter { !headNodes[$0].isCoolingDown(at: now) }
            + turn.filter { headNodes[$0].isCoolingDown(at: now) }
    }

    /// Why no request is sent to a head node now; `nil` when it is not blocked.
    func block(of index: Int, at now: Instant) -> RequestError? { headNodes[index].block(at: now) }

    /// Whether every head node is blocked.
    func isBlocked(at now: Instant) -> Bool { headNodes.allSatisfy { $0.block(at: now) != nil } }

    /// Ends the blocks that do not end by themselves.
    mutating func clearBlocks() {
        for index in headNodes.indices { headNodes[index].block = nil }
    }

    /// Makes a head node the first to be asked, unless another request found a fault there just now.
    mutating func recordSuccess(of index: Int, at now: Instant) {
        if !headNodes[index].isCoolingDown(at: now) { current = index }
    }

    /// Notes that a request has failed for good at a head node.
    ///
    /// - Parameters:
    ///   - error: The failure; one that another head node would share as well changes nothing.
    ///   - index: The head node.
    ///   - retryAfter: How long the server asked to be left alone.
    ///   - now: The present time.
    mutating func recordFailure(
        _ error: RequestError,
        of index: Int,
        retryAfter: Duration?,
        at now: Instant
    ) {
        if error.cause == .credentials {
            // Every head node asks the same domain: more tries could lock the account.
            for other in headNodes.indices { headNodes[other].block = error }
            return
        }
        guard error.mayBeHeadNode else { return }
        headNodes[index].cooldownEnd = now + limits.headNodeCooldown
        if let retryAfter, retryAfter > limits.longestRetryWait {
            headNodes[index].timedBlock = (
                error, now + min(retryAfter, limits.longestHeadNodeBlock)
            )
        }
        if error.blocksHeadNode { headNodes[index].block = error }
        if current == index { current = (index + 1) % headNodes.count }
    }
}
