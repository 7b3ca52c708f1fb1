/// What a server may be able to do beyond the API of HPC Pack 2016 that is known for certain.
///
/// The raw values are the fixed set of the `capability` label. Each is found out by a request of its own, so that a
/// refusal costs nothing else (docs/hpcpack-api.md#capabilities).
public enum Capability: String, CaseIterable, Sendable {
    case nodes2016 = "nodes_2016"
    case clusterNodes = "cluster_nodes"
    case nodeMetrics = "node_metrics"
    case nodeResourceCounts = "node_resource_counts"
    case jobTaskCounts = "job_task_counts"
    case jobAllocation = "job_allocation"
    case jobPendingReason = "job_pending_reason"
    case rowCount = "row_count"

    /// What the server is asked for, for people.
    public var question: String {
        switch self {
        case .nodes2016: "GET /nodes"
        case .clusterNodes: "GET /cluster/nodes"
        case .nodeMetrics: "GET /cluster/nodes/metrics"
        case .rowCount: "startRow and x-ms-row-count of GET /jobs"
        case .jobTaskCounts: "a number of tasks for each state, such as RunningTaskCount,"
        case .nodeResourceCounts, .jobAllocation, .jobPendingReason:
            properties.joined(separator: " with ")
        }
    }

    /// What the exporter can tell with it.
    public var benefit: String {
        switch self {
        case .nodes2016: "nodes, cores and reachability as HPC Pack 2016 tells them"
        case .clusterNodes: "nodes, cores and health as HPC Pack 2019 tells them"
        case .nodeMetrics: "cores in use and CPU usage of each node"
        case .nodeResourceCounts: "cores in use of each node"
        case .jobTaskCounts: "tasks by state without a call for each job"
        case .jobAllocation: "cores allocated to jobs"
        case .jobPendingReason: "why queued jobs wait"
        case .rowCount:
            "the number of jobs before all are read, and listings that go on where they broke off"
        }
    }

    /// The properties that make it; empty for a call.
    public var properties: [String] {
        switch self {
        case .nodeResourceCounts: ["IdleResourceCount", "OfflineResourceCount"]
        case .jobTaskCounts: TaskState.known.map { "\($0.name)TaskCount" }
        case .jobAllocation: ["CurrentCoreCount"]
        case .jobPendingReason: ["PendingReason"]
        case .nodes2016, .clusterNodes, .nodeMetrics, .rowCount: []
        }
    }
}

/// Which capabilities the server has, as far as it was asked.
struct CapabilityFindings: Sendable {
    private var findings: [Capability: (isThere: Bool, end: ContinuousClock.Instant)] = [:]

    /// Whether the server has a capability; `nil` where it has to be asked, because it was not yet, or long ago.
    func current(_ capability: Capability, at now: ContinuousClock.Instant) -> Bool? {
        findings[capability].flatMap { $0.end > now ? $0.isThere : nil }
    }

    /// The last finding, however old; `nil` before the first.
    func last(_ capability: Capability) -> Bool? { findings[capability]?.isThere }

    /// Records a finding.
    mutating func record(
        _ capability: Capability,
        _ isThere: Bool,
        until end: ContinuousClock.Instant
    ) {
        findings[capability] = (isThere, end)
    }

    /// Makes every capability be asked for again; the last findings stay.
    mutating func expire(at now: ContinuousClock.Instant) {
        for capability in findings.keys { findings[capability]?.end = now }
    }
}
