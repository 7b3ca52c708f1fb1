/// One job, packed: a million of them are tens of megabytes.
///
/// Texts are drawn when asked for.
struct Job: Sendable {
    let id: UInt32
    /// Unix seconds; 0 means never.
    var createTime: UInt32
    var submitTime: UInt32 = 0
    var startTime: UInt32 = 0
    var endTime: UInt32 = 0
    var changeTime: UInt32
    /// How long the job means to run once it starts, in seconds.
    var plannedSeconds: UInt32
    var minCores: UInt16
    var maxCores: UInt16
    /// Position in `GroupLists`.
    var groups: UInt16
    /// 0 (lowest) to 4000 (highest).
    var expandedPriority: UInt16
    var state: JobState
    var previousState: JobState
    var template: UInt8
    var requeueCount: UInt8 = 0
    /// Counts interruptions, so that events planned before one are void after it.
    var generation: UInt8 = 0
    /// How the job is to end if nobody interferes.
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

    /// Moves to `next` at `now`, and stamps the change.
    mutating func move(to next: JobState, at now: UInt32) {
        previousState = state
        state = next
        changeTime = now
    }

    /// The priority's name; expanded priorities lie between the named ones.
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
