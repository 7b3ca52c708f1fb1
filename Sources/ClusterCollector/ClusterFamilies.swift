import Exposition
import HPCPackClient

/// METRICS: Cluster, and how the collectors fare.
enum ClusterFamilies {
    private static let up = MetricDescriptor(
        "hpcpack_up",
        .gauge,
        help: "1 if every enabled collector succeeded in its last round, else 0."
    )
    private static let info = MetricDescriptor(
        "hpcpack_cluster_info",
        .gauge,
        labels: ["version", "active_head_node"],
        help: "Constant 1, with the version of HPC Pack and the name of the active head node."
    )
    private static let templates = MetricDescriptor(
        "hpcpack_job_templates",
        .gauge,
        help: "Number of job templates."
    )
    private static let success = MetricDescriptor(
        "hpcpack_scrape_collector_success",
        .gauge,
        labels: ["collector"],
        help: "1 if the collector succeeded in its last round, else 0."
    )
    private static let duration = MetricDescriptor(
        "hpcpack_scrape_collector_duration_seconds",
        .gauge,
        labels: ["collector"],
        help: "How long the collector's last round took."
    )
    private static let lastSuccess = MetricDescriptor(
        "hpcpack_scrape_collector_last_success_timestamp_seconds",
        .gauge,
        labels: ["collector"],
        help: "When the collector last succeeded, in Unix seconds; its data is as old as that."
    )

    private static let fullReads = MetricDescriptor(
        "hpcpack_exporter_full_reads_total",
        .counter,
        labels: ["collector"],
        help: "Full reads of the jobs and of the tasks; other rounds read only what changed."
    )
    private static let corrections = MetricDescriptor(
        "hpcpack_exporter_full_read_corrections_total",
        .counter,
        labels: ["collector"],
        help:
            "Rows that full reads found different from what reads of changes had left."
    )

    static let descriptors = [
        up, info, templates, success, duration, lastSuccess, fullReads, corrections,
    ]

    static func families(_ data: Published, _ configuration: CollectorConfiguration)
        -> [MetricFamily]
    {
        let status = configuration.enabled.map { name in
            (
                label: LabelValue(name.rawValue),
                status: data.status[name, default: CollectorStatus()]
            )
        }
        let cluster = data.cluster?.value
        return [
            MetricFamily(up, status.allSatisfy(\.status.succeeded) ? 1 : 0),
            MetricFamily(info) { writer in
                guard let cluster else { return }
                writer.sample(LabelValue(cluster.version), LabelValue(cluster.activeHeadNode), 1)
            },
            MetricFamily(templates, cluster.map { Double($0.jobTemplates) }),
            MetricFamily(success) { writer in
                for (label, status) in status { writer.sample(label, status.succeeded ? 1 : 0) }
            },
            MetricFamily(duration) { writer in
                for (label, status) in status {
                    guard let duration = status.duration else { continue }
                    writer.sample(label, duration / .seconds(1))
                }
            },
            MetricFamily(lastSuccess) { writer in
                for (label, status) in status {
                    guard let time = status.lastSuccess else { continue }
                    writer.sample(label, time)
                }
            },
            MetricFamily(fullReads) { writer in
                for name in [CollectorName.jobs, .tasks] where configuration.enabled.contains(name)
                {
                    writer.sample(LabelValue(name.rawValue), data.fullReads[name] ?? 0)
                }
            },
            MetricFamily(corrections) { writer in
                for name in [CollectorName.jobs, .tasks] where configuration.enabled.contains(name)
                {
                    writer.sample(LabelValue(name.rawValue), data.corrections[name] ?? 0)
                }
            },
        ]
    }
}
