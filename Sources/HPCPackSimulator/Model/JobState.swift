/// A job's state (FACTS: Values), in the order of the product's own enumeration.
enum JobState: UInt8, CaseIterable, Sendable {
    case configuring, submitted, validating, externalValidation, queued, running, finishing
    case finished, failed, canceled, canceling

    var name: String {
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
        }
    }

    /// True once nothing moves any more, until somebody requeues the job.
    var isTerminal: Bool {
        self == .finished || self == .failed || self == .canceled
    }

    /// The state called `name`, in any letter case.
    init?(named name: String) {
        let wanted = name.lowercased()
        guard let state = Self.allCases.first(where: { $0.name.lowercased() == wanted }) else {
            return nil
        }
        self = state
    }
}
