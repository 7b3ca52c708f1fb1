import TestSupport

/// An HPC Pack cluster of the tests' own: what it holds, and what each event does to it.
///
/// It shares nothing with the exporter or the simulator. Beside the cluster it keeps what the tests must know
/// about readers: which jobs a read in progress may have seen before or after a change, and which changes a
/// reader of changes cannot have been told.
struct ModelCluster: Sendable {
    static let groupNames = ["ComputeNodes", "GPU Nodes", "HeadNodes", "Über", "azure"]

    let behavior: ServerBehavior
    /// The head node's clock, in Unix seconds.
    var now: Int
    var jobs: [Int: ModelJob] = [:]
    var nextJob = 1
    var nodes: [ModelNode] = []
    var nextNode = 1
    var groups = ["ComputeNodes", "HeadNodes", "GPU Nodes"]
    var templates = 1
    var version = "5.3.6420.0"
    var headNode = "HEAD1"
    /// Whether events happen while a listing is read.
    var isReading = false
    /// Whether any did, in this round.
    var wasDisturbed = false
    /// The newest ChangeTime that was ever written.
    var newestStamp = 0
    /// Purged jobs that only a full read finds gone.
    var ghosts: [ModelJob] = []

    init(_ behavior: ServerBehavior) {
        self.behavior = behavior
        now = behavior.start
    }

    /// The jobs by id.
    var sortedJobs: [ModelJob] { jobs.values.sorted { $0.id < $1.id } }

    // MARK: What readers can know

    /// After a round in which events came between requests: what changed lately is left alone until a quiet
    /// read, since nobody can tell what the reader saw of it.
    mutating func lockDirtyJobs() {
        for id in jobs.keys where jobs[id]?.isDirty == true { jobs[id]?.isLocked = true }
    }

    /// After a quiet read of the jobs.
    ///
    /// - Parameter full: Whether every job was read, not just what changed.
    mutating func noteRead(full: Bool) {
        if full { ghosts = [] }
        for id in jobs.keys {
            jobs[id]?.isLocked = false
            if full { jobs[id]?.isFrozen = false }
            if jobs[id]?.isFrozen == false { jobs[id]?.isDirty = false }
        }
    }

    /// After a quiet, full read of the tasks.
    mutating func noteTasksRead() {
        for id in jobs.keys {
            jobs[id]?.hidesTasks = false
            jobs[id]?.ghostTasks = [:]
        }
    }

    /// Whether a reader of changes may lack a change to a job.
    var hidesJobs: Bool { jobs.values.contains(where: \.isFrozen) }

    /// Whether a reader of changes may lack a change to a task.
    var hidesTasks: Bool { hidesJobs || jobs.values.contains(where: \.hidesTasks) }

    // MARK: Changes

    /// The job that an event is about: the same one whatever other events were left out, as far as can be.
    func pick(_ seed: UInt64, _ suits: (ModelJob) -> Bool) -> Int? {
        func rank(_ id: Int) -> UInt64 {
            var random = SeededRandom(seed ^ UInt64(id) &* 0x2545_F491_4F6C_DD1D)
            return random.next()
        }
        return jobs.values.filter {
            !$0.isLocked && !$0.isFrozen && !(isReading && $0.isDirty) && suits($0)
        }.map { ($0.id, rank($0.id)) }.min { $0.1 < $1.1 }?.0
    }

    /// Writes a change of a kind into a job's row.
    mutating func stamp(_ job: inout ModelJob, _ kind: ChangeKind) {
        job.isDirty = true
        job.lastKind = kind
        job.changes += 1
        if !behavior.unstamped.contains(kind) || job.change == 0 { job.change = now }
    }

    /// Ends an event for a job: decides whether a reader of changes can be told of it.
    ///
    /// - Parameters:
    ///   - job: The job after the event.
    ///   - before: How many changes it had seen before the event.
    mutating func settle(_ job: ModelJob, changes before: Int) {
        var job = job
        if job.changes != before { job.isFrozen = job.change != now || isHidden(job) }
        newestStamp = max(newestStamp, job.change)
        jobs[job.id] = job
    }

    /// Whether the filter for jobs keeps quiet about the job's last change.
    func isHidden(_ job: ModelJob) -> Bool {
        if job.change < newestStamp, behavior.clockSteps { return true }
        switch behavior.jobFilter {
        case .empty: return true
        case .blind(let kinds): return kinds.contains(job.lastKind)
        case .lossy: return Self.isLost(job.id, job.changes)
        default: return false
        }
    }

    /// Whether the filter for tasks keeps quiet about a change of now.
    var hidesTaskChange: Bool {
        switch behavior.taskFilter {
        case .empty: true
        case .blind(let kinds): kinds.contains(.task)
        case .lossy: true
        default: behavior.unstamped.contains(.task) || behavior.clockSteps && now < newestStamp
        }
    }

    static func isLost(_ id: Int, _ changes: Int) -> Bool {
        var random = SeededRandom(UInt64(id) << 20 ^ UInt64(changes))
        return random.chance(of: 3)
    }
}
