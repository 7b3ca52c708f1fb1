/// What a property may be set to, and how a value is written once it is set.
enum PropertyValue: Sendable {
    /// At most so many characters.
    case text(Int)
    case integer(ClosedRange<Int>)
    case flag
    /// One of the names, or its number in the product's enumeration.
    case choice([(name: String, number: Int)])
    /// Names separated by commas; spaces around them are dropped.
    case names
    /// A time as clients send it; "" takes it back.
    case time
    /// Taken and forgotten.
    case secret

    /// The value in its canonical form; nil when `text` is none.
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
            return text.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
                .joined(separator: ",")
        case .time:
            guard !text.isEmpty else { return "" }
            return CivilTime(changeTimeFrom: text).map { String($0.unix) }
        case .secret: return text
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    static let unitType = choice([("Core", 0), ("Socket", 1), ("Node", 2)])
    static let count = integer(1...2_147_483_647)
    static let amount = integer(0...2_147_483_647)
}

extension JobProperty {
    /// What a client may set; nil for what only the scheduler sets.
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
            .clientSource, .endpointReference, .validExitCodes, .parentJobIds:
            .text(1024)
        case .progressMessage: .text(80)
        case .progress: .integer(0...100)
        case .unitType: .unitType
        case .minCores, .maxCores, .minSockets, .maxSockets, .minNodes, .maxNodes: .count
        case .minCoresPerNode, .maxCoresPerNode, .minMemory, .maxMemory, .runtimeSeconds,
            .estimatedProcessMemory, .targetResourceCount, .taskExecutionFailureRetryLimit:
            .amount
        case .autoCalculateMin, .autoCalculateMax, .isExclusive, .singleNode, .runUntilCanceled,
            .failOnTaskFailure, .failDependentTasks, .canPreempt, .canGrow, .canShrink,
            .notifyOnStart, .notifyOnCompletion:
            .flag
        case .holdUntil: .time
        case .id, .owner, .state, .previousState, .jobType, .allocatedNodes, .createTime,
            .submitTime, .startTime, .endTime, .changeTime, .requeueCount, .errorCode,
            .errorMessage, .errorParams, .pendingReason, .childJobIds:
            nil
        }
    }

    /// Whether it may be set while the job runs.
    var isSetWhileRunning: Bool {
        switch self {
        case .name, .project, .priority, .expandedPriority, .progress, .progressMessage,
            .runUntilCanceled, .runtimeSeconds, .failOnTaskFailure, .canPreempt, .canGrow,
            .canShrink, .emailAddress, .notifyOnStart, .notifyOnCompletion, .targetResourceCount:
            true
        default: false
        }
    }
}

extension TaskProperty {
    /// What a client may set; nil for what only the scheduler sets.
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
            .stdErrFilePath, .validExitCodes:
            .text(1024)
        case .runtimeSeconds: .amount
        case .taskId, .state, .previousState, .exitCode, .parentJobId, .jobTaskId, .instanceId,
            .instanceValue, .createTime, .submitTime, .startTime, .endTime, .changeTime,
            .requeueCount, .allocatedNodes, .errorCode, .errorMessage, .isServiceConcluded,
            .hasRuntime, .output, .pendingReason:
            nil
        }
    }

    /// Whether it shapes the rows of a task, so that it is fixed once the task has been submitted.
    var isShape: Bool {
        switch self {
        case .type, .isParametric, .startValue, .endValue, .incrementValue: true
        default: false
        }
    }
}
