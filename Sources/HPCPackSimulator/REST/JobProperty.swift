/// The properties of `/jobs`: those that published clients ask for, and some that only the product's SDK knows
/// (docs/hpcpack-api.md#properties).
enum JobProperty: String, RowProperty {
    case id, name, owner, userName, project, state, previousState, priority, expandedPriority
    case jobTemplate, jobType, pool, nodeGroups, nodeGroupOp, requestedNodes, allocatedNodes
    case excludedNodes, unitType, minCores, maxCores, minSockets, maxSockets, minNodes, maxNodes
    case minCoresPerNode, maxCoresPerNode, minMemory, maxMemory, autoCalculateMin
    case autoCalculateMax, isExclusive, singleNode, runUntilCanceled, failOnTaskFailure
    case failDependentTasks, preemptable, canGrow, canShrink, runtimeSeconds, holdUntil
    case createTime, submitTime, startTime, endTime, changeTime, requeueCount, progress
    case progressMessage, errorCode, errorMessage, errorParams, pendingReason, orderBy
    case softwareLicense, emailAddress, notifyOnStart, notifyOnCompletion, serviceName
    case endpointReference, clientSource, estimatedProcessMemory, targetResourceCount
    case taskExecutionFailureRetryLimit, parentJobIds, childJobIds, jobValidExitCodes
    case hasRuntime, plannedCoreCount
    case currentCoreCount, currentNodeCount, taskCount, configuringTaskCount, submittedTaskCount
    case validatingTaskCount, queuedTaskCount, dispatchingTaskCount, runningTaskCount
    case finishingTaskCount, finishedTaskCount, failedTaskCount, canceledTaskCount
    case cancelingTaskCount

    static var identity: Self { .id }

    static let unconfirmed: Set<Self> = Set(
        allCases.filter { $0.countsTasks != nil }
            + [.currentCoreCount, .currentNodeCount, .pendingReason]
    )

    /// The states of tasks that the property counts; `nil` when it counts none.
    var countsTasks: [TaskState]? {
        switch self {
        case .taskCount: TaskState.allCases
        case .configuringTaskCount: [.configuring]
        case .submittedTaskCount: [.submitted]
        case .validatingTaskCount: [.validating]
        case .queuedTaskCount: [.queued]
        case .dispatchingTaskCount: [.dispatching]
        case .runningTaskCount: [.running]
        case .finishingTaskCount: [.finishing]
        case .finishedTaskCount: [.finished]
        case .failedTaskCount: [.failed]
        case .canceledTaskCount: [.canceled]
        case .cancelingTaskCount: [.canceling]
        default: nil
        }
    }

    /// The properties in a listing by default (specification, `GET /jobs`).
    static let listed: [Self] = [.id, .owner, .name, .state, .priority]
}

/// The values of job properties.
extension ValueWriter {
    /// Appends the value of a property.
    ///
    /// - Parameters:
    ///   - property: The property.
    ///   - job: The job.
    ///   - tasks: The job's tasks by state if they have been counted; they are counted here if they are needed.
    ///   - out: The bytes to append to.
    func append(
        _ property: JobProperty,
        of job: Job,
        tasks: [Int]? = nil,
        to out: inout [UInt8]
    ) {
        let id = Int(job.id)
        if let states = property.countsTasks {
            let counts = tasks ?? cluster.tasksByState(of: job)
            out.append(decimal: states.reduce(0) { $0 + counts[Int($1.rawValue)] })
            return
        }
        if let clientJob = cluster.clientJobs[job.id] {
            guard !append(property, of: job, clientJob, to: &out) else { return }
        }
        switch property {
        case .id: out.append(decimal: id)
        case .name: appendName(of: job, to: &out)
        case .owner, .userName: append(cluster.owner(of: job), to: &out)
        case .project: append(cluster.project(of: job), to: &out)
        case .state: append(job.state.name, to: &out)
        case .previousState: append(job.previousState.name, to: &out)
        case .priority: append(job.priorityName, to: &out)
        case .expandedPriority: out.append(decimal: Int(job.expandedPriority))
        case .jobTemplate: append(cluster.templates[Int(job.template)], to: &out)
        case .jobType: append("Batch", to: &out)
        case .pool: append("Default", to: &out)
        case .nodeGroups: append(cluster.groupLists.texts[Int(job.groups)], to: &out)
        case .nodeGroupOp:
            append(
                cluster.groupLists.names[Int(job.groups)].count > 1 ? "Union" : "Intersect",
                to: &out
            )
        case .allocatedNodes: appendAllocatedNodes(of: job, to: &out)
        case .unitType: append(job.unit.name, to: &out)
        case .minCores: out.append(decimal: job.minimum(in: .core))
        case .maxCores: out.append(decimal: job.maximum(in: .core))
        case .minSockets: out.append(decimal: job.minimum(in: .socket))
        case .maxSockets: out.append(decimal: job.maximum(in: .socket))
        case .minNodes: out.append(decimal: job.minimum(in: .node))
        case .maxNodes: out.append(decimal: job.maximum(in: .node))
        case .autoCalculateMin, .autoCalculateMax: append(id % 5 == 0, to: &out)
        case .isExclusive: append(id % 17 == 0, to: &out)
        case .runUntilCanceled: append(job.runsUntilCanceled, to: &out)
        case .preemptable, .canGrow, .canShrink: append(true, to: &out)
        case .singleNode, .failOnTaskFailure, .failDependentTasks, .notifyOnStart,
            .notifyOnCompletion, .hasRuntime:
            append(false, to: &out)
        case .runtimeSeconds, .minCoresPerNode, .maxCoresPerNode, .minMemory, .maxMemory,
            .estimatedProcessMemory, .targetResourceCount, .taskExecutionFailureRetryLimit:
            out.append(decimal: 0)
        case .createTime: append(job.createTime, of: id, to: &out)
        case .submitTime: append(job.submitTime, of: id, to: &out)
        case .startTime: append(job.startTime, of: id, to: &out)
        case .endTime: append(job.endTime, of: id, to: &out)
        case .changeTime: append(job.changeTime, of: id, to: &out)
        case .holdUntil: append(cluster.holdUntil(of: job), of: id, to: &out)
        case .requeueCount: out.append(decimal: Int(job.requeueCount))
        case .progress: out.append(decimal: job.state == .finished ? 100 : 0)
        case .errorCode: out.append(decimal: job.failure == .none ? 0 : -2_147_220_000)
        case .errorMessage: append(job.failure.message, to: &out)
        case .pendingReason:
            append(cluster.pendingReason(of: job, first: firstWaiting).name, to: &out)
        case .currentCoreCount: out.append(decimal: cluster.coresAllocated(to: job))
        case .currentNodeCount: out.append(decimal: cluster.nodesAllocated(to: job))
        case .taskCount, .configuringTaskCount, .submittedTaskCount, .validatingTaskCount,
            .queuedTaskCount, .dispatchingTaskCount, .runningTaskCount, .finishingTaskCount,
            .finishedTaskCount, .failedTaskCount, .canceledTaskCount, .cancelingTaskCount:
            break
        case .jobValidExitCodes: append("0", to: &out)
        case .plannedCoreCount: out.append(decimal: -1)
        case .requestedNodes, .excludedNodes, .progressMessage, .errorParams, .orderBy,
            .softwareLicense, .emailAddress, .serviceName, .endpointReference, .clientSource,
            .parentJobIds, .childJobIds:
            break
        }
    }

    /// Appends a value that is kept beside the row of a client job.
    ///
    /// - Returns: `false` when the value follows from the row or the seed.
    private func append(
        _ property: JobProperty,
        of job: Job,
        _ clientJob: ClientJob,
        to out: inout [UInt8]
    ) -> Bool {
        switch property {
        case .holdUntil: return false
        case .hasRuntime: append(clientJob.integer(.runtimeSeconds) ?? 0 > 0, to: &out)
        case .errorMessage:
            append(clientJob.message ?? job.failure.message, to: &out)
        case .progress where job.state == .finished: return false
        default:
            guard let text = clientJob.text(property) else { return false }
            append(text, to: &out)
        }
        return true
    }

    private func appendName(of job: Job, to out: inout [UInt8]) {
        append(cluster.draws.pick(Vocabulary.subjects, .jobName, Int(job.id)), to: &out)
        out.append(UInt8(ascii: " "))
        out.append(decimal: cluster.draws.below(10_000, .jobName, Int(job.id), 1))
    }

    private func appendAllocatedNodes(of job: Job, to out: inout [UInt8]) {
        for (position, share) in cluster.allocation(of: job).enumerated() {
            if position > 0 { out.append(UInt8(ascii: ",")) }
            append(cluster.nodes[share.node].name, to: &out)
        }
    }

    /// Returns the number that rows are sorted by, or `nil` for a property that is sorted as text.
    func number(_ property: JobProperty, of job: Job) -> Int64? {
        switch property {
        case .id: Int64(job.id)
        case .state: Int64(job.state.rawValue)
        case .previousState: Int64(job.previousState.rawValue)
        case .priority, .expandedPriority: Int64(job.expandedPriority)
        case .minCores: Int64(job.minimum(in: .core))
        case .maxCores: Int64(job.maximum(in: .core))
        case .currentCoreCount: Int64(cluster.coresAllocated(to: job))
        case .createTime: Int64(job.createTime)
        case .submitTime: Int64(job.submitTime)
        case .startTime: Int64(job.startTime)
        case .endTime: Int64(job.endTime)
        case .changeTime: Int64(job.changeTime)
        case .requeueCount: Int64(job.requeueCount)
        case .progress: job.state == .finished ? 100 : 0
        default: nil
        }
    }
}

extension Cluster {
    /// Returns who created `job`.
    func owner(of job: Job) -> String {
        if let owner = clientJobs[job.id]?.owner { return owner }
        let owner = draws.pick(Vocabulary.owners, .jobOwner, Int(job.id))
        // Letter case does not matter in names of accounts, and some clients write them in capitals.
        return draws.chance(40, .jobOwner, Int(job.id), 1) ? owner.uppercased() : owner
    }

    /// Returns the project of `job`; empty for none.
    func project(of job: Job) -> String {
        clientJobs[job.id]?.text(.project)
            ?? draws.pick(Vocabulary.projects, .jobDetails, Int(job.id), 4)
    }

    /// Returns how many cores are allocated to `job` now.
    func coresAllocated(to job: Job) -> Int {
        guard let jobTasks = tasks[job.id], jobTasks.holdsCores else { return 0 }
        return jobTasks.coresAllocated
    }

    /// Returns on how many nodes cores are allocated to `job` now.
    func nodesAllocated(to job: Job) -> Int {
        guard let jobTasks = tasks[job.id], jobTasks.holdsCores else { return 0 }
        return Set(jobTasks.allocation.map(\.node)).count
    }

    /// Returns how many tasks of `job` are in each state, sweeps expanded as in a listing.
    func tasksByState(of job: Job) -> [Int] {
        var counts = [Int](repeating: 0, count: TaskState.allCases.count)
        let sweeps = sweeps(of: job)
        for row in tasks(of: job).rows where sweeps.lists(row) {
            counts[Int(row.state.rawValue)] += 1
        }
        return counts
    }
}
