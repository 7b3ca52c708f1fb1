/// The properties of `/nodes` (docs/hpcpack-api.md#properties).
enum NodeProperty: String, RowProperty {
    case id, name, state, reachable, availability, location, numCores, numSockets, memorySize
    case cpuSpeed, dnsSuffix, guid, nodeGroups, onlineTime, offlineTime, moveToOffline, jobType
    case azureServiceName, idleResourceCount, offlineResourceCount

    static var identity: Self { .id }

    static var unconfirmed: Set<Self> { [.idleResourceCount, .offlineResourceCount] }
}

/// The values of node properties.
extension ValueWriter {
    func append(_ property: NodeProperty, of node: Node, to out: inout [UInt8]) {
        switch property {
        case .id: out.append(decimal: node.id)
        case .name: append(node.name, to: &out)
        case .state: append(node.state.name, to: &out)
        case .reachable: append(node.isReachable, to: &out)
        case .availability: append(node.availability.rawValue, to: &out)
        case .location: append(node.location.rawValue, to: &out)
        case .numCores: out.append(decimal: node.cores)
        case .numSockets: out.append(decimal: node.sockets)
        case .memorySize: out.append(decimal: node.memoryMiB)
        case .cpuSpeed: out.append(decimal: node.cpuMHz)
        case .dnsSuffix:
            if node.location == .onPremise { append("hpc.example.com", to: &out) }
        case .guid: append(cluster.draws.guid(.nodeGuid, node.id), to: &out)
        case .nodeGroups:
            for (position, group) in node.groups.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                append(cluster.groups[group].name, to: &out)
            }
        case .onlineTime: append(node.onlineTime, of: node.id, to: &out)
        case .offlineTime: append(node.offlineTime, of: node.id, to: &out)
        case .moveToOffline: append(node.state == .draining, to: &out)
        case .jobType: append(node.jobTypes.rawValue, to: &out)
        case .azureServiceName:
            if node.location == .azure { append("hpcburst", to: &out) }
        case .idleResourceCount: out.append(decimal: node.coresIdle)
        case .offlineResourceCount: out.append(decimal: node.coresOffline)
        }
    }

    /// Returns the number that rows are sorted by, or `nil` for a property that is sorted as text.
    func number(_ property: NodeProperty, of node: Node) -> Int64? {
        switch property {
        case .id: Int64(node.id)
        case .state: Int64(node.state.rawValue)
        case .numCores: Int64(node.cores)
        case .numSockets: Int64(node.sockets)
        case .memorySize: Int64(node.memoryMiB)
        case .cpuSpeed: Int64(node.cpuMHz)
        case .idleResourceCount: Int64(node.coresIdle)
        case .offlineResourceCount: Int64(node.coresOffline)
        case .onlineTime: Int64(node.onlineTime)
        case .offlineTime: Int64(node.offlineTime)
        default: nil
        }
    }
}
