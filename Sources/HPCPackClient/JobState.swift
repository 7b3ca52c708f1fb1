/// The state of a job (FACTS: Values).
public enum JobState: UInt8, SchedulerState {
    case configuring, submitted, validating, externalValidation, queued, running, finishing
    case finished, failed, canceled, canceling, unknown

    /// The state as the API spells it.
    public var name: StaticString {
        switch self {
        case .configuring: "Configuring"
        case .submitted: "Submitted"
        case .validating: "Validating"
        case .externalValidation: "ExternalValidation"
        case .queued: "Queued"
        case .running: "Running"
        case .finishing: "Finishing"
        case .finished: "Finished"
        case .failed: "Failed"
        case .canceled: "Canceled"
        case .canceling: "Canceling"
        case .unknown: "Unknown"
        }
    }

    /// Whether the job has ended; a requeue makes it active again (FACTS: Values).
    public var isTerminal: Bool { self == .finished || self == .failed || self == .canceled }
}
