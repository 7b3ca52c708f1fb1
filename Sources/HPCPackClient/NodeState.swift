/// The state of a node; a dead node is not a state but `Reachable` = `False` (FACTS: Values).
public enum NodeState: UInt8, SchedulerState {
    case offline, draining, online, unknown

    /// The state as the API spells it.
    public var name: StaticString {
        switch self {
        case .offline: "Offline"
        case .draining: "Draining"
        case .online: "Online"
        case .unknown: "Unknown"
        }
    }
}
