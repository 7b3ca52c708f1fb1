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

    /// All nodes, in the states of `/nodes`; in those of `/cluster/nodes` when the product is 2019 alone.
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
    /// The earliest submit time of a queued job that is not held, in Unix seconds; `nil` when there is none.
    public var oldestQueuedSubmitTime: Int64?
    /// The same for each group that such a job names.
    public var oldestQueuedSubmitTimeByGroup: [String: Int64] = [:]

    /// Queued jobs that may not start yet: their `HoldUntil` lies ahead.
    public var heldJobs = 0
    /// Held jobs by group.
    public var heldJobsByGroup: [String: Int] = [:]
    /// Held jobs that name no group.
    public var ungroupedHeldJobs = 0
    /// Queued jobs by `PendingReason`.
    public var pendingJobs: [String: Int] = [:]
    /// The least resources that queued jobs ask for, by unit: `core`, `socket` or `node`.
    public var queuedResources: [String: Int] = [:]
    /// The same by group and unit.
    public var queuedResourcesByGroup: [String: [String: Int]] = [:]
    /// The cores that are allocated to jobs in Running, Finishing and Canceling.
    public var allocatedCores = 0
    /// The same by the groups that the jobs name; a job counts in each.
    public var allocatedCoresByGroup: [String: Int] = [:]
    /// The cores allocated to jobs that name no group.
    public var ungroupedAllocatedCores = 0
    /// Jobs by `Owner`.
    public var byOwner = Breakdown()
    /// Jobs by `Project`; those without one under `(none)`.
    public var byProject = Breakdown()
    /// Jobs by `JobTemplate`.
    public var byTemplate = Breakdown()
    /// Jobs by `Priority`.
    public var byPriority = Breakdown()

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
        /// Nodes by health.
        public var byHealth: [String: Int] = [:]
        /// Nodes that cannot be reached, whatever their state.
        public var unreachable = 0
        /// The cores that jobs hold on the nodes of which a call tells it; `nil` when none is told.
        ///
        /// That is every node for the properties of 2016, and every node that can be reached for the metrics of
        /// 2019, which are preferred where both products are answered.
        public var coresInUse: Int?

        /// All nodes.
        public var total: Int { byState.values.reduce(0, +) }
    }

    /// Counts of jobs by the values of one property; letter case does not matter, and values are spelled as by
    /// the job with the lowest id.
    public struct Breakdown: Sendable, Equatable {
        /// Jobs by value and state.
        public var jobs: [String: [String: Int]] = [:]
        /// Allocated cores by value.
        public var allocatedCores: [String: Int] = [:]
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
        /// Its state, as in `nodes`.
        public var state: String
        /// Its health.
        public var health: String
        /// Whether it can be reached.
        public var isReachable: Bool
        /// `Availability` as the API spells it.
        public var availability: String
        /// `Location` as the API spells it; `nil` when `/cluster/nodes` does not tell it.
        public var location: String?
        /// The template that it was deployed with, which `/cluster/nodes` tells; `nil` for none.
        public var template: String?
        /// Its cores.
        public var cores: Int
        /// The cores that jobs hold; `nil` when no call tells it.
        public var coresInUse: Int?
        /// How busy its processors are, from 0 to 1; `nil` when it cannot be reached.
        public var processorUsageRatio: Double?
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
