/// Why a queued job does not run, as the scheduler says it (docs/hpcpack-api.md#properties).
enum PendingReason: UInt8, NamedState {
    case none, notEnoughResource, higherPriorityJob, jobSubmittedEarlier, dependencyNotDone
    case requiredNodesNotAvailable, activationFilter, noBrokerNode, heldByAdmin, heldByUser
    case noAvailableResourceInRequestedNodeGroup

    /// `AcitivationFilter` is how the product spells it.
    static let names = [
        "None", "NotEnoughResource", "HigherPriorityJob", "JobSubmittedEarlier",
        "DependencyNotDone", "RequiredNodesNotAvailable", "AcitivationFilter", "NoBrokerNode",
        "HeldByAdmin", "HeldByUser", "NoAvailableResourceInRequestedNodeGroup",
    ]
}

extension Cluster {
    /// Returns when a job may start at the earliest, in Unix seconds; 0 for at once.
    func holdUntil(of job: Job) -> UInt32 {
        guard let text = clientJobs[job.id]?.settings[.holdUntil] else { return job.holdUntil }
        return UInt32(text) ?? 0
    }

    /// Whether a job is queued and may not start yet.
    func isHeld(_ job: Job) -> Bool {
        job.state == .queued && holdUntil(of: job) > now
    }

    /// Returns the least resources that a job asks for, as its row says, and their unit.
    func leastResources(of job: Job) -> (unit: ResourceUnit, count: Int) {
        let settings = clientJobs[job.id]?.settings ?? [:]
        let unit = settings[.unitType].map { ResourceUnit(named: $0) } ?? job.unit
        let count = settings[unit.jobBounds.min].flatMap { Int($0) }
        return (unit, count ?? job.minimum(in: unit))
    }

    /// Returns the first job of the queue that may start as soon as there are resources.
    func firstWaitingJob() -> Job? {
        for id in queue {
            if let job = job(id), obstacle(to: job) == nil { return job }
        }
        return nil
    }

    /// Returns why a queued job cannot start whatever other jobs do; `nil` when it waits for resources only.
    func obstacle(to job: Job) -> PendingReason? {
        if isHeld(job) { return .heldByUser }
        let hasNode = placements[Int(job.groups)].nodes.contains { nodes[$0].takesJobs }
        if !hasNode, job.groups != 0 { return .noAvailableResourceInRequestedNodeGroup }
        let requested = clientJobs[job.id]?.settings[.requestedNodes]?.lowercased() ?? ""
        guard !requested.isEmpty else { return nil }
        let isThere = requested.split(separator: ",").contains { name in
            nodePositions[String(name)].map { nodes[$0].takesJobs } ?? false
        }
        return isThere ? nil : .requiredNodesNotAvailable
    }

    /// Returns why a job does not run; none for a job that is not queued.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - first: The first job of the queue that may start as soon as there are resources; the others wait
    ///     for it.
    /// - Returns: The reason.
    func pendingReason(of job: Job, first: Job?) -> PendingReason {
        guard job.state == .queued else { return .none }
        if let obstacle = obstacle(to: job) { return obstacle }
        guard let first, first.id != job.id else { return .notEnoughResource }
        return first.expandedPriority > job.expandedPriority
            ? .higherPriorityJob : .jobSubmittedEarlier
    }
}
