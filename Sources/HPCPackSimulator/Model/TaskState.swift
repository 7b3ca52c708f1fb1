/// A task's state: as a job's, without `ExternalValidation`, with `Dispatching` (FACTS: Values).
enum TaskState: UInt8, CaseIterable, Sendable {
    case configuring, submitted, validating, queued, dispatching, running, finishing
    case finished, failed, canceled, canceling

    var name: String {
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
        }
    }

    var isTerminal: Bool {
        self == .finished || self == .failed || self == .canceled
    }

    /// True while the task holds cores.
    var isOnNode: Bool {
        self == .dispatching || self == .running || self == .finishing || self == .canceling
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
