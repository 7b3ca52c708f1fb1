import HPCPackClient
import JSONRows

/// Stages the node list: each node once, with its last values.
final class NodeStage: ListingStage {
    private let decoder: RowDecoder
    private var places: [String: Int] = [:]
    private(set) var nodes: [NodeRow] = []
    private(set) var rowsWithoutID = 0
    /// Whether any row carried `NodeGroups`.
    private(set) var hasGroups = false

    init(_ context: RoundContext) { decoder = context.decoder() }

    func begin() {
        places = [:]
        nodes = []
        rowsWithoutID = 0
        hasGroups = false
    }

    func stage(_ row: borrowing Row) -> Bool {
        guard let node = decoder.node(row) else {
            rowsWithoutID += 1
            return false
        }
        if node.groups != nil { hasGroups = true }
        if let place = places[node.id] {
            nodes[place] = node
            return false
        }
        places[node.id] = nodes.count
        nodes.append(node)
        return true
    }
}
