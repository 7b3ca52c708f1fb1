/// One row of a job's tasks: a task, a parametric sweep's master, or one of its instances.
struct TaskRow: Sendable {
    /// The number within the job, from 1.
    let id: UInt32
    /// The instance of a parametric sweep, from 1; 0 for a task or a master.
    let instance: UInt32
    let kind: Kind
    var state: TaskState = .configuring
    var previousState: TaskState = .configuring
    var requeueCount: UInt8 = 0
    var failure: Job.Failure = .none
    var exitCode: Int32 = 0
    /// The index in the cluster's nodes; -1 before the task is placed.
    var node: Int32 = -1
    /// Unix seconds; 0 means never.
    var createTime: UInt32
    var submitTime: UInt32 = 0
    var startTime: UInt32 = 0
    var endTime: UInt32 = 0
    var changeTime: UInt32

    enum Kind: UInt8, Sendable {
        case basic, sweepMaster, sweepInstance, nodePrep, nodeRelease, service

        /// The `Type` property.
        var name: String {
            switch self {
            case .basic: "Basic"
            case .sweepMaster, .sweepInstance: "ParametricSweep"
            case .nodePrep: "NodePrep"
            case .nodeRelease: "NodeRelease"
            case .service: "Service"
            }
        }
    }

    /// Whether the row does the job's work: not node preparation or release, and not the master of a sweep.
    var isMain: Bool {
        kind == .basic || kind == .sweepInstance || kind == .service
    }

    /// Identifies the row within its job; rows are sorted by it.
    var key: UInt64 { Self.key(id, instance) }

    /// The key of a task (instance 0) or of an instance of its sweep.
    static func key(_ task: UInt32, _ instance: UInt32 = 0) -> UInt64 {
        UInt64(task) << 32 | UInt64(instance)
    }

    /// Changes the state, and the times that go with it.
    mutating func move(to next: TaskState, at now: UInt32) {
        guard next != state else { return }
        previousState = state
        state = next
        changeTime = now
        if next == .dispatching { startTime = now }
        if next.isTerminal { endTime = now }
    }
}

/// A task's state: as a job's, without `ExternalValidation` and with `Dispatching`
/// (docs/hpcpack-api.md#values).
enum TaskState: UInt8, NamedState {
    case configuring, submitted, validating, queued, dispatching, running, finishing
    case finished, failed, canceled, canceling

    static let names = [
        "Configuring", "Submitted", "Validating", "Queued", "Dispatching", "Running", "Finishing",
        "Finished",
        "Failed", "Canceled", "Canceling",
    ]

    /// Whether the task has ended.
    var isTerminal: Bool { self == .finished || self == .failed || self == .canceled }

    /// Whether the task holds cores.
    var isOnNode: Bool {
        self == .dispatching || self == .running || self == .finishing || self == .canceling
    }
}

/// A command to a task or a subtask, and the states that allow it (specification; product documentation of
/// `ISchedulerJob::CancelTask` and of `task finish`).
enum TaskCommand: Sendable, CaseIterable {
    case cancel, finish, requeue, set

    func isAllowed(in state: TaskState) -> Bool {
        switch (self, state) {
        case (.cancel, .configuring), (.cancel, .submitted), (.cancel, .validating),
            (.cancel, .queued), (.cancel, .dispatching), (.cancel, .running):
            true
        case (.finish, .queued), (.finish, .dispatching), (.finish, .running): true
        case (.requeue, .failed), (.requeue, .canceled), (.requeue, .queued): true
        case (.set, .configuring), (.set, .submitted), (.set, .validating), (.set, .queued),
            (.set, .failed), (.set, .canceled):
            true
        default: false
        }
    }
}
