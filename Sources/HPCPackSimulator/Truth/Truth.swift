/// The true counts of the cluster at one simulated second, counted by brute force.
///
/// Every known state and every listed group is included, with 0 where nothing is in it. Group names match in
/// any letter case: keys are spelled as in the group list, and a group that is not listed as by the job with
/// the lowest id.
public struct Truth: Sendable, Equatable {
    /// Simulated Unix seconds.
    public var now: Int64 = 0
    /// The installed version.
    public var version = ""
    /// The active head node's name.
    public var activeHeadNode = ""
    /// The names of the job templates.
    public var jobTemplates: [String] = []
    /// The group list as `/nodes/groups` spells and orders it.
    public var nodeGroups: [String] = []

    /// All nodes.
    public var nodes = NodeCount()
    /// The member nodes of each listed group.
    public var nodesByGroup: [String: NodeCount] = [:]
    /// Nodes that are in no group, by state.
    public var ungroupedNodes: [String: Int] = [:]
    /// Each node, in the order of ids.
    public var nodeDetails: [NodeDetail] = []

    /// Jobs by state.
    public var jobs: [String: Int] = [:]
    /// Jobs by group and state; a job counts once in each group it names.
    public var jobsByGroup: [String: [String: Int]] = [:]
    /// Jobs that name no group, by state.
    public var ungroupedJobs: [String: Int] = [:]
    /// The earliest submit time of a queued job, in Unix seconds; `nil` when none is queued.
    public var oldestQueuedSubmitTime: Int64?
    /// The same for each group that a queued job names.
    public var oldestQueuedSubmitTimeByGroup: [String: Int64] = [:]

    /// Tasks of jobs that are not in a terminal state, parametric sweeps expanded.
    public var activeTasks = TaskCount()
    /// Tasks of all jobs, parametric sweeps expanded; `nil` when they were not counted.
    public var allTasks: TaskCount?

    /// The counts of the event log.
    public var flow = Flow()

    /// Counts of nodes.
    public struct NodeCount: Sendable, Equatable {
        /// Nodes by state.
        public var byState: [String: Int] = [:]
        /// Cores of the nodes by node state.
        public var coresByState: [String: Int] = [:]
        /// Nodes that cannot be reached, whatever their state.
        public var unreachable = 0

        /// All nodes.
        public var total: Int { byState.values.reduce(0, +) }
    }

    /// Counts of tasks.
    public struct TaskCount: Sendable, Equatable {
        /// Tasks by state.
        public var byState: [String: Int] = [:]
        /// Tasks by the groups of their job, and state.
        public var byGroup: [String: [String: Int]] = [:]
        /// Tasks of jobs that name no group, by state.
        public var ungrouped: [String: Int] = [:]
    }

    /// One node.
    public struct NodeDetail: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its state.
        public var state: String
        /// Whether it can be reached.
        public var isReachable: Bool
        /// `Availability` as the API spells it.
        public var availability: String
        /// `Location` as the API spells it.
        public var location: String
        /// Its cores.
        public var cores: Int
        /// Its sockets.
        public var sockets: Int
        /// Its memory in MiB.
        public var memoryMiB: Int
        /// When it came online, in Unix seconds; `nil` for never.
        public var onlineTime: Int64?
        /// Its groups as the group list spells them.
        public var groups: [String]
    }

    /// Counts over the event log, from its mark on.
    public struct Flow: Sendable, Equatable {
        /// Simulated Unix seconds of the mark.
        public var mark: Int64 = 0
        /// Jobs that reached a terminal state, by that state.
        public var completed: [String: Int] = [:]
        /// The same by group.
        public var completedByGroup: [String: [String: Int]] = [:]
        /// StartTime − SubmitTime of jobs that started, in seconds, in the order of starting.
        public var queueWaits: [Int64] = []
        /// The same by group.
        public var queueWaitsByGroup: [String: [Int64]] = [:]
        /// EndTime − StartTime of jobs that ended and had started, by terminal state.
        public var runTimes: [String: [Int64]] = [:]
        /// Whether the log does not hold all that happened.
        public var isOverfull = false
    }
}
