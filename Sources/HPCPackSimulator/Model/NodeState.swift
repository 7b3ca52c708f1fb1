/// A node's state as `/nodes` spells it (FACTS: Values).
///
/// A dead node is not a state here.
enum NodeState: UInt8, CaseIterable, Sendable {
    case offline, draining, online

    var name: String {
        switch self {
        case .offline: "Offline"
        case .draining: "Draining"
        case .online: "Online"
        }
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
