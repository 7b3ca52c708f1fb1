/// One node group as `/nodes/groups` lists it.
struct NodeGroup: Sendable {
    let name: String
    let description: String
}
