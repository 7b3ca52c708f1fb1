/// A task that a client added.
struct ClientTask: Sendable {
    var settings: [TaskProperty: String] = [:]
    var details = ClientDetails()
    var sweep = Sweep()
    var kind = TaskRow.Kind.basic

    /// The size of all texts in bytes.
    var bytes: Int {
        settings.values.reduce(details.bytes) { $0 + $1.utf8.count }
    }

    /// Returns how many units one row holds.
    func weight(in unit: ResourceUnit) -> Int {
        settings[unit.taskBounds.min].flatMap { Int($0) } ?? 1
    }

    /// The values of the instances of a parametric sweep.
    struct Sweep: Sendable, Equatable {
        var first = 1
        var last = 1
        var step = 1

        /// The number of instances.
        var count: Int { last < first ? 0 : (last - first) / step + 1 }

        /// Returns the value of an instance, counted from 1.
        func value(ofInstance instance: UInt32) -> Int {
            first + (Int(instance) - 1) * step
        }
    }
}

/// Custom properties and environment variables.
struct ClientDetails: Sendable {
    var customProperties = NameValues()
    var environment = NameValues()

    /// The size of all texts in bytes.
    var bytes: Int { customProperties.bytes + environment.bytes }
}

/// Names and values in the order in which they were first set, with names matched in any letter case.
struct NameValues: Sendable {
    private(set) var pairs: [NameValue] = []
    private var positions: [String: Int] = [:]
    /// The size of all texts in bytes.
    private(set) var bytes = 0

    /// The most pairs in a list.
    static let limit = 2000

    func value(_ name: String) -> NameValue? {
        positions[name.lowercased()].map { pairs[$0] }
    }

    mutating func set(_ pair: NameValue) {
        if let index = positions[pair.name.lowercased()] {
            bytes += pair.value.utf8.count - pairs[index].value.utf8.count
            pairs[index].value = pair.value
        } else {
            positions[pair.name.lowercased()] = pairs.count
            bytes += pair.name.utf8.count + pair.value.utf8.count
            pairs.append(pair)
        }
    }
}

/// A name with its value: a property, a custom property or an environment variable.
struct NameValue: Sendable, Equatable {
    let name: String
    var value: String
}

/// The unit that a job counts its resources in (`UnitType`).
enum ResourceUnit: UInt8, Sendable, CaseIterable {
    case core, socket, node

    /// The name in `UnitType`.
    var name: String {
        switch self {
        case .core: "Core"
        case .socket: "Socket"
        case .node: "Node"
        }
    }

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

/// The resources that a job needs.
struct ResourceDemand: Sendable, Equatable {
    var unit = ResourceUnit.core
    var minimum = 1
    var maximum = 1
}
