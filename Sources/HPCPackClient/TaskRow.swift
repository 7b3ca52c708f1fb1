import JSONRows

/// One task of a job, as far as the exporter looks.
public struct TaskRow: Sendable, Equatable {
    /// The task's number within its job.
    public var task: UInt32
    /// The number of a parametric sweep's instance; `nil` for a task as a whole.
    public var instance: UInt32?
    /// The task's state.
    public var state: TaskState
    /// When the task last changed, in Unix seconds; 0 when that is not known.
    public var changeTime: UInt32

    /// The task's place among the tasks of its job: `task` in the upper half; in the lower half 0 for a task
    /// as a whole and `instance + 1` for an instance of a sweep.
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
    static let ladder = PropertyLadder(["TaskId", "State", "ChangeTime"], ["TaskId", "State"])
}
