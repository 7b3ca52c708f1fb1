import Basics

/// The values that a property may be set to.
enum PropertyValue: Sendable {
    /// A text of at most so many characters.
    case text(Int)
    case integer(ClosedRange<Int>)
    case flag
    /// One of some names, or its number in the product's enumeration.
    case choice([(name: String, number: Int)])
    /// Names separated by commas; spaces around them are dropped.
    case names
    /// Exit codes that are a success (`ExitCodes`).
    case exitCodes
    /// A time as clients send it; an empty text unsets it.
    case time

    /// Returns the value in its canonical form, or `nil` when it is not valid.
    func canonical(_ text: String) -> String? {
        switch self {
        case .text(let most): return text.count <= most ? text : nil
        case .integer(let range):
            return Int(text).flatMap { range.contains($0) ? String($0) : nil }
        case .flag:
            switch text.lowercased() {
            case "true", "1": return "True"
            case "false", "0": return "False"
            default: return nil
            }
        case .choice(let choices):
            let wanted = text.lowercased()
            return choices.first { $0.name.lowercased() == wanted || String($0.number) == wanted }?
                .name
        case .names:
            guard text.count <= 4096 else { return nil }
            return text.split(separator: ",").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
                .joined(separator: ",")
        case .exitCodes: return ExitCodes(text).map { _ in text }
        case .time:
            guard !text.isEmpty else { return "" }
            return CivilTime.unixSeconds(sentByClient: text).map { String($0) }
        }
    }

    static let unitType = choice([("Core", 0), ("Socket", 1), ("Node", 2)])
    static let count = integer(1...2_147_483_647)
    static let amount = integer(0...2_147_483_647)
}

extension JobProperty: SettableProperty {
    static let bounds: [(minimum: Self, maximum: Self)] = [
        (.minCores, .maxCores), (.minSockets, .maxSockets), (.minNodes, .maxNodes),
    ]

    var setting: PropertyValue? {
        switch self {
        case .name, .project: .text(128)
        case .userName: .text(80)
        case .requestedNodes, .excludedNodes, .nodeGroups: .names
        case .nodeGroupOp: .choice([("Intersect", 0), ("Uniform", 1), ("Union", 2)])
        case .priority:
            .choice([
                ("Lowest", 0), ("BelowNormal", 1), ("Normal", 2), ("AboveNormal", 3),
                ("Highest", 4),
            ])
        case .expandedPriority: .integer(0...4000)
        case .jobTemplate, .pool, .orderBy, .softwareLicense, .emailAddress, .serviceName,
            .clientSource, .endpointReference, .parentJobIds:
            .text(1024)
        case .jobValidExitCodes: .exitCodes
        case .plannedCoreCount: .integer(-1...2_147_483_647)
        case .progressMessage: .text(80)
        case .progress: .integer(0...100)
        case .unitType: .unitType
        case .minCores, .maxCores, .minSockets, .maxSockets, .minNodes, .maxNodes: .count
        case .minCoresPerNode, .maxCoresPerNode, .minMemory, .maxMemory, .runtimeSeconds,
            .estimatedProcessMemory, .targetResourceCount, .taskExecutionFailureRetryLimit:
            .amount
        case .autoCalculateMin, .autoCalculateMax, .isExclusive, .singleNode, .runUntilCanceled,
            .failOnTaskFailure, .failDependentTasks, .preemptable, .canGrow, .canShrink,
            .notifyOnStart, .notifyOnCompletion:
            .flag
        case .holdUntil: .time
        case .id, .owner, .state, .previousState, .jobType, .allocatedNodes, .createTime,
            .submitTime, .startTime, .endTime, .changeTime, .requeueCount, .errorCode,
            .errorMessage, .errorParams, .pendingReason, .childJobIds, .hasRuntime,
            .currentCoreCount, .currentNodeCount, .taskCount, .configuringTaskCount,
            .submittedTaskCount, .validatingTaskCount, .queuedTaskCount, .dispatchingTaskCount,
            .runningTaskCount, .finishingTaskCount, .finishedTaskCount, .failedTaskCount,
            .canceledTaskCount, .cancelingTaskCount:
            nil
        }
    }

    /// Whether it may be set while the job runs.
    var isSetWhileRunning: Bool {
        switch self {
        case .name, .project, .priority, .expandedPriority, .progress, .progressMessage,
            .runUntilCanceled, .runtimeSeconds, .failOnTaskFailure, .preemptable, .canGrow,
            .canShrink, .emailAddress, .notifyOnStart, .notifyOnCompletion, .targetResourceCount:
            true
        default: false
        }
    }
}

extension TaskProperty: SettableProperty {
    static let bounds: [(minimum: Self, maximum: Self)] = [
        (.minCores, .maxCores), (.minSockets, .maxSockets), (.minNodes, .maxNodes),
    ]

    var setting: PropertyValue? {
        switch self {
        case .name: .text(128)
        case .commandLine: .text(8192)
        case .type:
            .choice([
                ("Basic", 0), ("ParametricSweep", 1), ("NodePrep", 2), ("NodeRelease", 3),
                ("Service", 4),
            ])
        case .isParametric, .isExclusive, .isRerunnable, .failJobOnFailure: .flag
        case .unitType: .unitType
        case .minCores, .maxCores, .minSockets, .maxSockets, .minNodes, .maxNodes: .count
        case .startValue, .endValue: .integer(-2_147_483_648...2_147_483_647)
        case .incrementValue: .count
        case .requiredNodes, .dependsOn: .names
        case .requestedNodeGroup, .workDirectory, .stdInFilePath, .stdOutFilePath,
            .stdErrFilePath:
            .text(1024)
        case .userBlob: .text(4000)
        case .taskValidExitCodes: .exitCodes
        case .failJobOnFailureCount: .count
        case .runtimeSeconds: .amount
        case .taskId, .state, .previousState, .exitCode, .parentJobId, .jobTaskId, .instanceId,
            .instanceValue, .createTime, .submitTime, .startTime, .endTime, .changeTime,
            .requeueCount, .allocatedNodes, .errorCode, .errorMessage, .isServiceConcluded,
            .hasRuntime, .output, .pendingReason, .allocatedCoreIds, .exitIfPossible,
            .executionFailureRetryCount, .autoRequeueCount:
            nil
        }
    }

    /// Whether it determines the rows of a task, so that it is fixed once the task has been submitted.
    var isShape: Bool {
        switch self {
        case .type, .isParametric, .startValue, .endValue, .incrementValue: true
        default: false
        }
    }
}

/// A property of rows that clients may set.
protocol SettableProperty: RowProperty {
    /// The values that a client may set; `nil` for what only the scheduler sets.
    var setting: PropertyValue? { get }
    /// Pairs of a minimum and its maximum.
    static var bounds: [(minimum: Self, maximum: Self)] { get }
}

extension [NameValue] {
    /// Returns the properties in canonical form; one that occurs twice has its last value.
    ///
    /// - Throws: 400 for an unknown name, a property that only the scheduler sets, or a value that is not
    ///   valid.
    func settings<Property: SettableProperty>(of _: Property.Type) throws(APIError) -> [Property:
        String]
    {
        var values: [Property: String] = [:]
        for pair in self {
            guard let property = Property.named(pair.name) else {
                throw .badRequest("The property '\(pair.name)' does not exist.")
            }
            guard let setting = property.setting else {
                throw .badRequest("The property '\(property.apiName)' is read-only.")
            }
            guard let value = setting.canonical(pair.value) else {
                throw .badRequest(
                    "The value '\(pair.value)' is not valid for the property '\(property.apiName)'."
                )
            }
            values[property] = value
        }
        return values
    }
}

extension [JobProperty: String] {
    /// Returns the properties of a job that a client sends, its password left out.
    init(sent pairs: [NameValue]) throws(APIError) {
        self = try pairs.filter { $0.name.lowercased() != "password" }.settings(
            of: JobProperty.self
        )
    }

    /// Returns the properties with what they imply: a minimum or maximum that is set turns off its
    /// calculation, unless that is set too.
    ///
    /// `known` are the properties that are set already.
    ///
    /// - Throws: 400 when a minimum is above its maximum.
    func completed(over known: [JobProperty: String] = [:]) throws(APIError) -> [JobProperty:
        String]
    {
        var values = self
        for (flag, bounds) in [
            (JobProperty.autoCalculateMin, [JobProperty.minCores, .minSockets, .minNodes]),
            (.autoCalculateMax, [.maxCores, .maxSockets, .maxNodes]),
        ] where values[flag] == nil && bounds.contains(where: { values[$0] != nil }) {
            values[flag] = "False"
        }
        try values.merging(known) { sent, _ in sent }.checkBounds()
        return values
    }
}

extension Dictionary where Key: SettableProperty, Value == String {
    /// Checks that no minimum is above its maximum.
    ///
    /// - Throws: 400 when one is.
    func checkBounds() throws(APIError) {
        for (low, high) in Key.bounds {
            guard let minimum = self[low].flatMap({ Int($0) }),
                let maximum = self[high].flatMap({ Int($0) }), minimum > maximum
            else { continue }
            throw .badRequest("\(low.apiName) is greater than \(high.apiName).")
        }
    }
}

extension ClientTask {
    /// The most instances of one sweep (product documentation, "Understanding Task Types").
    static let maxInstances = 1_000_000

    /// Returns the task with other properties over those that it has.
    ///
    /// - Throws: 400 when a minimum is above its maximum, or a sweep has no end or too many steps.
    func applying(_ values: [TaskProperty: String]) throws(APIError) -> ClientTask {
        var task = self
        task.settings.merge(values) { $1 }
        // Product documentation, `ISchedulerTask::FailJobOnFailure`.
        if values[.failJobOnFailureCount] != nil, task.settings[.failJobOnFailure] == nil {
            task.settings[.failJobOnFailure] = "True"
        }
        let settings = task.settings
        try settings.checkBounds()
        func integer(_ property: TaskProperty) -> Int? { settings[property].flatMap { Int($0) } }
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
        let sweep = Sweep(
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

    /// Returns the rows of the task, in Configuring.
    func rows(number: UInt32, at now: UInt32) -> [TaskRow] {
        func row(_ kind: TaskRow.Kind, _ instance: UInt32) -> TaskRow {
            TaskRow(id: number, instance: instance, kind: kind, createTime: now, changeTime: now)
        }
        guard kind == .sweepMaster else { return [row(kind, 0)] }
        return [row(.sweepMaster, 0)]
            + (1...UInt32(clamping: sweep.count)).map { row(.sweepInstance, $0) }
    }
}
