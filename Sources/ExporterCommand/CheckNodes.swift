import HPCPackClient
import JSONRows

/// Stages a node listing for `--check`.
final class CheckNodes: ListingStage {
    private let unread = CheckUnread()
    private lazy var decoder = unread.decoder(nil)
    private let onRow: (Int) -> Void
    private var ids: Set<String> = []

    /// Nodes by state.
    private(set) var states: [NodeState: Int] = [:]
    private(set) var unreachable = 0
    /// Whether any row told its groups.
    private(set) var hasGroups = false

    init(onRow: @escaping (Int) -> Void = { _ in }) { self.onRow = onRow }

    /// Distinct nodes.
    var count: Int { ids.count }

    func begin() {
        ids = []
        states = [:]
        unreachable = 0
        hasGroups = false
        unread.clear()
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let node = decoder.node(row), ids.insert(node.id).inserted else { return false }
        onRow(ids.count)
        states[node.state, default: 0] += 1
        if node.isReachable == false { unreachable += 1 }
        if node.groups != nil { hasGroups = true }
        return true
    }
}
