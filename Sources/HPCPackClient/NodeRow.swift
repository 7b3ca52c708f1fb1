import JSONRows

/// One node of the node list, as far as the exporter looks.
public struct NodeRow: Sendable, Equatable {
    /// The node's id; its name where the server gives no id.
    public var id: String
    /// The node's name; empty when the server gives none.
    public var name: String
    /// The node's state.
    public var state: NodeState
    /// Whether the head node reaches it; `nil` when that is not known.
    public var isReachable: Bool?
    /// The number of cores; `nil` when that is not known.
    public var cores: Double?
    /// The number of sockets; `nil` when that is not known.
    public var sockets: Double?
    /// The memory in bytes; `nil` when that is not known.
    public var memoryBytes: Double?
    /// `AlwaysOn`, `Available` or `Occupied`; `nil` when absent.
    public var availability: String?
    /// Where the node stands, such as `OnPremise`; `nil` when absent.
    public var location: String?
    /// When the node came online, in Unix seconds; 0 when that is not known.
    public var onlineTime: UInt32
    /// The groups that the row names; `nil` when the row has no such property.
    public var groups: String?
}

/// The columns of a node listing.
public enum NodeColumn: Int, CaseIterable, Sendable {
    case id, name, state, reachable, nodeGroups, cores, sockets, memory, availability, location,
        onlineTime

    static let set = ColumnSet([
        "Id", "Name", "State", "Reachable", "NodeGroups", "NumCores", "NumSockets", "MemorySize",
        "Availability", "Location", "OnlineTime",
    ])
    /// `NodeGroups` goes first: where it is not served, the group calls tell the same.
    static let ladder = PropertyLadder(
        set.names,
        set.names.filter { $0 != "NodeGroups" },
        ["Id", "Name", "State", "Reachable", "NodeGroups", "NumCores"],
        ["Id", "Name", "State", "Reachable", "NumCores"],
        ["Id", "Name", "State"]
    )
}
