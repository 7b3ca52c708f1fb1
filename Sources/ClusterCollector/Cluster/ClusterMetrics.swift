import Exposition

/// The metrics of the cluster as a whole (docs/metrics.md#cluster).
enum ClusterMetrics {
    static let all: [Metric<ClusterInfo>] = [
        Metric(
            "hpcpack_cluster_info",
            .gauge,
            labels: ["version", "active_head_node"],
            help: "Constant 1, with the version of HPC Pack and the name of the active head node."
        ) { info, writer in
            writer.sample(LabelValue(info.version), LabelValue(info.activeHeadNode), 1)
        },
        Metric("hpcpack_job_templates", .gauge, help: "Number of job templates.") { info in
            Double(info.jobTemplates)
        },
    ]
}
