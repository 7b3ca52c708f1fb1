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
    /// Position in the cluster's nodes; -1 when the task has not been placed.
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

    /// True for what the job is about, not its preparation or clean-up, and not a mere master.
    var isMain: Bool {
        kind == .basic || kind == .sweepInstance || kind == .service
    }

    /// One number for (task, instance), in the order of rows.
    var key: UInt64 {
        UInt64(id) << 32 | UInt64(instance)
    }

    /// Moves to `next` at `now`, and stamps the change.
    mutating func move(to next: TaskState, at now: UInt32) {
        guard next != state else { return }
        previousState = state
        state = next
        changeTime = now
        if next == .dispatching { startTime = now }
        if next.isTerminal { endTime = now }
    }
}
