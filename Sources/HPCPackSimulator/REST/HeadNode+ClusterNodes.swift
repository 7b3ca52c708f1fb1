/// The calls on nodes and groups of HPC Pack 2019: plain objects in one array, without pages
/// (docs/hpcpack-api.md#hpc-pack-2019).
extension HeadNode {
    /// Answers `GET /cluster/nodes`.
    func clusterNodes(_ context: Context) throws(APIError) -> APIResponse {
        let names = context.query.list("names").map { Set($0.map { $0.lowercased() }) }
        let state = try choice(of: DeploymentState.self, "state", context)
        let health = try choice(of: NodeHealth.self, "health", context)
        var allowed: Set<Int>?
        if let group = context.query.text("group") {
            allowed = Set(try position(ofGroup: group).map { cluster.members[$0] } ?? [])
        }
        if let ids = context.query.list("jobs") {
            var positions: Set<Int> = []
            for id in ids {
                guard let number = UInt32(id) else {
                    throw .badRequest("The value '\(id)' is not valid for jobs.")
                }
                let shares = cluster.job(number).map { cluster.allocation(of: $0) } ?? []
                positions.formUnion(shares.map(\.node))
            }
            allowed = allowed?.intersection(positions) ?? positions
        }
        let rows = cluster.nodes.indices.filter { position in
            names?.contains(cluster.nodes[position].name.lowercased()) ?? true
                && allowed?.contains(position) ?? true
                && state.map { $0 == cluster.deployment(ofNode: position) } ?? true
                && health.map { $0 == cluster.health(ofNode: position) } ?? true
        }
        return unpaged(rows) { out, position in write(position, to: &out) }
    }

    /// Answers `GET /cluster/nodes/{name}`.
    func clusterNode(named name: String) throws(APIError) -> APIResponse {
        guard let position = cluster.nodePositions[name.lowercased()] else {
            throw .notFound("The node '\(name)' does not exist.")
        }
        return APIResponse(json: JSONWriter.bytes { write(position, to: &$0) })
    }

    /// Answers `GET /cluster/nodes/metrics`; names that are not known are left out.
    func nodeMetrics(_ context: Context) throws(APIError) -> APIResponse {
        guard let names = context.query.list("metricnames") else {
            throw .badRequest("The parameter metricNames is required.")
        }
        let wanted = Set(names.map { $0.lowercased() })
        let metrics = NodeMetric.allCases.filter { wanted.contains($0.rawValue.lowercased()) }
        // Nobody promises the order of nodes.
        return unpaged(cluster.nodes.indices.reversed()) { out, position in
            out.object {
                $0.member("Metrics") {
                    $0.object { out in
                        for metric in metrics {
                            guard let value = cluster.value(of: metric, ofNode: position) else {
                                continue
                            }
                            out.member(metric.rawValue) { $0.number(value) }
                        }
                    }
                }
                $0.member("NodeName") { $0.string(cluster.nodes[position].name) }
            }
        }
    }

    /// Answers `GET /cluster/nodes/stats/state`.
    func nodesByState() -> APIResponse {
        statistics(cluster.nodes.indices.map { cluster.deployment(ofNode: $0) })
    }

    /// Answers `GET /cluster/nodes/stats/health`.
    func nodesByHealth() -> APIResponse {
        statistics(cluster.nodes.indices.map { cluster.health(ofNode: $0) })
    }

    /// Answers `GET /cluster/nodeGroups`.
    func clusterNodeGroups() -> APIResponse {
        unpaged(Array(cluster.groups)) { out, group in Self.write(group, to: &out) }
    }

    /// Answers `GET /cluster/nodeGroups/{name}`.
    func clusterNodeGroup(named name: String) throws(APIError) -> APIResponse {
        let wanted = name.lowercased()
        guard let group = cluster.groups.first(where: { $0.name.lowercased() == wanted }) else {
            throw .notFound("The node group '\(name)' does not exist.")
        }
        return APIResponse(json: JSONWriter.bytes { Self.write(group, to: &$0) })
    }

    /// Returns the index of a group; `nil` for an unknown one where the build answers those.
    ///
    /// - Throws: 404 for an unknown group.
    func position(ofGroup name: String) throws(APIError) -> Int? {
        let wanted = name.lowercased()
        let position = cluster.groups.firstIndex { $0.name.lowercased() == wanted }
        guard position != nil || configuration.answersUnknownGroups else {
            throw .notFound("The node group '\(name)' does not exist.")
        }
        return position
    }

    /// Returns an answer of all rows.
    func unpaged<Row>(
        _ rows: [Row],
        _ write: (inout JSONWriter, Row) -> Void
    ) -> APIResponse {
        let all = listingFaults.unpaged(rows)
        return APIResponse(json: JSONWriter.bytes { $0.array(all, write) })
    }

    private func write(_ position: Int, to out: inout JSONWriter) {
        let node = cluster.nodes[position]
        func texts(_ values: [String], _ out: inout JSONWriter) {
            out.array(values) { $0.string($1) }
        }
        out.object {
            $0.member("ActiveServiceRoles", cluster.activeRoles(ofNode: position), texts)
            $0.member("Cores") { $0.integer(Int64(node.cores)) }
            if configuration.servesNodeGroupsProperty {
                $0.member("Groups", cluster.groupNames(ofNode: position), texts)
            }
            $0.member("Health") { $0.string(cluster.health(ofNode: position).name) }
            $0.member("HpcPackVersion") { $0.string(cluster.product.version) }
            $0.member("InstalledServiceRoles") {
                texts(cluster.installedRoles(ofNode: position), &$0)
            }
            $0.member("Location", cluster.location(ofNode: position)) { $1.string($0) }
            $0.member("MemorySize") { $0.integer(Int64(node.memoryMiB)) }
            $0.member("Name") { $0.string(node.name) }
            $0.member("OnAzure") {
                $0.boolean(node.location == .azure || node.location == .azureVM)
            }
            $0.member("Roles") { texts(cluster.installedRoles(ofNode: position), &$0) }
            $0.member("Sockets") { $0.integer(Int64(node.sockets)) }
            $0.member("State") { $0.string(cluster.deployment(ofNode: position).name) }
            $0.member("Template") { $0.string(cluster.template(ofNode: position)) }
        }
    }

    private static func write(_ group: NodeGroup, to out: inout JSONWriter) {
        out.object {
            $0.member("Description") { $0.string(group.description) }
            $0.member("Managed") { out in
                out.boolean(Vocabulary.builtInGroups.contains { $0.name == group.name })
            }
            $0.member("Name") { $0.string(group.name) }
        }
    }

    /// Counts values; those that nothing has are left out, as in the example of the specification.
    private func statistics<Value: NamedState>(_ values: [Value]) -> APIResponse {
        let counts = Value.allCases.map { value in
            (name: value.name, count: values.count { $0.rawValue == value.rawValue })
        }
        return unpaged(counts.filter { $0.count > 0 }) { out, entry in
            out.object {
                $0.member("Name") { $0.string(entry.name) }
                $0.member("Value") { $0.integer(Int64(entry.count)) }
            }
        }
    }

    private func choice<Value: NamedState>(
        of _: Value.Type,
        _ name: String,
        _ context: Context
    ) throws(APIError) -> Value? {
        guard let text = context.query.text(name) else { return nil }
        guard let value = Value(named: text) else {
            throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
        return value
    }
}

extension JSONWriter {
    mutating func null() { string(nil) }

    /// Writes a member as it is told: with its value, as `null`, or not at all.
    fileprivate mutating func member<Value>(
        _ name: String,
        _ value: Cluster.Told<Value>,
        _ write: (Value, inout JSONWriter) -> Void
    ) {
        switch value {
        case .value(let value): member(name) { write(value, &$0) }
        case .null: member(name) { $0.null() }
        case .nothing: break
        }
    }
}
