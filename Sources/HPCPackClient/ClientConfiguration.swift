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
    /// Whose certificates are believed.
    public var trust: TLSTrust
    /// The longest that one request may take, answer included.
    public var timeout: Duration
    /// The most requests at once.
    public var maxConcurrency: Int
    /// The most requests a second to all head nodes together, with a burst of five seconds' worth; 0 for no limit.
    public var maxRequestRate: Int
    /// How many rows to ask for in a page.
    public var rowsPerRead: Int
    /// The name and version that the requests carry.
    public var userAgent: String
    /// Bounds of sizes, counts and waits.
    public var limits: ClientLimits

    /// Describes a cluster to read.
    ///
    /// - Parameters:
    ///   - headNodes: The head nodes; at least one.
    ///   - username: The account, as `DOMAIN\user`.
    ///   - password: Where the password comes from.
    ///   - asUser: The user to ask as.
    ///   - trust: Whose certificates are believed.
    ///   - timeout: The longest that one request may take.
    ///   - maxConcurrency: The most requests at once; at least 1.
    ///   - maxRequestRate: The most requests a second, with a burst of five seconds' worth; 0 for no limit.
    ///   - rowsPerRead: How many rows to ask for in a page; at least 1.
    ///   - userAgent: The name that the requests carry.
    ///   - limits: Bounds of sizes, counts and waits.
    public init(
        headNodes: [HeadNodeURL],
        username: String? = nil,
        password: PasswordSource? = nil,
        asUser: String? = nil,
        trust: TLSTrust = .system,
        timeout: Duration = .seconds(30),
        maxConcurrency: Int = 4,
        maxRequestRate: Int = 0,
        rowsPerRead: Int = 1000,
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
        self.timeout = timeout
        self.maxConcurrency = maxConcurrency
        self.maxRequestRate = maxRequestRate
        self.rowsPerRead = rowsPerRead
        self.userAgent = userAgent
        self.limits = limits
    }
}
