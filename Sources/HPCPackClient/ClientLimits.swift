/// Every bound of the client: no size, count or wait is without one.
public struct ClientLimits: Sendable {
    /// The longest wait for a connection; a shorter request timeout wins.
    public var connectTimeout: Duration = .seconds(10)
    /// The tries that one GET gets at one head node (DESIGN: Retries).
    public var tries = 3
    /// The wait before the second try; it doubles before each further one, and up to half is jitter.
    public var firstBackoff: Duration = .milliseconds(400)
    /// The longest `Retry-After` that a GET waits for; for a longer one it fails at once.
    public var longestRetryWait: Duration = .seconds(5)
    /// How long a failed head node is left alone while another one answers.
    public var headNodeRest: Duration = .seconds(60)
    /// The longest that a `Retry-After` may keep the exporter from asking again.
    public var longestHeadNodeRest: Duration = .seconds(60)
    /// The largest body of one response, after decompression.
    public var responseBytes = 512 << 20
    /// The longest string anywhere in a response.
    public var stringBytes = 1 << 20
    /// The deepest nesting of a response.
    public var depth = 64
    /// The most pages of one listing.
    public var pages = 20_000
    /// The most rows of one listing.
    public var rows = 10_000_000
    /// Pages in a row that may bring nothing new before a listing counts as endless.
    public var pagesWithoutNewRows = 8
    /// How often one listing may begin again after a lost page token (FACTS: Paging).
    public var listingRestarts = 3
    /// How long a refused property list is not asked for again.
    public var ladderMemory: Duration = .seconds(900)

    /// The bounds that suit a cluster of up to millions of jobs.
    public init() {}
}
