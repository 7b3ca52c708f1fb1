/// The calls that the exporter makes; the raw values are the fixed set of the `endpoint` label.
public enum Endpoint: String, CaseIterable, Sendable {
    case clusterVersion = "cluster_version"
    case activeHeadNode = "active_head_node"
    case dateTimeFormat = "date_time_format"
    case nodes
    case nodeGroups = "node_groups"
    case nodeGroupMembers = "node_group_members"
    case jobs
    case job
    case tasks
    case jobTemplates = "job_templates"

    /// The path below the base, for people who read a log line.
    var path: StaticString {
        switch self {
        case .clusterVersion: "/cluster/version"
        case .activeHeadNode: "/cluster/activeHeadNode"
        case .dateTimeFormat: "/cluster/info/dateTimeFormat"
        case .nodes: "/nodes"
        case .nodeGroups: "/nodes/groups"
        case .nodeGroupMembers: "/nodes/groups/{name}"
        case .jobs: "/jobs"
        case .job: "/jobs/{jobId}"
        case .tasks: "/jobs/{jobId}/tasks"
        case .jobTemplates: "/jobs/templates"
        }
    }
}
