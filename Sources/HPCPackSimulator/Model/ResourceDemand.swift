/// In what a job counts its resources (`UnitType`).
enum ResourceUnit: Sendable {
    case core, socket, node

    init(named name: String?) {
        self = name == "Node" ? .node : name == "Socket" ? .socket : .core
    }

    var jobBounds: (min: JobProperty, max: JobProperty) {
        switch self {
        case .core: (.minCores, .maxCores)
        case .socket: (.minSockets, .maxSockets)
        case .node: (.minNodes, .maxNodes)
        }
    }

    var taskBounds: (min: TaskProperty, max: TaskProperty) {
        switch self {
        case .core: (.minCores, .maxCores)
        case .socket: (.minSockets, .maxSockets)
        case .node: (.minNodes, .maxNodes)
        }
    }
}

/// What a job needs of the cluster.
struct ResourceDemand: Sendable, Equatable {
    var unit = ResourceUnit.core
    var minimum = 1
    var maximum = 1
}
