/// The cluster in the few numbers that people look at, from the data that the families show.
///
/// `nil` means not known: not read yet, not told by the server, not collected, or too old to be shown.
public struct ClusterSummary: Sendable {
    /// A collector and how it fares.
    public struct Collector: Sendable {
        /// Which one.
        public let name: CollectorName
        /// How it fares.
        public let status: CollectorStatus
        /// Whether data of it is shown.
        public let hasData: Bool
    }

    /// A node group.
    public struct Group: Sendable, Equatable {
        /// The name as the label has it.
        public let name: String
        /// Its nodes by state.
        public internal(set) var nodes: StateTally?
        /// Its nodes that the head node cannot reach.
        public internal(set) var unreachable: Int?
        /// The cores of its nodes by node state.
        public internal(set) var cores: StateTally?
        /// The jobs that name it by state.
        public internal(set) var jobs: StateTally?
        /// The earliest submit time of its queued jobs, in Unix seconds; `nil` also when none is queued.
        public internal(set) var oldestQueued: Double?

        init(name: String) { self.name = name }
    }

    /// Whether a first round has ended.
    public internal(set) var isReady = false
    /// The enabled collectors.
    public internal(set) var collectors: [Collector] = []
    /// The version of HPC Pack.
    public internal(set) var version: String?
    /// The active head node.
    public internal(set) var activeHeadNode: String?
    /// Distinct nodes by state.
    public internal(set) var nodes: StateTally?
    /// Distinct nodes that the head node cannot reach.
    public internal(set) var unreachable: Int?
    /// Cores by node state.
    public internal(set) var cores: StateTally?
    /// Nodes that are in no group, by state.
    public internal(set) var ungroupedNodes: StateTally?
    /// Distinct jobs by state.
    public internal(set) var jobs: StateTally?
    /// Jobs that name no group, by state.
    public internal(set) var ungroupedJobs: StateTally?
    /// The earliest submit time of the queued jobs, in Unix seconds; `nil` also when none is queued.
    public internal(set) var oldestQueued: Double?
    /// Tasks by state.
    public internal(set) var tasks: StateTally?
    /// The groups that any metric shows, by name.
    public internal(set) var groups: [Group] = []

    init() {}

    init(_ data: Published, _ view: GroupTable.View, _ configuration: CollectorConfiguration) {
        isReady = data.rounds > 0
        collectors = configuration.enabled.map { name in
            Collector(
                name: name,
                status: data.status[name, default: CollectorStatus()],
                hasData: data.has(name)
            )
        }
        version = data.cluster.flatMap { Self.known($0.value.version) }
        activeHeadNode = data.cluster.flatMap { Self.known($0.value.activeHeadNode) }
        tasks = data.tasks.map { StateTally($0.value.counts.total) }
        var table: [GroupTable.Group: Group] = [:]
        if let nodes = data.nodes?.value { take(nodes, view, &table) }
        if configuration.jobs, let jobs = data.jobs?.value { take(jobs, view, &table) }
        groups = table.values.sorted {
            ($0.name.lowercased(), $0.name) < ($1.name.lowercased(), $1.name)
        }
    }

    private mutating func take(
        _ data: Nodes,
        _ view: GroupTable.View,
        _ table: inout [GroupTable.Group: Group]
    ) {
        nodes = StateTally(data.counts.total)
        ungroupedNodes = StateTally(data.counts.ungrouped)
        for (group, counts) in data.counts.byGroup(view) {
            table[group, default: Group(name: view.names[group])].nodes = StateTally(counts)
        }
        if data.knowsCores {
            cores = StateTally(data.cores.total)
            for (group, counts) in data.groupCores(view) {
                table[group]?.cores = StateTally(counts)
            }
        }
        if data.knowsReachability {
            unreachable = data.unreachable.values.reduce(0, +)
            for (group, count) in data.unreachableByGroup(view) {
                table[group]?.unreachable = count
            }
        }
    }

    private mutating func take(
        _ data: JobCounts,
        _ view: GroupTable.View,
        _ table: inout [GroupTable.Group: Group]
    ) {
        jobs = StateTally(data.counts.total)
        oldestQueued = data.oldestQueued.map(Double.init)
        guard data.knowsGroups, view.listed != nil else { return }
        ungroupedJobs = StateTally(data.counts.ungrouped)
        for (group, counts) in data.counts.byGroup(view) {
            table[group, default: Group(name: view.names[group])].jobs = StateTally(counts)
        }
        for (group, time) in data.oldestQueuedByGroup(view) {
            table[group]?.oldestQueued = Double(time)
        }
    }

    private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension Published {
    /// Whether there is data of a collector.
    fileprivate func has(_ name: CollectorName) -> Bool {
        switch name {
        case .cluster: cluster != nil
        case .nodes: nodes != nil
        case .jobs: jobs != nil
        case .tasks: tasks != nil
        }
    }
}
