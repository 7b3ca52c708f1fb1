/// The properties of a task that a client sends, checked as a whole before any is set.
struct TaskSettings: Sendable {
    private(set) var values: [TaskProperty: String] = [:]

    /// The most instances of one sweep (product documentation, "Understanding Task Types").
    static let maxInstances = 1_000_000

    /// - Throws: 400 for an unknown name, a property that only the scheduler sets, or a value that
    ///   is none.
    init(_ pairs: [NameValue]) throws(APIError) {
        for pair in pairs {
            guard let property = TaskProperty.named(pair.name) else {
                throw .badRequest("The property '\(pair.name)' does not exist.")
            }
            guard let setting = property.setting else {
                throw .badRequest("The property '\(property.rawValue)' is read-only.")
            }
            guard let value = setting.canonical(pair.value) else {
                throw .badRequest(
                    "The value '\(pair.value)' is not valid for the property "
                        + "'\(property.rawValue)'."
                )
            }
            values[property] = value
        }
    }

    /// Whether the rows of the task change with what is sent.
    var isShape: Bool {
        values.keys.contains { $0.isShape }
    }

    /// The task with these properties over those that it has.
    ///
    /// - Throws: 400 when a minimum is above its maximum, or a sweep has no end or too many steps.
    func applied(to task: DrivenTask) throws(APIError) -> DrivenTask {
        var task = task
        task.settings.merge(values) { $1 }
        let settings = task.settings
        func integer(_ property: TaskProperty) -> Int? { settings[property].flatMap { Int($0) } }
        let bounds: [(TaskProperty, TaskProperty)] = [
            (.minCores, .maxCores), (.minSockets, .maxSockets), (.minNodes, .maxNodes),
        ]
        for (low, high) in bounds {
            guard let minimum = integer(low), let maximum = integer(high) else { continue }
            guard minimum <= maximum else {
                throw .badRequest("\(low.rawValue) is greater than \(high.rawValue).")
            }
        }
        let isSweep =
            settings[.type].map { $0 == "ParametricSweep" }
            ?? (settings[.isParametric] == "True")
        task.kind =
            switch settings[.type] {
            case _ where isSweep: .sweepMaster
            case "NodePrep": .nodePrep
            case "NodeRelease": .nodeRelease
            case "Service": .service
            default: .basic
            }
        guard isSweep else { return task }
        guard let last = integer(.endValue) else {
            throw .badRequest("A parametric sweep needs an EndValue.")
        }
        let sweep = DrivenTask.Sweep(
            first: integer(.startValue) ?? 1,
            last: last,
            step: integer(.incrementValue) ?? 1
        )
        guard (1...Self.maxInstances).contains(sweep.count) else {
            throw .badRequest(
                "A parametric sweep must have 1 to \(Self.maxInstances) steps, not \(sweep.count)."
            )
        }
        task.sweep = sweep
        return task
    }
}

extension DrivenTask {
    /// The rows of the task, in Configuring.
    func rows(number: UInt32, at now: UInt32) -> [TaskRow] {
        func row(_ kind: TaskRow.Kind, _ instance: UInt32) -> TaskRow {
            TaskRow(id: number, instance: instance, kind: kind, createTime: now, changeTime: now)
        }
        guard kind == .sweepMaster else { return [row(kind, 0)] }
        return [row(.sweepMaster, 0)]
            + (1...UInt32(clamping: sweep.count)).map { row(.sweepInstance, $0) }
    }
}
