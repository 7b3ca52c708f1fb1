/// One job, packed so that a million of them take tens of megabytes.
///
/// Its texts are drawn from the seed when they are asked for.
struct Job: Sendable {
    let id: UInt32
    /// Unix seconds; 0 means never.
    var createTime: UInt32
    var submitTime: UInt32 = 0
    var startTime: UInt32 = 0
    var endTime: UInt32 = 0
    var changeTime: UInt32
    /// The run time of a seeded job in seconds.
    var plannedSeconds: UInt32
    /// When the job may start at the earliest, Unix seconds; 0 for at once.
    ///
    /// A client may set another time.
    var holdUntil: UInt32 = 0
    /// The least and the most resources that the job asks for, counted in `unit`.
    var minUnits: UInt16
    var maxUnits: UInt16
    /// The index of its `NodeGroups` text in `GroupLists`.
    var groups: UInt16
    /// 0 (lowest) to 4000 (highest).
    var expandedPriority: UInt16
    var unit = ResourceUnit.core
    var state: JobState
    var previousState: JobState
    var template: UInt8
    var requeueCount: UInt8 = 0
    /// Counts interruptions: events that were scheduled before one are stale after it.
    var generation: UInt8 = 0
    /// How a seeded job ends unless a client interferes.
    var outcome: Outcome
    var failure: Failure = .none
    var runsUntilCanceled: Bool

    enum Outcome: UInt8, Sendable {
        case finish, fail, cancel
    }

    /// Why a job or task did not finish; the text of `ErrorMessage`.
    enum Failure: UInt8, Sendable {
        case none, taskFailed, exitCode, canceledByUser, nodeUnreachable, validation
        case taskCanceled, jobCanceled, runtimeExpired, dependency, jobEnded

        var message: String {
            switch self {
            case .none: ""
            case .taskFailed: "Job failed because one or more of its tasks failed."
            case .exitCode: "Task exited with a failure exit code."
            case .canceledByUser: "Canceled by user. Message: \"No longer needed\""
            case .nodeUnreachable: "Node is unreachable: the resource was lost while in use."
            case .validation: "The job was rejected during validation."
            case .taskCanceled: "Task canceled by user."
            case .jobCanceled: "The job was canceled."
            case .runtimeExpired: "The run time limit was exceeded."
            case .dependency: "A task that this task depends on did not finish."
            case .jobEnded: "The job ended before the task did."
            }
        }
    }

    /// Changes the state, and `changeTime` with it.
    mutating func move(to next: JobState, at now: UInt32) {
        previousState = state
        state = next
        changeTime = now
    }

    /// Returns the least resources of a unit that the job asks for: 1 of those that it is not counted in.
    func minimum(in unit: ResourceUnit) -> Int { unit == self.unit ? Int(minUnits) : 1 }

    /// Returns the most resources of a unit that the job asks for: 1 of those that it is not counted in.
    func maximum(in unit: ResourceUnit) -> Int { unit == self.unit ? Int(maxUnits) : 1 }

    /// The name of the priority band that the expanded priority is in.
    var priorityName: String {
        switch expandedPriority {
        case ..<1000: "Lowest"
        case ..<2000: "BelowNormal"
        case ..<3000: "Normal"
        case ..<4000: "AboveNormal"
        default: "Highest"
        }
    }
}

/// A state with a name in the API.
protocol NamedState: RawRepresentable<UInt8>, CaseIterable, Sendable {
    /// The names, in the order of the cases.
    static var names: [String] { get }
}

extension NamedState {
    /// The name as the API writes it.
    var name: String { Self.names[Int(rawValue)] }

    /// Creates the state called `name`, in any letter case.
    init?(named name: String) {
        let wanted = name.lowercased()
        guard let index = Self.names.firstIndex(where: { $0.lowercased() == wanted }) else {
            return nil
        }
        self.init(rawValue: UInt8(index))
    }
}

/// A job's state, in the order of the product's own enumeration (docs/hpcpack-api.md#values).
enum JobState: UInt8, NamedState {
    case configuring, submitted, validating, externalValidation, queued, running, finishing
    case finished, failed, canceled, canceling

    static let names = [
        "Configuring", "Submitted", "Validating", "ExternalValidation", "Queued", "Running",
        "Finishing",
        "Finished", "Failed", "Canceled", "Canceling",
    ]

    /// Whether the job has ended; it stays so until a client requeues it.
    var isTerminal: Bool { self == .finished || self == .failed || self == .canceled }

    /// Whether a job in this state has cores allocated to it.
    var holdsCores: Bool { self == .running || self == .finishing || self == .canceling }
}

/// A command to a job, and the states that allow it (product documentation of the `IScheduler` methods and of
/// `job cancel`, `job finish` and `job requeue`).
enum JobCommand: Sendable, CaseIterable {
    case submit, cancel, cancelByForce, finish, requeue, addTask
    /// Set any property.
    case set
    /// Set properties that apply while the job runs.
    case setWhileRunning

    func isAllowed(in state: JobState) -> Bool {
        switch self {
        case .submit: state == .configuring || state == .failed || state == .canceled
        case .cancel: isBeforeRunning(state) || state == .running
        case .cancelByForce: !state.isTerminal
        case .finish: state == .queued || state == .running
        case .requeue: state == .running || state == .failed || state == .canceled
        case .addTask: isBeforeRunning(state) || state == .running
        case .set: isBeforeRunning(state) || state == .failed
        case .setWhileRunning: isBeforeRunning(state) || state == .running || state == .failed
        }
    }

    private func isBeforeRunning(_ state: JobState) -> Bool {
        switch state {
        case .configuring, .submitted, .validating, .externalValidation, .queued: true
        default: false
        }
    }
}
