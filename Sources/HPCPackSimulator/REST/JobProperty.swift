/// The properties of `/jobs`: those that published clients ask for (docs/hpcpack-api.md#properties).
///
/// Task counters such as `TaskCount` are not among them: the older API refuses them.
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

    static var identity: Self { .id }

    /// The properties in a listing by default (specification, `GET /jobs`).
    static let listed: [Self] = [.id, .owner, .name, .state, .priority]
}

/// The values of job properties.
extension ValueWriter {
    func append(_ property: JobProperty, of job: Job, to out: inout [UInt8]) {
        let id = Int(job.id)
        if let clientJob = cluster.clientJobs[job.id] {
            guard !append(property, of: job, clientJob, to: &out) else { return }
        }
        switch property {
        case .id: out.append(decimal: id)
        case .name: appendName(of: job, to: &out)
        case .owner, .userName: append(cluster.owner(of: job), to: &out)
        case .project: append(cluster.draws.pick(Vocabulary.projects, .jobDetails, id, 4), to: &out)
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
        case .unitType: append("Core", to: &out)
        case .minCores: out.append(decimal: Int(job.minCores))
        case .maxCores: out.append(decimal: Int(job.maxCores))
        case .minSockets, .maxSockets, .minNodes, .maxNodes: out.append(decimal: 1)
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
        case .holdUntil: append(0, of: id, to: &out)
        case .requeueCount: out.append(decimal: Int(job.requeueCount))
        case .progress: out.append(decimal: job.state == .finished ? 100 : 0)
        case .errorCode: out.append(decimal: job.failure == .none ? 0 : -2_147_220_000)
        case .errorMessage: append(job.failure.message, to: &out)
        case .pendingReason:
            append(job.state == .queued ? "NotEnoughResource" : "None", to: &out)
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
        case .holdUntil:
            let hold = clientJob.integer(.holdUntil).flatMap { UInt32(exactly: $0) } ?? 0
            append(hold, of: Int(job.id), to: &out)
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
        case .minCores: Int64(job.minCores)
        case .maxCores: Int64(job.maxCores)
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
        clientJobs[job.id]?.owner ?? draws.pick(Vocabulary.owners, .jobOwner, Int(job.id))
    }
}
