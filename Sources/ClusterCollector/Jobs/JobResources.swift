import HPCPackClient

/// What the active jobs hold and wait for.
///
/// What no job tells is not known, unless there is no job that could tell it.
struct JobResources: Sendable {
    /// The cores that are allocated to jobs.
    private(set) var allocatedCores = GroupedSum()
    /// The least resources that queued jobs ask for, by unit.
    private(set) var queued = GroupedCounts<ResourceUnit>()
    /// The queued jobs that are held.
    private(set) var held = GroupedSum()
    /// The queued jobs by the reason for which they wait.
    private(set) var pending = StateCounts<PendingReason>()
    private var allocatedByLabel: [JobLabelSetID: Int] = [:]

    private let queries: JobQueries
    private let now: UInt32
    private var allocation = Told()
    private var requests = Told()
    private var holds = Told()
    private var reasons = Told()

    /// Whether the jobs that could tell something do.
    private struct Told {
        private var jobs = 0
        private var tell = 0

        mutating func add(_ tells: Bool) {
            jobs += 1
            if tells { tell += 1 }
        }

        var isKnown: Bool { tell > 0 || jobs == 0 }
    }

    init(_ queries: JobQueries, at now: UInt32) {
        self.queries = queries
        self.now = now
    }

    var hasAllocation: Bool {
        queries.capabilities.contains(.jobAllocation) && allocation.isKnown
    }
    var hasRequests: Bool { requests.isKnown }
    var hasHolds: Bool { holds.isKnown }
    var hasReasons: Bool { queries.capabilities.contains(.jobPendingReason) && reasons.isKnown }
    /// The allocated cores by the texts of the jobs; `nil` when they are not known.
    var allocatedByLabels: [JobLabelSetID: Int]? { hasAllocation ? allocatedByLabel : nil }

    /// Adds a job that has not ended.
    mutating func add(_ job: JobTable.Entry, _ detail: JobDetail) {
        if job.row.state.holdsResources {
            allocation.add(detail.allocatedCores != nil)
            let cores = Int(detail.allocatedCores ?? 0)
            allocatedCores.add(cores, set: job.groups)
            allocatedByLabel[job.labels, default: 0] += cores
        }
        guard job.row.state == .queued else { return }
        requests.add(detail.request != nil)
        if let request = detail.request {
            queued.add(request.unit, set: job.groups, count: Int(request.count))
        }
        holds.add(detail.holdUntil != nil)
        if detail.isHeld(at: now) { held.add(1, set: job.groups) }
        reasons.add(detail.pendingReason != nil)
        if let reason = detail.pendingReason { pending[reason] += 1 }
    }
}

extension JobDetail {
    /// Whether the job is held at a time of the server's clock, in Unix seconds.
    func isHeld(at now: UInt32) -> Bool { holdUntil.map { $0 > now } ?? false }
}
