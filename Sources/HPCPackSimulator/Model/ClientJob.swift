/// What a job that a client created or changed has beside its packed `Job`.
///
/// It holds everything that is not drawn from the seed. A seeded job gets one with the first write to it;
/// from then on its simulated owner leaves it alone.
struct ClientJob: Sendable {
    /// The client that created the job; `nil` for a seeded job, whose owner is drawn.
    var owner: String?
    /// The properties that were set, in canonical form.
    private(set) var settings: [JobProperty: String] = [:]
    /// Custom properties and environment variables of the job.
    private var details = ClientDetails()
    /// Custom properties and environment variables of tasks that are drawn from the seed, by number.
    private var drawnDetails: [UInt32: ClientDetails] = [:]
    /// The tasks that clients added, by number.
    private(set) var tasks: [UInt32: ClientTask] = [:]
    /// The numbers of tasks by name in lower case.
    private var named: [String: [UInt32]] = [:]
    /// The properties that were set for single instances of sweeps, by key.
    private(set) var instances: [UInt64: [TaskProperty: String]] = [:]
    /// The size of all texts that clients have set, without messages, in bytes.
    private(set) var bytes = 0
    /// The error message, when it is not the one of `Job.failure`.
    var message: String?
    /// The error messages of tasks that are not those of `TaskRow.failure`, by key.
    var taskMessages: [UInt64: String] = [:]
    /// Counts interruptions: events that were scheduled before one are stale after it.
    var generation: UInt32
    /// The state that an interrupted job ends in.
    var ending: JobState?
    /// The sweeps that were canceled as a whole.
    var canceledSweeps: Set<UInt32> = []
    /// The sweeps whose instances are listed, because the job has been running with them.
    var expandedSweeps: Set<UInt32> = []
    /// Whether all tasks have ended and only the end of the job is left.
    var isConcluding = false
    /// The resources that the job needs, once it is validated; `nil` for a seeded job.
    var demand: ResourceDemand?
    /// The tasks that a task waits for, once the job is validated.
    var dependencies: [UInt32: [UInt32]] = [:]

    var isCreatedByClient: Bool { owner != nil }

    init(owner: String?, generation: UInt32) {
        self.owner = owner
        self.generation = generation
    }

    /// Returns the custom properties and environment variables of the job, or of one of its tasks.
    func details(ofTask task: UInt32?) -> ClientDetails {
        guard let task else { return details }
        return tasks[task]?.details ?? drawnDetails[task] ?? ClientDetails()
    }

    /// Changes the custom properties and environment variables of the job, or of one of its tasks.
    mutating func updateDetails(ofTask task: UInt32?, _ body: (inout ClientDetails) -> Void) {
        func change(_ details: inout ClientDetails) -> Int {
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
            ? change(&tasks[task, default: ClientTask()].details)
            : change(&drawnDetails[task, default: ClientDetails()])
    }

    /// Sets properties of the job.
    mutating func set(_ values: [JobProperty: String]) {
        for (property, value) in values {
            bytes += value.utf8.count - (settings[property]?.utf8.count ?? 0)
            settings[property] = value
        }
    }

    /// Sets properties of one instance of a sweep.
    mutating func set(_ values: [TaskProperty: String], ofInstance key: UInt64) {
        for (property, value) in values {
            bytes += value.utf8.count - (instances[key]?[property]?.utf8.count ?? 0)
            instances[key, default: [:]][property] = value
        }
    }

    /// Adds a task, or changes one.
    mutating func set(_ task: ClientTask, as number: UInt32) {
        let old = tasks[number]?.settings[.name]?.lowercased() ?? ""
        let new = task.settings[.name]?.lowercased() ?? ""
        if old != new {
            named[old]?.removeAll { $0 == number }
            if !new.isEmpty { named[new, default: []].append(number) }
        }
        bytes += task.bytes - (tasks[number]?.bytes ?? 0)
        tasks[number] = task
    }

    /// Returns the tasks that a task waits for, by the names in `DependsOn`.
    ///
    /// - Throws: `MalformedText` when there is no task of that name.
    func dependencies(of task: ClientTask) throws(MalformedText) -> [UInt32] {
        var found: [UInt32] = []
        for name in (task.settings[.dependsOn] ?? "").split(separator: ",") {
            guard let others = named[name.lowercased()], !others.isEmpty else {
                throw MalformedText("The task '\(name)' does not exist.")
            }
            found += others
        }
        return found
    }

    /// Returns the tasks that each task waits for.
    ///
    /// - Throws: `MalformedText` when a name is unknown, or tasks wait for each other.
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

    /// Whether no tasks wait for each other, by topological sorting.
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

    /// Returns the value of a property, or `nil` when it follows from the `Job`.
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

    /// Returns how many units of the job a row holds while it runs.
    func weight(of row: TaskRow) -> Int {
        guard row.isMain, let task = tasks[row.id] else { return 1 }
        return task.weight(in: demand?.unit ?? .core)
    }

    /// Returns the value that a property was set to, for an instance or for its whole task.
    func setting(_ property: TaskProperty, of row: TaskRow) -> String? {
        instances[row.key]?[property] ?? tasks[row.id]?.settings[property]
    }
}
