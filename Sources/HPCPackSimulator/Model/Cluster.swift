/// The whole simulated cluster at one simulated second.
///
/// A value without sockets, threads or clocks: the same seed and the same advances give the same
/// cluster. `advance(to:)` is in `Life`, what the seed makes of it is in `ClusterSeeding`.
struct Cluster: Sendable {
    let draws: Draws
    let workload: Workload
    let plan: TaskPlan
    /// Simulated Unix seconds.
    var now: UInt32

    let version: String
    /// The names of the head nodes; the first is active at the start.
    let headNodes: [String]
    /// The name of the head node that is active.
    var headNode: String
    let groups: [NodeGroup]
    let templates: [String]
    var nodes: [Node]
    /// For each group, its members as positions in `nodes`.
    let members: [[Int]]
    /// Node positions by lower-case name.
    let nodePositions: [String: Int]
    private(set) var groupLists = GroupLists()
    /// For each `NodeGroups` text, where its jobs may run.
    private(set) var placements: [Placement] = []
    /// `NodeGroups` positions that new jobs draw from, repeated by weight.
    var groupChoices: [Int] = []

    /// All jobs the scheduler holds, in the order of their ids.
    var jobs: [Job] = []
    /// The tasks of jobs that live or lived during the simulation; older jobs' are drawn.
    var tasks: [UInt32: JobTasks] = [:]
    var nextJobId: UInt32 = 1
    /// What jobs made or changed through the API have beside their rows.
    var driven: [UInt32: DrivenJob] = [:]
    /// How many rows the tasks of driven jobs have.
    var drivenRows = 0
    /// How long the texts are that clients have set, in bytes.
    var drivenBytes = 0

    /// Queued jobs, the next to start first.
    var queue: [UInt32] = []
    /// Cores that new work could take, by node: 0 where none may be placed.
    var freeCores: [Int32]
    /// Turns the search for free cores around the cluster.
    var nextNode = 0
    var random: SeededRandom
    var events = EventQueue()
    var isPlacementPlanned = false
    /// Microseconds since 1970 of the next arrival.
    var nextArrival: UInt64 = 0
    var log: EventLog

    /// The position of job `id`, by binary search.
    func position(ofJob id: UInt32) -> Int? {
        var low = 0
        var high = jobs.count
        while low < high {
            let middle = (low + high) / 2
            if jobs[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < jobs.count && jobs[low].id == id ? low : nil
    }

    func job(_ id: UInt32) -> Job? {
        position(ofJob: id).map { jobs[$0] }
    }

    /// The tasks of `job`, drawn again if it was over before the simulation began.
    func tasks(of job: Job) -> JobTasks {
        if let live = tasks[job.id] { return live }
        var tasks = JobTasks(rows: plan.history(of: job, nodes: historicNodes(of: job)))
        tasks.allocation = allocation(of: job)
        return tasks
    }

    /// The cores `job` has, or had when it ran last.
    func allocation(of job: Job) -> [JobTasks.Share] {
        if let live = tasks[job.id] { return live.allocation }
        guard job.startTime != 0 else { return [] }
        let nodes = historicNodes(of: job)
        let each = max(1, Int(job.minCores) / max(1, nodes.count))
        return nodes.map { JobTasks.Share(node: $0, cores: each) }
    }

    /// Where an old job ran: a few nodes that its groups allow.
    private func historicNodes(of job: Job) -> [Int] {
        let count = min(1 + Int(job.minCores) / 16, 8)
        let allowed = placements[Int(job.groups)].nodes
        guard !allowed.isEmpty else { return [] }
        let first = draws.below(allowed.count, .taskNode, Int(job.id), -1)
        return (0..<min(count, allowed.count)).map { allowed[(first + $0) % allowed.count] }
            .sorted()
    }

    /// The position of a `NodeGroups` text, which is added when it is new.
    mutating func groupListPosition(of text: String) -> Int {
        let position = groupLists.position(of: text, in: groups)
        while placements.count < groupLists.texts.count {
            let listed = groupLists.listed[placements.count]
            let allowed =
                switch listed.count {
                case 0: workload.anyNode
                case 1: members[listed[0]]
                default: Set(listed.flatMap { members[$0] }).sorted()
                }
            placements.append(
                Placement(nodes: allowed, cores: allowed.reduce(0) { $0 + nodes[$1].cores })
            )
        }
        return position
    }

    /// Where jobs with one `NodeGroups` text may run: on members of any listed group they name,
    /// or on every compute node when they name none that is listed.
    struct Placement: Sendable {
        let nodes: [Int]
        let cores: Int
    }
}
