/// What `GET /cluster/nodes` tells of a node beside numbers and states.
extension Cluster {
    /// Returns the template that a node was deployed with; `nil` for one that is not approved yet.
    func template(ofNode position: Int) -> String? {
        let node = nodes[position]
        switch deployment(ofNode: position) {
        case .unknown, .rejected: return nil
        default: break
        }
        if headNodes.contains(node.name) { return "HeadNode Template" }
        if node.jobTypes == .broker { return "Default BrokerNode Template" }
        switch node.location {
        case .onPremise: return "Default ComputeNode Template"
        case .linux: return "LinuxNode Template"
        case .azure, .azureVM: return "Default AzureNode Template"
        }
    }

    /// Returns where a node is, as it is told: absent for some, as any member may be.
    func location(ofNode position: Int) -> Told<String> {
        told(nodes[position].location.rawValue, ofNode: position, 1)
    }

    /// Returns the names of the groups that a node is in; absent for some that are in none.
    func groupNames(ofNode position: Int) -> Told<[String]> {
        let names = nodes[position].groups.map { groups[$0].name }
        return names.isEmpty ? told(names, ofNode: position, 2) : .value(names)
    }

    /// Returns the services that are installed on a node (specification, `NodeServiceRole`).
    func installedRoles(ofNode position: Int) -> [String] {
        let node = nodes[position]
        if headNodes.contains(node.name) { return ["HeadNode", "ComputeNode", "BrokerNode"] }
        if node.jobTypes == .broker { return ["BrokerNode"] }
        switch node.location {
        case .onPremise: return ["ComputeNode"]
        case .linux: return ["LinuxNode"]
        case .azure: return ["AzureWorkerNode"]
        case .azureVM: return ["AzureVMNode"]
        }
    }

    /// Returns the services that are in use on a node; absent for some.
    func activeRoles(ofNode position: Int) -> Told<[String]> {
        let isHeadOnly = nodes[position].jobTypes == .headNode
        let roles = isHeadOnly ? ["HeadNode"] : installedRoles(ofNode: position)
        switch deployment(ofNode: position) {
        case .online, .offline, .draining: return told(roles, ofNode: position, 3)
        default: return .null
        }
    }

    /// Returns a value, or its absence in an eighth of all cases each: `null`, or no member at all.
    private func told<Value: Sendable>(_ value: Value, ofNode position: Int, _ salt: Int) -> Told<
        Value
    > {
        switch draws.below(8, .nodeMembers, position, salt) {
        case 0: .null
        case 1: .nothing
        default: .value(value)
        }
    }

    /// The value of a member of a JSON object.
    enum Told<Value: Sendable>: Sendable {
        case value(Value)
        /// The member is `null`.
        case null
        /// There is no such member.
        case nothing

        /// The value; `nil` when it is absent.
        var value: Value? {
            if case .value(let value) = self { value } else { nil }
        }
    }
}

/// The metrics of nodes (specification of HPC Pack 2019, `GET /cluster/nodes/metrics`).
enum NodeMetric: String, CaseIterable, Sendable {
    // Spelled as in answers; clients ask for `HPCCpuUsage`.
    case processorUsage = "HpcCpuUsage"
    case memoryPaging = "HpcMemoryPaging"
    case diskThroughput = "HpcDiskThroughput"
    case network = "HpcNetwork"
    case coresInUse = "HpcCoresInUse"
}

extension Cluster {
    /// Returns a metric of a node; `nil` when the node cannot be reached.
    func value(of metric: NodeMetric, ofNode position: Int) -> Double? {
        guard let usage = processorUsage(ofNode: position) else { return nil }
        func noise(_ bound: Int, _ salt: Int) -> Double {
            Double(draws.below(bound, .nodeUsage, position, salt + 100 * Int(now / 15))) / 1000
        }
        return switch metric {
        case .processorUsage: usage
        case .coresInUse: Double(nodes[position].coresInUse)
        case .memoryPaging: noise(4000, 1)
        case .diskThroughput: noise(2_000_000, 2) * usage
        case .network: 400 + noise(500_000, 3) * usage
        }
    }
}
