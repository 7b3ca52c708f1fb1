import Basics

/// A state from the closed set of states that the API documents for one kind of row.
///
/// A value outside the set reads as `unknown`, so that it is counted and never dropped
/// (rule 5 of docs/metrics.md#rules). The sets: docs/hpcpack-api.md#values.
public protocol SchedulerState: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {
    /// Stands for every value that is not in the documented set.
    static var unknown: Self { get }
    /// Every documented state, in the order of the specification.
    static var known: [Self] { get }
    /// The state as the API spells it, which is also the value of the `state` label.
    var name: StaticString { get }
}

extension SchedulerState {
    /// The state that is spelled so, ASCII case aside; `unknown` where no documented one is.
    ///
    /// - Parameter text: The value as the API sent it.
    public init(_ text: Span<UInt8>) {
        // By raw value, from 0 on without a gap: the list of all cases would be made for each text.
        var raw: UInt8 = 0
        while let state = Self(rawValue: raw) {
            if state != .unknown, text.equalsIgnoringCase(state.name) {
                self = state
                return
            }
            raw += 1
        }
        self = .unknown
    }

    /// Finds the documented states, which each set of states does once.
    fileprivate static func documented() -> [Self] { allCases.filter { $0 != .unknown } }
}

/// The state of a job.
public enum JobState: UInt8, SchedulerState {
    case configuring, submitted, validating, externalValidation, queued, running, finishing
    case finished, failed, canceled, canceling, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

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

    /// Whether resources are allocated to the job.
    public var holdsResources: Bool { self == .running || self == .finishing || self == .canceling }

    /// Whether the job has ended; a requeue makes it active again.
    public var isTerminal: Bool { self == .finished || self == .failed || self == .canceled }
}

/// The state of a task.
public enum TaskState: UInt8, SchedulerState {
    case configuring, submitted, validating, queued, dispatching, running, finishing
    case finished, failed, canceled, canceling, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

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

/// The state of a node; a dead node is not a state but `Reachable` = `False`.
///
/// Which of them are documented depends on the `NodeDialect`: in that of HPC Pack 2019 `Unknown` is one of them.
public enum NodeState: UInt8, SchedulerState {
    case stopping, notDeployed, removing, rejected, starting, provisioning
    case offline, draining, online, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

    /// The state as the API spells it.
    public var name: StaticString {
        switch self {
        case .stopping: "Stopping"
        case .notDeployed: "NotDeployed"
        case .removing: "Removing"
        case .rejected: "Rejected"
        case .starting: "Starting"
        case .provisioning: "Provisioning"
        case .offline: "Offline"
        case .draining: "Draining"
        case .online: "Online"
        case .unknown: "Unknown"
        }
    }
}

/// In what a job counts the resources that it asks for.
public enum ResourceUnit: UInt8, SchedulerState {
    case core, socket, node, gpu, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

    /// The unit as the API spells it.
    public var name: StaticString {
        switch self {
        case .core: "Core"
        case .socket: "Socket"
        case .node: "Node"
        case .gpu: "Gpu"
        case .unknown: "Unknown"
        }
    }
}

/// Why a queued job waits.
public enum PendingReason: UInt8, SchedulerState {
    case none, notEnoughResource, higherPriorityJob, jobSubmittedEarlier, dependencyNotDone
    case requiredNodesNotAvailable, activationFilter, noBrokerNode, heldByAdmin, heldByUser
    case noAvailableResourceInRequestedNodeGroup, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

    /// The reason as the API spells it.
    public var name: StaticString {
        switch self {
        case .none: "None"
        case .notEnoughResource: "NotEnoughResource"
        case .higherPriorityJob: "HigherPriorityJob"
        case .jobSubmittedEarlier: "JobSubmittedEarlier"
        case .dependencyNotDone: "DependencyNotDone"
        case .requiredNodesNotAvailable: "RequiredNodesNotAvailable"
        // So it is spelled in the product (docs/hpcpack-api.md#properties).
        case .activationFilter: "AcitivationFilter"
        case .noBrokerNode: "NoBrokerNode"
        case .heldByAdmin: "HeldByAdmin"
        case .heldByUser: "HeldByUser"
        case .noAvailableResourceInRequestedNodeGroup: "NoAvailableResourceInRequestedNodeGroup"
        case .unknown: "Unknown"
        }
    }
}

/// The health of a node, which HPC Pack 2019 tells beside its state.
public enum NodeHealth: UInt8, SchedulerState {
    case ok, warning, error, transitional, unapproved, unknown

    /// Every documented one, in the order of the specification.
    public static let known = documented()

    /// The health as the API spells it.
    public var name: StaticString {
        switch self {
        case .ok: "OK"
        case .warning: "Warning"
        case .error: "Error"
        case .transitional: "Transitional"
        case .unapproved: "Unapproved"
        case .unknown: "Unknown"
        }
    }
}
