/// `GET /nodes`, `/nodes/{name}`, `/nodes/groups` and `/nodes/groups/{name}`.
extension HeadNode {
    private func served(_ properties: [NodeProperty]) -> [NodeProperty] {
        properties.filter { $0 != .nodeGroups || configuration.servesNodeGroupsProperty }
    }

    mutating func listNodes(_ context: Context) throws(APIError) -> APIResponse {
        let selection = try selection(
            context,
            defaults: served(NodeProperty.documented),
            available: served(NodeProperty.allCases)
        )
        let filter = try FilterClauses(context.query.text("$filter"), allowed: ["nodestate"])
        let state = try filter.state("nodestate", NodeState.init(named:))
        let values = values
        let descends = try descends(context)
        return try page(context) {
            Self.sorted(
                values.cluster.nodes.filter { state == nil || $0.state == state },
                by: context.query.text("sortnodesby"),
                descends: descends,
                number: { (property: NodeProperty, node) in values.number(property, of: node) },
                text: { values.append($0, of: $1, to: &$2) }
            ).map { UInt64($0.id - 1) }
        } append: { key, out in
            let node = values.cluster.nodes[Int(key)]
            selection.append(to: &out) { values.append($0, of: node, to: &$1) }
            return true
        }
    }

    func node(named name: String) throws(APIError) -> APIResponse {
        guard let position = cluster.nodePositions[name.lowercased()] else {
            throw .notFound("The node '\(name)' does not exist.")
        }
        let values = values
        return PropertySelection(accepted(served(NodeProperty.documented))).response {
            values.append($0, of: cluster.nodes[position], to: &$1)
        }
    }

    func nodeGroups() -> APIResponse {
        let rows = cluster.groups.map {
            [
                NameValue(name: "Name", value: $0.name),
                NameValue(name: "Description", value: $0.description),
            ]
        }
        return APIResponse(
            json: JSONWriter.bytes {
                $0.array(rows) { out, row in
                    out.object { $0.member("Properties") { $0.pairs(row) } }
                }
            }
        )
    }

    func members(ofGroup name: String) throws(APIError) -> APIResponse {
        let members = try position(ofGroup: name).map { cluster.members[$0] } ?? []
        return strings(members.map { cluster.nodes[$0].name })
    }
}
