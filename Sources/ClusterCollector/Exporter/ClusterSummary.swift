import HPCPackClient

/// Counts by the names of states: of every documented state, and of `Unknown` while it is not zero.
///
/// It has the same entries as a state metric has series (docs/metrics.md#known-states).
public struct StateTally: Sendable, Equatable {
    /// One state.
    public struct Entry: Sendable, Equatable {
        /// The state as the API spells it.
        public let state: String
        /// The number of items in the state.
        public let count: Int
    }

    /// The states in the order of the specification.
    public let entries: [Entry]

    /// The sum over all states.
    public var total: Int { entries.reduce(0) { $0 + $1.count } }

    /// The count of the state with a name.
    public subscript(state: String) -> Int { entries.first { $0.state == state }?.count ?? 0 }

    init<State: SchedulerState>(
        _ counts: StateCounts<State>,
        documented: [State] = State.known
    ) {
        entries = State.allCases.compactMap { state in
            guard documented.contains(state) || counts[state] != 0 else { return nil }
            return Entry(state: "\(state.name)", count: counts[state])
        }
    }
}

/// The numbers of the cluster that people look at, from the data that the metrics show.
///
/// `nil` means not known: not read yet, not told by the server, not collected, or too old to be shown.
public struct ClusterSummary: Sendable {
    /// A collector and how its rounds went.
    public struct Collector: Sendable {
        /// The name.
        public let name: CollectorName
        /// How the rounds went.
        public let status: CollectorStatus
        /// Whether its data is shown.
        public let hasData: Bool
        /// How far its first full read is; `nil` while there is none.
        public let progress: ReadProgress?
    }

    /// A node group.
    public struct Group: Sendable, Equatable {
        /// The name, spelled as in the label.
        public let name: String
        /// Its nodes by state.
        public fileprivate(set) var nodes: StateTally?
        /// Its nodes that the head node cannot reach.
        public fileprivate(set) var unreachable: Int?
        /// The cores of its nodes by node state.
        public fileprivate(set) var cores: StateTally?
        /// The jobs that name it by state.
        public fileprivate(set) var jobs: StateTally?
        /// The earliest submit time of its queued jobs, in Unix seconds; `nil` also when none is queued.
        public fileprivate(set) var oldestQueued: Double?

        fileprivate init(name: String) { self.name = name }
    }

    /// Whether the first rounds have ended.
    public let isReady: Bool
    /// The enabled collectors.
    public let collectors: [Collector]
    /// The version of HPC Pack.
    public let version: String?
    /// The active head node.
    public let activeHeadNode: String?
    /// Distinct nodes by state.
    public private(set) var nodes: StateTally?
    /// Distinct nodes that the head node cannot reach.
    public private(set) var unreachable: Int?
    /// Cores by node state.
    public private(set) var cores: StateTally?
    /// Cores that run tasks, over all nodes that tell it.
    public private(set) var coresInUse: Double?
    /// Nodes by health, of those that tell it.
    public private(set) var health: StateTally?
    /// Nodes that are in no group, by state.
    public private(set) var ungroupedNodes: StateTally?
    /// Distinct jobs by state.
    public private(set) var jobs: StateTally?
    /// Jobs that name no group, by state.
    public private(set) var ungroupedJobs: StateTally?
    /// The earliest submit time of the queued jobs, in Unix seconds; `nil` also when none is queued.
    public private(set) var oldestQueued: Double?
    /// Tasks by state.
    public let tasks: StateTally?
    /// The groups that any metric shows, by name.
    public private(set) var groups: [Group] = []

    init(_ data: CollectedData) {
        isReady = data.isReady
        collectors = data.status.collectors.map { entry in
            Collector(
                name: entry.name,
                status: entry.status,
                hasData: data.hasData(of: entry.name),
                progress: entry.progress
            )
        }
        let cluster = data.cluster
        version = cluster.flatMap { $0.version.isEmpty ? nil : $0.version }
        activeHeadNode = cluster.flatMap { $0.activeHeadNode.isEmpty ? nil : $0.activeHeadNode }
        tasks = data.tasks.map { StateTally($0.counts.total) }
        var table: [NodeGroupID: Group] = [:]
        if let nodes = data.nodes { add(nodes, data.groups, &table) }
        if let jobs = data.jobs { add(jobs, data.groups, &table) }
        groups = table.values.sorted {
            ($0.name.lowercased(), $0.name) < ($1.name.lowercased(), $1.name)
        }
    }

    private mutating func add(
        _ data: Nodes,
        _ groups: NodeGroupRegistry.Snapshot,
        _ table: inout [NodeGroupID: Group]
    ) {
        func tally(_ counts: StateCounts<NodeState>) -> StateTally {
            StateTally(counts, documented: data.dialect.states)
        }
        nodes = tally(data.counts.total)
        ungroupedNodes = tally(data.counts.ungrouped)
        for (group, counts) in data.counts.byGroup(groups) {
            table[group, default: Group(name: groups.names[group])].nodes = tally(counts)
        }
        if data.hasCores {
            cores = tally(data.cores.total)
            for (group, counts) in data.coresByGroup(groups) {
                table[group]?.cores = tally(counts)
            }
        }
        coresInUse = data.coresInUse
        if data.hasHealth { health = StateTally(data.health.total) }
        if data.hasReachability {
            unreachable = data.unreachableCount
            for (group, count) in data.unreachableByGroup(groups) {
                table[group]?.unreachable = count
            }
        }
    }

    private mutating func add(
        _ data: Jobs,
        _ groups: NodeGroupRegistry.Snapshot,
        _ table: inout [NodeGroupID: Group]
    ) {
        jobs = StateTally(data.counts.total)
        oldestQueued = data.oldestQueued.map(Double.init)
        guard data.hasGroups, groups.listed != nil else { return }
        ungroupedJobs = StateTally(data.counts.ungrouped)
        for (group, counts) in data.counts.byGroup(groups) {
            table[group, default: Group(name: groups.names[group])].jobs = StateTally(counts)
        }
        for (group, time) in data.oldestQueuedByGroup(groups) {
            table[group]?.oldestQueued = Double(time)
        }
    }
}
