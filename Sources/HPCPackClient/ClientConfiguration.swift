/// What the client needs to know to read one cluster.
public struct ClientConfiguration: Sendable {
    /// The head nodes, tried in turn; at least one.
    public var headNodes: [HeadNodeURL]
    /// The account, as `DOMAIN\user`; `nil` for none.
    public var username: String?
    /// Where the account's password comes from.
    public var password: PasswordSource?
    /// The user in whose name an administrator's account asks (`x-ms-as-user`).
    public var asUser: String?
    /// Which certificates of head nodes are trusted.
    public var trust: TLSTrust
    /// The name that the certificate of a head node must carry; `nil` for the host of its address.
    public var serverName: String?
    /// Through which proxy head nodes are reached.
    public var proxy: ProxyChoice
    /// The longest that one request may take, answer included.
    public var timeout: Duration
    /// The most requests in flight; at least 1.
    public var maxConcurrency: Int
    /// The most requests a second to all head nodes together, with a burst of five seconds' worth; 0 for no limit.
    public var maxRequestRate: Int
    /// How many rows to ask for in a page; at least 1.
    public var rowsPerRead: Int
    /// The name and version that the requests carry (`User-Agent`).
    public var userAgent: String
    /// Bounds of sizes, counts and waits.
    public var limits: ClientLimits
    /// Gets every exchange; `nil` for nobody.
    public var recorder: (any ExchangeRecorder)?

    /// Describes a cluster to read; the parameters are described at the properties.
    public init(
        headNodes: [HeadNodeURL],
        username: String? = nil,
        password: PasswordSource? = nil,
        asUser: String? = nil,
        trust: TLSTrust = .system,
        serverName: String? = nil,
        proxy: ProxyChoice = .environment,
        timeout: Duration = .seconds(30),
        maxConcurrency: Int = 4,
        maxRequestRate: Int = 0,
        rowsPerRead: Int = 500,
        userAgent: String = "hpcpack-exporter",
        limits: ClientLimits = ClientLimits()
    ) {
        precondition(
            !headNodes.isEmpty && maxConcurrency >= 1 && maxRequestRate >= 0 && rowsPerRead >= 1
        )
        self.headNodes = headNodes
        self.username = username
        self.password = password
        self.asUser = asUser
        self.trust = trust
        self.serverName = serverName
        self.proxy = proxy
        self.timeout = timeout
        self.maxConcurrency = maxConcurrency
        self.maxRequestRate = maxRequestRate
        self.rowsPerRead = rowsPerRead
        self.userAgent = userAgent
        self.limits = limits
    }
}

/// Which certificates of head nodes are trusted.
public enum TLSTrust: Sendable, Equatable {
    /// Those of the certificate authorities of the system.
    case system
    /// Only those of the authorities (or self-signed certificates) in this PEM file.
    case caFile(String)
    /// Exactly those with these SHA-256 fingerprints, in lower-case hexadecimal digits, whatever their names,
    /// issuers and dates.
    case fingerprints([String])
    /// All: the connection is encrypted and its other end unknown.
    case insecure
}

/// Through which proxy head nodes are reached; `NO_PROXY` holds for each choice.
public enum ProxyChoice: Sendable, Equatable {
    /// The one that `http_proxy`, `https_proxy` or `all_proxy` names, if any.
    case environment
    /// None.
    case none
    /// The one at this address, which may hold an account.
    case url(String)
}

/// Every bound of the client: no size, count or wait is without one.
public struct ClientLimits: Sendable {
    /// The longest wait for a connection; a shorter request timeout wins.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest that one connection is used; a host name may have moved to another machine meanwhile.
    public var connectionLifetime: Duration = .seconds(600)
    /// The tries that one GET gets at one head node (docs/architecture.md#retries).
    public var tries = 3
    /// The wait before the second try; it doubles before each further one, and up to half of it is taken off at
    /// random.
    public var firstBackoff: Duration = .milliseconds(400)
    /// The longest `Retry-After` that a GET waits for; for a longer one it fails at once.
    public var longestRetryWait: Duration = .seconds(5)
    /// How long a head node that failed is tried after the others.
    public var headNodeCooldown: Duration = .seconds(60)
    /// The longest that a `Retry-After` may keep requests from a head node.
    public var longestHeadNodeBlock: Duration = .seconds(60)
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
    /// How often one listing may begin again after a lost page token (docs/hpcpack-api.md#paging).
    public var listingRestarts = 3
    /// How long a refused property list is not asked for again.
    public var propertyRefusalMemory: Duration = .seconds(900)
    /// How long a finding about a capability of the server is relied on.
    public var capabilityMemory: Duration = .seconds(900)
    /// How long a finding about the pages of a head node is relied on.
    public var pagingMemory: Duration = .seconds(900)

    /// The bounds that suit a cluster of up to millions of jobs.
    public init() {}
}
