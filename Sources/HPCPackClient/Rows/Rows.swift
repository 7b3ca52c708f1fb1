import JSONRows

/// One job of the job list, as far as the exporter reads it.
public struct JobRow: Sendable, Equatable {
    /// The job's id.
    public var id: Int64
    /// The job's state; `unknown` for a value that is not documented.
    public var state: JobState
    /// When the job was submitted, in Unix seconds; 0 when that is not known.
    public var submitTime: UInt32
    /// When the job started, in Unix seconds; 0 when it has not.
    public var startTime: UInt32
    /// When the job ended, in Unix seconds; 0 when it has not.
    public var endTime: UInt32
    /// When the job last changed, in Unix seconds; 0 when that is not known.
    public var changeTime: UInt32

    /// Makes a row.
    public init(
        id: Int64,
        state: JobState,
        submitTime: UInt32 = 0,
        startTime: UInt32 = 0,
        endTime: UInt32 = 0,
        changeTime: UInt32 = 0
    ) {
        self.id = id
        self.state = state
        self.submitTime = submitTime
        self.startTime = startTime
        self.endTime = endTime
        self.changeTime = changeTime
    }
}

/// The columns of a job listing that have a name of their own; those of `TaskCount`s follow after them.
public enum JobColumn: Int, CaseIterable, Sendable {
    case id, state, nodeGroups, submitTime, startTime, endTime, changeTime
    case unitType, minCores, minSockets, minNodes, holdUntil, allocatedCores, pendingReason
    case owner, project, jobTemplate, priority

    private static let names = [
        "Id", "State", "NodeGroups", "SubmitTime", "StartTime", "EndTime", "ChangeTime",
        "UnitType", "MinCores", "MinSockets", "MinNodes", "HoldUntil", "CurrentCoreCount",
        "PendingReason", "Owner", "Project", "JobTemplate", "Priority",
    ]
    /// The property of the column.
    var name: String { Self.names[rawValue] }

    static let set = ColumnSet(names + Capability.jobTaskCounts.properties)
    /// What every listing of jobs asks for.
    static let wanted = WantedProperties(
        all: Array(names[...changeTime.rawValue]),
        minimal: ["Id", "State"]
    )
    /// The properties of jobs that have not ended.
    static let details = Array(names[unitType.rawValue...holdUntil.rawValue])

    /// The column of the number of tasks in a state.
    static func taskCount(_ state: TaskState) -> Int { names.count + Int(state.rawValue) }
}

/// What is read of a job only while it has not ended.
public struct JobDetail: Sendable, Equatable {
    /// The cores that are allocated to the job; `nil` when that is not known.
    public var allocatedCores: UInt32?
    /// The least resources that the queued job asks for; `nil` when they are not known.
    public var request: ResourceRequest?
    /// Until when the queued job is held, in Unix seconds; 0 when it is not, `nil` when that is not known.
    public var holdUntil: UInt32?
    /// Why the queued job waits; `nil` when that is not told.
    public var pendingReason: PendingReason?

    /// Describes a job of which nothing is known.
    public init() {}
}

/// The least resources that a job asks for.
public struct ResourceRequest: Sendable, Hashable {
    /// What is counted.
    public let unit: ResourceUnit
    /// How many.
    public let count: UInt32
}

/// What is asked of each job besides what counting needs.
public struct JobProperties: Sendable {
    /// Whether what is read of jobs that have not ended is asked for.
    public var details = false
    /// The capabilities whose properties are asked for.
    public var capabilities: [Capability] = []
    /// The texts that are asked for.
    public var labels: [JobLabel] = []

    /// Asks for nothing more.
    public init() {}

    var wanted: WantedProperties {
        let all =
            JobColumn.wanted.all + (details ? JobColumn.details : [])
            + capabilities.flatMap(\.properties) + labels.map(\.column.name)
        return WantedProperties(all: all, minimal: JobColumn.wanted.minimal)
    }
}

/// A text of a job by which jobs can be counted; the raw values are those of `--collector.jobs.by`.
public enum JobLabel: String, CaseIterable, Sendable {
    case owner, project, template, priority

    /// The column that holds it.
    public var column: JobColumn {
        switch self {
        case .owner: .owner
        case .project: .project
        case .template: .jobTemplate
        case .priority: .priority
        }
    }
}

/// One task of a job, as far as the exporter reads it.
public struct TaskRow: Sendable, Equatable {
    /// The task's number within its job.
    public var task: UInt32
    /// The number of a parametric sweep's instance; `nil` for a task as a whole.
    public var instance: UInt32?
    /// The task's state.
    public var state: TaskState
    /// When the task last changed, in Unix seconds; 0 when that is not known.
    public var changeTime: UInt32

    /// Identifies the task within its job: `task` in the upper half; in the lower half 0 for a task as a whole and
    /// `instance + 1` for an instance of a sweep.
    public var key: UInt64 { UInt64(task) << 32 | (instance.map { UInt64($0) + 1 } ?? 0) }

    /// Makes a row.
    public init(task: UInt32, instance: UInt32?, state: TaskState, changeTime: UInt32 = 0) {
        self.task = task
        self.instance = instance
        self.state = state
        self.changeTime = changeTime
    }
}

/// The columns of a task listing.
public enum TaskColumn: Int, CaseIterable, Sendable {
    case taskID, state, changeTime, jobTaskID, instanceID

    static let set = ColumnSet(["TaskId", "State", "ChangeTime", "JobTaskId", "InstanceId"])
    static let wanted = WantedProperties(
        all: ["TaskId", "State", "ChangeTime"],
        minimal: ["TaskId", "State"]
    )
}
