/// The state of a task (FACTS: Values).
public enum TaskState: UInt8, SchedulerState {
    case configuring, submitted, validating, queued, dispatching, running, finishing
    case finished, failed, canceled, canceling, unknown

    /// The state as the API spells it.
    public var name: StaticString {
        switch self {
        case .configuring: "Configuring"
        case .submitted: "Submitted"
        case .validating: "Validating"
        case .queued: "Queued"
        case .dispatching: "Dispatching"
        case .running: "Running"
        case .finishing: "Finishing"
        case .finished: "Finished"
        case .failed: "Failed"
        case .canceled: "Canceled"
        case .canceling: "Canceling"
        case .unknown: "Unknown"
        }
    }
}
