import JSONRows

/// The calls by which a server tells its nodes, and the words of their answers.
public enum NodeDialect: Sendable, CaseIterable {
    /// `/nodes`, with the properties of HPC Pack 2016.
    case hpcPack2016
    /// `/cluster/nodes`, with the plain objects of HPC Pack 2019 (docs/hpcpack-api.md#hpc-pack-2019).
    case hpcPack2019

    /// The states that are documented for nodes.
    public var states: [NodeState] {
        switch self {
        case .hpcPack2016: [.offline, .draining, .online]
        case .hpcPack2019: NodeState.allCases
        }
    }

    /// The capability that tells whether the calls are there.
    public var capability: Capability {
        switch self {
        case .hpcPack2016: .nodes2016
        case .hpcPack2019: .clusterNodes
        }
    }
}

/// One node of the node list, as far as the exporter reads it.
public struct NodeRow: Sendable, Equatable {
    /// The node's id; its name where the server gives no id.
    public var id: String
    /// The node's name; empty when the server gives none.
    public var name: String
    /// The node's state.
    public var state: NodeState
    /// The node's health; `nil` when that is not known.
    public var health: NodeHealth?
    /// Whether the head node reaches it; `nil` when that is not known.
    public var isReachable: Bool?
    /// The number of cores; `nil` when that is not known.
    public var cores: Double?
    /// The cores that run tasks; `nil` when that is not known.
    public var coresInUse: Double?
    /// The part of its processors' time that is used, 1 for all of it; `nil` when that is not known.
    public var cpuUsageRatio: Double?
    /// The number of sockets; `nil` when that is not known.
    public var sockets: Double?
    /// The memory in bytes; `nil` when that is not known.
    public var memoryBytes: Double?
    /// `AlwaysOn`, `Available` or `Occupied`; `nil` when absent.
    public var availability: String?
    /// Where the node is, such as `OnPremise`; `nil` when absent.
    public var location: String?
    /// The template that the node was made from; `nil` when absent.
    public var template: String?
    /// When the node came online, in Unix seconds; 0 when that is not known.
    public var onlineTime: UInt32 = 0
    /// The groups that the row names; `nil` when the row does not tell them.
    public var groups: [String]?
}

/// The columns of a listing of `/nodes`.
public enum NodeColumn: Int, CaseIterable, Sendable {
    case id, name, state, reachable, nodeGroups, cores, sockets, memory, availability, location,
        onlineTime, idleResourceCount, offlineResourceCount

    static let set = ColumnSet(
        [
            "Id", "Name", "State", "Reachable", "NodeGroups", "NumCores", "NumSockets",
            "MemorySize", "Availability", "Location", "OnlineTime",
        ] + Capability.nodeResourceCounts.properties
    )

    /// Where `NodeGroups` is not served, the group calls tell the same.
    static let wanted = WantedProperties(
        all: set.names.filter { !Capability.nodeResourceCounts.properties.contains($0) },
        minimal: ["Id", "Name", "State"]
    )
    static let wantedWithResourceCounts = WantedProperties(all: set.names, minimal: wanted.minimal)
}

/// The columns of a listing of `/cluster/nodes`.
public enum ClusterNodeColumn: Int, CaseIterable, Sendable {
    case name, state, health, template, location, memory, cores, sockets, groups

    static let set = ColumnSet([
        "Name", "State", "Health", "Template", "Location", "MemorySize", "Cores", "Sockets",
        "Groups",
    ])
}

/// The figures of one node that `/cluster/nodes/metrics` tells.
public struct NodeFigures: Sendable, Equatable {
    /// The node's name.
    public var name: String
    /// The cores that run tasks; `nil` when that is not known.
    public var coresInUse: Double?
    /// The part of its processors' time that is used, 1 for all of it; `nil` when that is not known.
    public var cpuUsageRatio: Double?
}

/// The columns of the answer of `/cluster/nodes/metrics`; those after the name are members of `Metrics`.
public enum NodeFiguresColumn: Int, CaseIterable, Sendable {
    case nodeName, coresInUse, cpuUsage

    /// The names of the metrics to ask for; the answer spells them in another case.
    static let metrics = ["HPCCoresInUse", "HPCCpuUsage"]
    private static let set = ColumnSet(["NodeName"])
    private static let nested = NestedColumns("Metrics", ColumnSet(metrics))
    /// Not stored: a leak checker does not find the references within a stored enumeration with several payloads.
    static var shape: RowShape { .plainObjects(set, nested: nested) }
}
