import Foundation
import TestSupport

/// What the simulator says is true, as the series that the exporter must show.
struct Truth {
    /// The families that it decides completely.
    static let families: Set<String> = [
        "hpcpack_nodes", "hpcpack_unreachable_nodes", "hpcpack_cores", "hpcpack_node_group_nodes",
        "hpcpack_node_group_unreachable_nodes", "hpcpack_node_group_cores",
        "hpcpack_ungrouped_nodes", "hpcpack_cores_in_use", "hpcpack_node_group_cores_in_use",
        "hpcpack_nodes_by_health", "hpcpack_node_group_nodes_by_health", "hpcpack_jobs",
        "hpcpack_node_group_jobs", "hpcpack_ungrouped_jobs",
        "hpcpack_oldest_queued_job_submit_timestamp_seconds",
        "hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds", "hpcpack_tasks",
        "hpcpack_node_group_tasks",
        "hpcpack_ungrouped_tasks", "hpcpack_job_templates", "hpcpack_cluster_info",
        "hpcpack_allocated_cores", "hpcpack_node_group_allocated_cores",
        "hpcpack_ungrouped_allocated_cores", "hpcpack_queued_resources",
        "hpcpack_node_group_queued_resources", "hpcpack_held_jobs", "hpcpack_node_group_held_jobs",
        "hpcpack_ungrouped_held_jobs", "hpcpack_pending_jobs",
        "hpcpack_jobs_by_owner", "hpcpack_jobs_by_project", "hpcpack_jobs_by_template",
        "hpcpack_jobs_by_priority", "hpcpack_allocated_cores_by_owner",
        "hpcpack_allocated_cores_by_project", "hpcpack_allocated_cores_by_template",
        "hpcpack_allocated_cores_by_priority",
    ]

    private(set) var series: [String: Double] = [:]

    /// Reads the simulator's own account.
    init(_ data: Data) throws {
        let root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        let nodes = root["nodes"] as? [String: Any] ?? [:]
        add("hpcpack_nodes", nodes["byState"])
        add("hpcpack_cores", nodes["coresByState"])
        // HPC Pack 2016 tells reachability, 2019 health; each knows other states.
        let isOf2019 = (nodes["byState"] as? [String: Any])?["Rejected"] != nil
        series["hpcpack_unreachable_nodes"] = isOf2019 ? nil : nodes["unreachable"] as? Double
        if isOf2019 { add("hpcpack_nodes_by_health", nodes["byHealth"], label: "health") }
        series["hpcpack_cores_in_use"] = nodes["coresInUse"] as? Double
        for (group, value) in root["nodesByGroup"] as? [String: [String: Any]] ?? [:] {
            add("hpcpack_node_group_nodes", value["byState"], group)
            add("hpcpack_node_group_cores", value["coresByState"], group)
            let label = "node_group=\"\(Self.escaped(group))\""
            // No core of a group without nodes is in use, where any node of the cluster tells.
            let none = value["total"] as? Double == 0 && nodes["coresInUse"] is Double ? 0.0 : nil
            series["hpcpack_node_group_cores_in_use{\(label)}"] =
                value["coresInUse"] as? Double ?? none
            if isOf2019 {
                add("hpcpack_node_group_nodes_by_health", value["byHealth"], group, label: "health")
            } else {
                series["hpcpack_node_group_unreachable_nodes{\(label)}"] =
                    value["unreachable"] as? Double
            }
        }
        add("hpcpack_ungrouped_nodes", root["ungroupedNodes"])
        add("hpcpack_jobs", root["jobs"])
        for (group, value) in root["jobsByGroup"] as? [String: Any] ?? [:] {
            add("hpcpack_node_group_jobs", value, group)
        }
        add("hpcpack_ungrouped_jobs", root["ungroupedJobs"])
        let oldest = "oldest_queued_job_submit_timestamp_seconds"
        series["hpcpack_" + oldest] = root["oldestQueuedSubmitTime"] as? Double
        for (group, time) in root["oldestQueuedSubmitTimeByGroup"] as? [String: Double] ?? [:] {
            series["hpcpack_node_group_\(oldest){node_group=\"\(Self.escaped(group))\"}"] = time
        }
        let tasks = root["activeTasks"] as? [String: Any] ?? [:]
        add("hpcpack_tasks", tasks["byState"])
        for (group, value) in tasks["byGroup"] as? [String: Any] ?? [:] {
            add("hpcpack_node_group_tasks", value, group)
        }
        add("hpcpack_ungrouped_tasks", tasks["ungrouped"])
        series["hpcpack_job_templates"] = (root["jobTemplates"] as? [String]).map {
            Double($0.count)
        }
        addUsage(root)
        let version = root["version"] as? String ?? ""
        let headNode = root["activeHeadNode"] as? String ?? ""
        series["hpcpack_cluster_info{version=\"\(version)\",active_head_node=\"\(headNode)\"}"] = 1
    }

    /// What jobs hold, wait for and belong to.
    private mutating func addUsage(_ root: [String: Any]) {
        for (field, name) in [("allocatedCores", "allocated_cores"), ("heldJobs", "held_jobs")] {
            let rest = field.prefix(1).uppercased() + field.dropFirst()
            series["hpcpack_\(name)"] = root[field] as? Double
            series["hpcpack_ungrouped_\(name)"] = root["ungrouped\(rest)"] as? Double
            for (group, value) in root["\(field)ByGroup"] as? [String: Double] ?? [:] {
                series["hpcpack_node_group_\(name){node_group=\"\(Self.escaped(group))\"}"] = value
            }
        }
        add("hpcpack_queued_resources", root["queuedResources"], label: "unit")
        for (group, value) in root["queuedResourcesByGroup"] as? [String: Any] ?? [:] {
            add("hpcpack_node_group_queued_resources", value, group, label: "unit")
        }
        add("hpcpack_pending_jobs", root["pendingJobs"], label: "reason")
        for (kind, label) in [
            ("owner", "owner"), ("project", "project"), ("template", "job_template"),
            ("priority", "priority"),
        ] {
            let suffix = "By\(kind.prefix(1).uppercased())\(kind.dropFirst())"
            for (value, counts) in root["jobs\(suffix)"] as? [String: Any] ?? [:] {
                add("hpcpack_jobs_by_\(kind)", counts, value, groupLabel: label)
            }
            add("hpcpack_allocated_cores_by_\(kind)", root["allocatedCores\(suffix)"], label: label)
        }
    }

    private mutating func add(
        _ family: String,
        _ counts: Any?,
        _ group: String? = nil,
        groupLabel: String = "node_group",
        label name: String = "state"
    ) {
        for (value, count) in counts as? [String: Double] ?? [:] {
            let label = group.map { "\(groupLabel)=\"\(Self.escaped($0))\"," } ?? ""
            series["\(family){\(label)\(name)=\"\(Self.escaped(value))\"}"] = count
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
            of: "\"",
            with: "\\\""
        )
    }

    /// How a page differs from the truth, in sentences; empty when it does not.
    func differences(from page: MetricsPage) -> [String] {
        let shown = page.series(Self.families)
        return Set(shown.keys).union(series.keys).sorted().compactMap { name in
            if shown[name] == series[name] { return nil }
            // Groups that only jobs name stand at zero where nothing of a kind names them.
            if shown[name] == nil, series[name] == 0 { return nil }
            return
                "\(name): shown \(shown[name].map { "\($0)" } ?? "nothing"), true \(series[name].map { "\($0)" } ?? "nothing")"
        }
    }
}
