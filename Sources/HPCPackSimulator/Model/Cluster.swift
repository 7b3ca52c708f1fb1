/// The whole simulated cluster at one simulated second.
///
/// A value without sockets, threads or clocks: the same seed and the same advances give the same cluster.
struct Cluster: Sendable {
    let draws: Draws
    let workload: Workload
    let plan: TaskPlan
    /// Simulated Unix seconds.
    var now: UInt32

    let product: SimulatorConfiguration.Product
    /// The names of the head nodes; the first is the active one at the start.
    let headNodes: [String]
    /// The name of the head node that is active.
    var headNode: String
    let groups: [NodeGroup]
    let templates: [String]
    var nodes: [Node]
    /// For each group, the indices of its members in `nodes`.
    let members: [[Int]]
    /// The indices of nodes by lower-case name.
    let nodePositions: [String: Int]
    private(set) var groupLists = GroupLists()
    /// For each `NodeGroups` text, the nodes that its jobs may run on.
    private(set) var placements: [Placement] = []
    /// The `NodeGroups` texts that new jobs draw from, as indices repeated by weight.
    var groupChoices: [Int] = []

    /// All jobs that the scheduler holds, in the order of their ids.
    var jobs: [Job] = []
    /// The tasks of jobs that were active during the simulation; those of older jobs are drawn from the seed.
    var tasks: [UInt32: JobTasks] = [:]
    var nextJobId: UInt32 = 1
    /// What jobs that a client created or changed have beside their rows, by job id.
    var clientJobs: [UInt32: ClientJob] = [:]
    /// How many rows the tasks of client jobs have.
    var clientTaskRows = 0
    /// The size of all texts that clients have set, in bytes.
    var clientTextBytes = 0

    /// Queued jobs, the next to start first.
    var queue: [UInt32] = []
    /// The cores that new work could get, by node; 0 where none may be placed.
    var freeCores: [Int32]
    /// Where the next search for free cores begins, so that work spreads over the cluster.
    var nextNode = 0
    var random: SeededRandom
    var events = EventQueue()
    var isPlacementScheduled = false
    /// When the next seeded job is created, in microseconds since 1970; 0 for never.
    var nextArrival: UInt64 = 0
    var log: EventLog

    /// Returns the index of job `id` in `jobs`.
    func position(ofJob id: UInt32) -> Int? {
        let position = jobs.partitioningIndex { $0.id >= id }
        return position < jobs.count && jobs[position].id == id ? position : nil
    }

    func job(_ id: UInt32) -> Job? {
        position(ofJob: id).map { jobs[$0] }
    }

    /// Returns the tasks of `job`, drawn from the seed when it had ended before the simulation began.
    func tasks(of job: Job) -> JobTasks {
        if let live = tasks[job.id] { return live }
        var tasks = JobTasks(rows: plan.history(of: job, nodes: historicNodes(of: job)))
        tasks.allocation = allocation(of: job)
        return tasks
    }

    /// Returns the cores that `job` holds, or held when it ran last.
    func allocation(of job: Job) -> [JobTasks.Share] {
        if let live = tasks[job.id] { return live.allocation }
        guard job.startTime != 0 else { return [] }
        let positions = historicNodes(of: job)
        let each = max(1, Int(job.minUnits) / max(1, positions.count))
        return positions.map {
            JobTasks.Share(
                node: $0,
                cores: min(each * cores(inOne: job.unit, of: nodes[$0]), nodes[$0].cores)
            )
        }
    }

    /// Draws the nodes of a job that ended before the simulation: a few that its groups allow.
    private func historicNodes(of job: Job) -> [Int] {
        let units = Int(job.minUnits)
        let wanted =
            switch job.unit {
            case .core: 1 + units / 16
            case .socket: 1 + units / 2
            case .node: units
            }
        let count = min(wanted, 8)
        let allowed = placements[Int(job.groups)].nodes
        guard !allowed.isEmpty else { return [] }
        let first = draws.below(allowed.count, .taskNode, Int(job.id), -1)
        return (0..<min(count, allowed.count)).map { allowed[(first + $0) % allowed.count] }
            .sorted()
    }

    /// Returns the index of a `NodeGroups` text, which is added when it is new.
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
                Placement(
                    nodes: allowed,
                    cores: allowed.reduce(0) { $0 + nodes[$1].cores },
                    sockets: allowed.reduce(0) { $0 + nodes[$1].sockets }
                )
            )
        }
        return position
    }

    /// The nodes that jobs with one `NodeGroups` text may run on: members of any listed group that it names,
    /// or every compute node when it names none that is listed.
    struct Placement: Sendable {
        let nodes: [Int]
        let cores: Int
        let sockets: Int
    }
}

/// Interns the `NodeGroups` texts of all jobs; a job keeps an index.
///
/// The texts stay as jobs spell them: in another letter case, with a group twice, or with one that is not
/// listed.
struct GroupLists: Sendable {
    /// The comma-separated texts; the empty one is always first.
    private(set) var texts = [""]
    /// For each text, the names in it as spelled.
    private(set) var names: [[String]] = [[]]
    /// For each text, the indices of the listed groups that it names, once each.
    private(set) var listed: [[Int]] = [[]]
    private var positions = ["": 0]

    /// Whether `text` has an index already.
    func contains(_ text: String) -> Bool { positions[text] != nil }

    /// Returns the index of `text`, which is added when it is new; `groups` is the group list.
    mutating func position(of text: String, in groups: [NodeGroup]) -> Int {
        if let known = positions[text] { return known }
        let parts = text.split(separator: ",").map(String.init)
        var found: [Int] = []
        for part in parts {
            let wanted = part.lowercased()
            if let group = groups.firstIndex(where: { $0.name.lowercased() == wanted }),
                !found.contains(group)
            {
                found.append(group)
            }
        }
        texts.append(text)
        names.append(parts)
        listed.append(found)
        positions[text] = texts.count - 1
        return texts.count - 1
    }
}

extension RandomAccessCollection where Index == Int {
    /// Returns the first index whose element satisfies `predicate`, or `endIndex`, by binary search.
    ///
    /// All elements that do not satisfy it must come before all that do.
    func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
