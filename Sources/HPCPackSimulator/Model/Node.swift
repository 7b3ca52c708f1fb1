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
    /// The node's groups as positions in the cluster's group list, in that list's order.
    let groups: [Int]
    /// Unix seconds; 0 means never.
    var onlineTime: UInt32
    var offlineTime: UInt32 = 0
    /// Cores that running jobs hold.
    var coresInUse = 0

    /// True when jobs may be placed here.
    var takesJobs: Bool {
        state == .online && isReachable && jobTypes != .headNode
    }

    enum Availability: Sendable {
        case alwaysOn, available, occupied

        var name: String {
            switch self {
            case .alwaysOn: "AlwaysOn"
            case .available: "Available"
            case .occupied: "Occupied"
            }
        }
    }

    enum Location: Sendable {
        case onPremise, azure, azureVM, linux, unmanagedResource, nonDomainJoined

        var name: String {
            switch self {
            case .onPremise: "OnPremise"
            case .azure: "Azure"
            case .azureVM: "AzureVM"
            case .linux: "Linux"
            case .unmanagedResource: "UnmanagedResource"
            case .nonDomainJoined: "NonDomainJoined"
            }
        }
    }

    /// What the node may run; .NET writes such flags separated by a comma and a space.
    enum JobTypes: Sendable {
        case headNode, compute, broker

        var name: String {
            switch self {
            case .headNode: "Admin"
            case .compute: "Batch, Admin, Service"
            case .broker: "Admin, Service, Broker"
            }
        }
    }
}
