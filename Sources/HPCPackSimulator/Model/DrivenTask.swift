/// A task that was added through the API.
struct DrivenTask: Sendable {
    var settings: [TaskProperty: String] = [:]
    var details = DrivenDetails()
    var sweep = Sweep()
    var kind = TaskRow.Kind.basic

    /// How long all texts are, in bytes.
    var bytes: Int {
        settings.values.reduce(details.bytes) { $0 + $1.utf8.count }
    }

    /// How many units one row takes.
    func weight(in unit: ResourceUnit) -> Int {
        settings[unit.taskBounds.min].flatMap { Int($0) } ?? 1
    }

    /// The values that the instances of a parametric sweep run over.
    struct Sweep: Sendable, Equatable {
        var first = 1
        var last = 1
        var step = 1

        /// How many instances there are.
        var count: Int { last < first ? 0 : (last - first) / step + 1 }

        /// The value of an instance, counted from 1.
        func value(ofInstance instance: UInt32) -> Int {
            first + (Int(instance) - 1) * step
        }
    }
}

/// Custom properties and environment variables.
struct DrivenDetails: Sendable {
    var customProperties = NameValues()
    var environment = NameValues()

    /// How long all texts are, in bytes.
    var bytes: Int { customProperties.bytes + environment.bytes }
}
