/// One node of the simulated cluster.
struct Node: Sendable {
    let id: Int
    let name: String
    var state: NodeState
    var isReachable = true
    let cores: Int
    let sockets: Int
    let memoryMiB: Int
    let cpuMHz: Int
    let availability: Availability
    let location: Location
    let jobTypes: JobTypes
    /// The indices of the node's groups in the cluster's group list, ascending.
    let groups: [Int]
    /// Unix seconds; 0 means never.
    var onlineTime: UInt32
    var offlineTime: UInt32 = 0
    /// When the node comes back from an incident, Unix seconds; 0 when none is scheduled.
    var returnTime: UInt32 = 0
    /// The cores that running jobs hold.
    var coresInUse = 0

    /// The cores that nobody holds and no job can get, because the node takes none now.
    var coresOffline: Int { state == .online && isReachable ? 0 : cores - coresInUse }

    /// The cores that a job can get.
    var coresIdle: Int { cores - coresInUse - coresOffline }

    /// Whether jobs may be placed here.
    var takesJobs: Bool {
        state == .online && isReachable && jobTypes != .headNode
    }

    enum Availability: String, Sendable {
        case alwaysOn = "AlwaysOn"
        case available = "Available"
        case occupied = "Occupied"
    }

    enum Location: String, Sendable {
        case onPremise = "OnPremise"
        case azure = "Azure"
        case azureVM = "AzureVM"
        case linux = "Linux"
    }

    /// The kinds of jobs that may run here; .NET writes such flags separated by a comma and a space.
    enum JobTypes: String, Sendable {
        case headNode = "Admin"
        case compute = "Batch, Admin, Service"
        case broker = "Admin, Service, Broker"
    }
}

/// A node's state (docs/hpcpack-api.md#values); whether the node can be reached is told apart from it.
enum NodeState: UInt8, NamedState {
    case offline, draining, online

    static let names = ["Offline", "Draining", "Online"]
}

/// One node group as `/nodes/groups` lists it.
struct NodeGroup: Sendable {
    let name: String
    let description: String
}
