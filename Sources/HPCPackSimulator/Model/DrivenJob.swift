/// What only a job has that was made or changed through the API, beside its packed row.
///
/// Everything that is not drawn from the seed is here, by the job's id. A seeded job gets one too, at the first write to it; from then on its simulated owner leaves it
/// alone.
struct DrivenJob: Sendable {
    /// The creator, for a job made through the API; nil for a seeded job, whose owner is drawn.
    var owner: String?
    /// Values as they are answered.
    private(set) var settings: [JobProperty: String] = [:]
    /// Custom properties and environment variables.
    private var details = DrivenDetails()
    /// The same of tasks that are drawn from the seed.
    private var drawnDetails: [UInt32: DrivenDetails] = [:]
    /// By the number of the task; tasks of a seeded job are drawn.
    private(set) var tasks: [UInt32: DrivenTask] = [:]
    /// The numbers of tasks by their names in lower case.
    private var named: [String: [UInt32]] = [:]
    /// What was set for single instances of sweeps, by the row's key.
    private(set) var instances: [UInt64: [TaskProperty: String]] = [:]
    /// How long all texts that clients set are, in bytes; messages apart.
    private(set) var bytes = 0
    /// Instead of the text of `failure`.
    var message: String?
    /// The same for rows, by their keys.
    var taskMessages: [UInt64: String] = [:]
    /// Counts interruptions, so that events planned before one are void after it.
    var generation: UInt32
    /// Where an interrupted job is going.
    var ending: JobState?
    /// Sweeps that were canceled as a whole.
    var canceledSweeps: Set<UInt32> = []
    /// True once nothing is left but to end.
    var isConcluding = false
    /// What the job needs, once it is validated; nil for a seeded job.
    var demand: ResourceDemand?
    /// The tasks that a task waits for, once the job is validated.
    var dependencies: [UInt32: [UInt32]] = [:]

    var isMadeByAPI: Bool { owner != nil }

    init(owner: String?, generation: UInt32) {
        self.owner = owner
        self.generation = generation
    }

    /// What was set of the job, or of one of its tasks.
    func details(ofTask task: UInt32?) -> DrivenDetails {
        guard let task else { return details }
        return tasks[task]?.details ?? drawnDetails[task] ?? DrivenDetails()
    }

    mutating func change(ofTask task: UInt32?, _ body: (inout DrivenDetails) -> Void) {
        func change(_ details: inout DrivenDetails) -> Int {
            let before = details.bytes
            body(&details)
            return details.bytes - before
        }
        guard let task else {
            bytes += change(&details)
            return
        }
        bytes +=
            tasks[task] != nil
            ? change(&tasks[task, default: DrivenTask()].details)
            : change(&drawnDetails[task, default: DrivenDetails()])
    }

    /// Sets properties of the job.
    mutating func keep(_ values: [JobProperty: String]) {
        for (property, value) in values {
            bytes += value.utf8.count - (settings[property]?.utf8.count ?? 0)
            settings[property] = value
        }
    }

    /// Sets properties of one instance of a sweep.
    mutating func keep(_ values: [TaskProperty: String], ofInstance key: UInt64) {
        for (property, value) in values {
            bytes += value.utf8.count - (instances[key]?[property]?.utf8.count ?? 0)
            instances[key, default: [:]][property] = value
        }
    }

    /// Adds a task, or changes one.
    mutating func keep(_ task: DrivenTask, as number: UInt32) {
        let old = tasks[number]?.settings[.name]?.lowercased() ?? ""
        let new = task.settings[.name]?.lowercased() ?? ""
        if old != new {
            named[old]?.removeAll { $0 == number }
            if !new.isEmpty { named[new, default: []].append(number) }
        }
        bytes += task.bytes - (tasks[number]?.bytes ?? 0)
        tasks[number] = task
    }

    /// The tasks that a task waits for, by the names in `DependsOn`.
    ///
    /// - Throws: what is wrong when there is no task of that name.
    func dependencies(of task: DrivenTask) throws(MalformedText) -> [UInt32] {
        var found: [UInt32] = []
        for name in (task.settings[.dependsOn] ?? "").split(separator: ",") {
            guard let others = named[name.lowercased()], !others.isEmpty else {
                throw MalformedText("The task '\(name)' does not exist.")
            }
            found += others
        }
        return found
    }

    /// What every task waits for.
    ///
    /// - Throws: what is wrong when a name is unknown, or tasks wait for each other.
    func allDependencies() throws(MalformedText) -> [UInt32: [UInt32]] {
        var found: [UInt32: [UInt32]] = [:]
        for (id, task) in tasks where task.settings[.dependsOn]?.isEmpty == false {
            found[id] = try dependencies(of: task)
        }
        guard Self.isAcyclic(found) else {
            throw MalformedText("The tasks depend on each other in a circle.")
        }
        return found
    }

    /// Whether every task's turn comes: takes away what waits for nothing until nothing is left.
    private static func isAcyclic(_ waits: [UInt32: [UInt32]]) -> Bool {
        var followers: [UInt32: [UInt32]] = [:]
        var open: [UInt32: Int] = [:]
        for (id, others) in waits where !others.isEmpty {
            open[id] = others.count
            for other in others { followers[other, default: []].append(id) }
        }
        var ready = followers.keys.filter { open[$0] == nil }
        while let id = ready.popLast() {
            for follower in followers[id] ?? [] {
                open[follower, default: 0] -= 1
                if open[follower] == 0 {
                    open[follower] = nil
                    ready.append(follower)
                }
            }
        }
        return open.isEmpty
    }

    /// How a value is answered; nil when that is not kept here.
    func text(_ property: JobProperty) -> String? {
        if let text = settings[property] { return text }
        guard let owner else { return nil }
        switch property {
        case .owner, .userName: return owner
        case .name, .project, .progress: return property == .progress ? nil : ""
        case .isExclusive: return "False"
        case .autoCalculateMin, .autoCalculateMax: return "True"
        case .nodeGroupOp: return "Intersect"
        default: return nil
        }
    }

    func integer(_ property: JobProperty) -> Int? {
        settings[property].flatMap { Int($0) }
    }

    func flag(_ property: JobProperty) -> Bool {
        settings[property] == "True"
    }

    /// How many of the job's units a row takes.
    func weight(of row: TaskRow) -> Int {
        guard row.isMain, let task = tasks[row.id] else { return 1 }
        return task.weight(in: demand?.unit ?? .core)
    }

    /// What a task's property was set to, for the whole task or for one instance.
    func setting(_ property: TaskProperty, of row: TaskRow) -> String? {
        instances[row.key]?[property] ?? tasks[row.id]?.settings[property]
    }
}
