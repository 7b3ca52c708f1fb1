/// The configuration of a simulator.
public struct SimulatorConfiguration: Sendable {
    /// Where the REST API listens, as `host:port`; port 0 lets the system choose.
    public var addresses = ["127.0.0.1:8060"]
    /// Where a second head node of the same cluster listens; there is none by default.
    public var secondAddresses: [String] = []
    /// The certificate and key of the REST API; `nil` for plain HTTP.
    public var tls: SimulatorTLS?
    /// The recording to answer from, in place of a simulated cluster; `nil` for none.
    public var recordingPath: String?
    /// Where the control API listens; nowhere by default.
    public var controlAddresses: [String] = []

    /// The seed; the same seed, sizes and start time give the same cluster.
    public var seed: UInt64 = 1
    /// The number of nodes, head nodes included.
    public var nodes = SimulatorProfile.small.nodes
    /// The approximate number of jobs that the scheduler holds at any time.
    public var jobs = SimulatorProfile.small.jobs
    /// How many simulated seconds pass in a real second; 0 freezes the cluster.
    public var speed = 1.0
    /// When the simulation begins, in Unix seconds; `nil` for the real time.
    public var startTime: Int64?
    /// How long ended jobs are kept, in simulated seconds.
    public var retentionSeconds = 5 * 86_400

    /// The product whose calls are answered.
    public var product = Product.both

    /// The accounts of the REST API; without any, no credentials are needed.
    public var accounts = [SimulatorAccount(name: "HPC\\monitor", password: "monitor")]

    /// The .NET pattern that times are written with.
    public var dateFormat = "M/d/yyyy h:mm:ss tt"
    /// How a time that was never set is written.
    public var neverTimes = NeverTimes.mixed
    /// Whether node rows have the property `NodeGroups`; some builds do not know it.
    public var servesNodeGroupsProperty = true
    /// Whether unknown property names are left out of the answer, instead of refusing the request.
    public var ignoresUnknownProperties = false
    /// The properties of nodes, jobs and tasks that are refused as unknown ones are; letter case does not matter.
    public var refusedProperties: [String] = []
    /// Whether an unknown node group is answered with `200 []`, instead of 404.
    public var answersUnknownGroups = false

    /// The most rows in one page; `nil` for no limit.
    public var maxRowsPerRead: Int?
    /// How long a page token is valid, in real seconds.
    public var tokenLifetimeSeconds: Int64 = 3600
    /// The status of the answer to an unknown or expired token.
    public var lostTokenStatus = 400
    /// The spelling of the header that carries the page token.
    public var continuationHeader = "x-ms-continuation-QueryId"
    /// Whether the rows of a listing are fixed by its first page.
    public var listing = Listing.snapshot
    /// Whether a listing whose length is a multiple of the page size ends with an empty page.
    public var endsWithEmptyPage = false
    /// The build of the REST service, which determines its parameters.
    public var apiBuild = APIBuild.current

    /// The faults from the start on, each as `KIND[=VALUE][,OPTION=VALUE…]`.
    public var faults: [String] = []

    /// Creates a configuration with the defaults of `hpcpack-simulator`.
    public init() {}

    /// Creates a configuration with the size of `profile`.
    public init(profile: SimulatorProfile) {
        nodes = profile.nodes
        jobs = profile.jobs
    }

    /// A version of HPC Pack, which determines the calls on nodes (docs/hpcpack-api.md#hpc-pack-2019).
    public enum Product: String, Sendable, CaseIterable {
        /// HPC Pack 2016 Update 3: `/nodes` and what is below it.
        case hpcPack2016 = "2016"
        /// HPC Pack 2019: `/cluster/nodes`, `/cluster/nodeGroups`, `/cluster/metrics` and more.
        case hpcPack2019 = "2019"
        /// The calls of both, with the version of 2016.
        case both

        /// The version that the cluster tells.
        var version: String { self == .hpcPack2019 ? "6.3.8359.0" : "5.3.6450.0" }
    }

    /// How a time that was never set is written (docs/hpcpack-api.md#values).
    public enum NeverTimes: String, Sendable, CaseIterable {
        /// As an empty string.
        case empty
        /// As the first second of year 1.
        case yearOne = "year-one"
        /// As one or the other, by the row's id.
        case mixed
    }

    /// How the pages of a listing follow changes of the cluster (docs/hpcpack-api.md#paging).
    public enum Listing: String, Sendable, CaseIterable {
        /// The first page fixes the rows and their order; values are current.
        case snapshot
        /// Each page is taken from the current listing: rows may shift, repeat or be missed.
        case live
    }

    /// A build of the REST service with its paging parameters (docs/hpcpack-api.md#paging).
    public enum APIBuild: String, Sendable, CaseIterable {
        /// From February 2020 on: `startRow`, `asc` and `x-ms-row-count` beside tokens.
        case current
        /// Tokens only; `startRow` and `asc` are ignored.
        case old
        /// Tokens only; `startRow` and `asc` are refused with 400.
        case strictOld = "strict-old"
    }
}

/// A named size of cluster.
public enum SimulatorProfile: String, Sendable, CaseIterable {
    /// 40 nodes and 2,000 jobs: a look at it.
    case small
    /// 400 nodes and 50,000 jobs.
    case department
    /// 10,000 nodes and 1,000,000 jobs.
    case enterprise

    /// The number of nodes, head nodes included.
    public var nodes: Int {
        switch self {
        case .small: 40
        case .department: 400
        case .enterprise: 10_000
        }
    }

    /// The number of jobs.
    public var jobs: Int {
        switch self {
        case .small: 2000
        case .department: 50_000
        case .enterprise: 1_000_000
        }
    }
}

/// An account of the REST API.
public struct SimulatorAccount: Sendable {
    /// The name as in Basic credentials, such as `HPC\monitor`; letter case does not matter.
    public var name: String
    /// The password.
    public var password: String
    /// The roles, whose rights add up.
    public var roles: Set<SimulatorRole>

    /// Creates an account.
    public init(name: String, password: String, roles: Set<SimulatorRole> = [.administrator]) {
        self.name = name
        self.password = password
        self.roles = roles
    }
}

/// A role of the cluster (product documentation, "Understanding User Roles").
public enum SimulatorRole: String, Sendable, CaseIterable {
    /// May do everything, also in another user's name.
    case administrator = "Administrator"
    /// May do everything with every job, also in another user's name.
    case jobAdministrator = "JobAdministrator"
    /// May see, cancel, finish and requeue every job, but not create, submit or change any.
    case jobOperator = "JobOperator"
    /// May create jobs, do everything with its own, and see others' in listings only.
    case user = "User"

    /// Creates the role with a name in any letter case.
    init?(named name: String) {
        guard
            let role = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
        else { return nil }
        self = role
    }
}
