/// Everything that a simulated head node can be told.
public struct SimulatorConfiguration: Sendable {
    /// Where the REST face listens, as `host:port`; port 0 lets the system choose.
    public var addresses = ["127.0.0.1:8060"]
    /// Where a second head node of the same cluster listens; there is none by default.
    public var secondAddresses: [String] = []
    /// Certificate and key of the REST face; nil for plain HTTP.
    public var tls: SimulatorTLS?
    /// Where the control endpoint listens; none by default.
    public var controlAddresses: [String] = []

    /// The same seed, counts and start time give the same cluster.
    public var seed: UInt64 = 1
    /// How many nodes there are, the head node included.
    public var nodes = SimulatorProfile.small.nodes
    /// How many jobs the scheduler holds, more or less, for the whole run.
    public var jobs = SimulatorProfile.small.jobs
    /// Simulated seconds in a real second; 0 freezes the cluster.
    public var speed = 1.0
    /// Unix seconds at the start of the simulation; nil for the real time.
    public var startTime: Int64?
    /// How long finished jobs are kept, in simulated seconds.
    public var retentionSeconds = 5 * 86_400

    /// Who may use the REST face; empty lets everybody in without credentials.
    public var accounts = [SimulatorAccount(name: "HPC\\monitor", password: "monitor")]

    /// The .NET pattern that times are written with.
    public var dateFormat = "M/d/yyyy h:mm:ss tt"
    /// How a time that was never set is written.
    public var neverTimes = NeverTimes.mixed
    /// False leaves `NodeGroups` out of node rows and refuses it, as some builds do.
    public var servesNodeGroupsProperty = true
    /// True leaves unknown property names out of the answer; false refuses the call.
    public var ignoresUnknownProperties = false
    /// True answers an unknown node group with `200 []`; false with 404.
    public var answersUnknownGroups = false

    /// The most rows in one page; nil for no limit.
    public var maxRowsPerRead: Int?
    /// How long a page token is good for, in real seconds.
    public var tokenLifetimeSeconds: Int64 = 3600
    /// The status of an answer to a token that is not known (any more).
    public var lostTokenStatus = 400
    /// The spelling of the header that carries the page token.
    public var continuationHeader = "x-ms-continuation-QueryId"
    /// Whether the rows of a listing are fixed by its first page.
    public var listing = Listing.snapshot
    /// True ends a listing whose length is an exact multiple of the page with an empty page.
    public var endsWithEmptyPage = false
    /// Which parameters the build knows.
    public var apiBuild = APIBuild.current

    /// What goes wrong from the start on, each as `KIND[=VALUE][,OPTION=VALUE…]`.
    public var faults: [String] = []

    /// A configuration with the defaults of `hpcpack-simulator`.
    public init() {}

    /// A configuration with the size of `profile`.
    public init(profile: SimulatorProfile) {
        nodes = profile.nodes
        jobs = profile.jobs
    }

    /// How a time that was never set is written (FACTS: Values).
    public enum NeverTimes: String, Sendable, CaseIterable {
        /// As an empty string.
        case empty
        /// As the first second of year 1.
        case yearOne = "year-one"
        /// As one or the other, by the row's id.
        case mixed
    }

    /// What a listing of several pages shows when the cluster changes meanwhile (FACTS: Paging).
    public enum Listing: String, Sendable, CaseIterable {
        /// Which rows there are and their order are fixed by the first page; values are current.
        case snapshot
        /// Each page is cut out of the listing as it is then: rows may shift, repeat or be missed.
        case live
    }

    /// Which paging parameters the build knows (FACTS: Paging).
    public enum APIBuild: String, Sendable, CaseIterable {
        /// From February 2020 on: `startRow`, `asc` and `x-ms-row-count` beside tokens.
        case current
        /// Tokens only; `startRow` and `asc` are ignored.
        case old
        /// Tokens only; `startRow` and `asc` are refused with 400.
        case strictOld = "strict-old"
    }
}

/// A size of cluster with a name.
public enum SimulatorProfile: String, Sendable, CaseIterable {
    /// 40 nodes and 2,000 jobs: a look at it.
    case small
    /// 400 nodes and 50,000 jobs.
    case department
    /// 10,000 nodes and 1,000,000 jobs.
    case enterprise

    /// How many nodes, the head node included.
    public var nodes: Int {
        switch self {
        case .small: 40
        case .department: 400
        case .enterprise: 10_000
        }
    }

    /// How many jobs.
    public var jobs: Int {
        switch self {
        case .small: 2000
        case .department: 50_000
        case .enterprise: 1_000_000
        }
    }
}
