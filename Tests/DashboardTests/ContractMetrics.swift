/// The metrics of the contract: names, types and labels.
///
/// Dashboards and rules are compared with this table, in both directions.
struct ContractMetric {
    enum Kind { case gauge, counter, histogram }

    let name: String
    let kind: Kind
    let labels: Set<String>

    /// The names of its series.
    var seriesNames: [String] {
        kind == .histogram ? ["_bucket", "_sum", "_count"].map { name + $0 } : [name]
    }

    static let all: [ContractMetric] =
        [
            gauge("hpcpack_up"),
            gauge("hpcpack_cluster_info", "version", "active_head_node"),
            gauge("hpcpack_job_templates"),

            gauge("hpcpack_nodes", "state"),
            gauge("hpcpack_unreachable_nodes"),
            gauge("hpcpack_cores", "state"),
            gauge("hpcpack_node_group_nodes", "node_group", "state"),
            gauge("hpcpack_node_group_unreachable_nodes", "node_group"),
            gauge("hpcpack_node_group_cores", "node_group", "state"),
            gauge("hpcpack_ungrouped_nodes", "state"),
            gauge("hpcpack_node_state", "node", "state"),
            gauge("hpcpack_node_reachable", "node"),
            gauge("hpcpack_node_info", "node", "availability", "location", "template"),
            gauge("hpcpack_node_cores", "node"),
            gauge("hpcpack_node_sockets", "node"),
            gauge("hpcpack_node_memory_bytes", "node"),
            gauge("hpcpack_node_online_timestamp_seconds", "node"),
            gauge("hpcpack_node_group_member", "node", "node_group"),
            gauge("hpcpack_cores_in_use"),
            gauge("hpcpack_node_group_cores_in_use", "node_group"),
            gauge("hpcpack_node_cores_in_use", "node"),
            gauge("hpcpack_node_cpu_usage_ratio", "node"),
            gauge("hpcpack_nodes_by_health", "health"),
            gauge("hpcpack_node_group_nodes_by_health", "node_group", "health"),
            gauge("hpcpack_node_health", "node", "health"),

            gauge("hpcpack_jobs", "state"),
            gauge("hpcpack_node_group_jobs", "node_group", "state"),
            gauge("hpcpack_ungrouped_jobs", "state"),
            counter("hpcpack_jobs_completed_total", "state"),
            counter("hpcpack_node_group_jobs_completed_total", "node_group", "state"),
            gauge("hpcpack_oldest_queued_job_submit_timestamp_seconds"),
            gauge("hpcpack_node_group_oldest_queued_job_submit_timestamp_seconds", "node_group"),
            histogram("hpcpack_job_queue_wait_seconds"),
            histogram("hpcpack_node_group_job_queue_wait_seconds", "node_group"),
            histogram("hpcpack_job_run_seconds", "state"),
            gauge("hpcpack_allocated_cores"),
            gauge("hpcpack_node_group_allocated_cores", "node_group"),
            gauge("hpcpack_ungrouped_allocated_cores"),
            gauge("hpcpack_queued_resources", "unit"),
            gauge("hpcpack_node_group_queued_resources", "node_group", "unit"),
            gauge("hpcpack_held_jobs"),
            gauge("hpcpack_node_group_held_jobs", "node_group"),
            gauge("hpcpack_ungrouped_held_jobs"),
            gauge("hpcpack_pending_jobs", "reason"),
            gauge("hpcpack_jobs_by_owner", "owner", "state"),
            gauge("hpcpack_jobs_by_project", "project", "state"),
            gauge("hpcpack_jobs_by_template", "job_template", "state"),
            gauge("hpcpack_jobs_by_priority", "priority", "state"),
            gauge("hpcpack_allocated_cores_by_owner", "owner"),
            gauge("hpcpack_allocated_cores_by_project", "project"),
            gauge("hpcpack_allocated_cores_by_template", "job_template"),
            gauge("hpcpack_allocated_cores_by_priority", "priority"),

            gauge("hpcpack_tasks", "state"),
            gauge("hpcpack_node_group_tasks", "node_group", "state"),
            gauge("hpcpack_ungrouped_tasks", "state"),

            gauge("hpcpack_exporter_build_info", "version", "revision", "swift_version"),
            gauge("hpcpack_scrape_collector_success", "collector"),
            gauge("hpcpack_scrape_collector_duration_seconds", "collector"),
            gauge("hpcpack_scrape_collector_last_success_timestamp_seconds", "collector"),
            gauge("hpcpack_api_certificate_expiry_timestamp_seconds", "head_node"),
            counter("hpcpack_api_requests_total", "operation", "code"),
            histogram("hpcpack_api_request_duration_seconds", "operation"),
            counter("hpcpack_api_response_bytes_total", "operation"),
            counter("hpcpack_api_rows_total", "operation"),
            gauge("hpcpack_exporter_capability", "capability"),
            counter("hpcpack_exporter_unrecognized_values_total", "field"),
            counter("hpcpack_exporter_listing_restarts_total", "operation"),
            counter("hpcpack_exporter_full_reads_total", "collector"),
            gauge("hpcpack_exporter_interval_seconds"),
            gauge("hpcpack_exporter_oldest_task_read_timestamp_seconds"),
            counter("hpcpack_exporter_full_read_corrections_total", "collector"),
            counter("hpcpack_exporter_http_requests_total", "handler", "code"),

            counter("process_cpu_seconds_total"),
            gauge("process_resident_memory_bytes"),
            gauge("process_virtual_memory_bytes"),
            gauge("process_virtual_memory_max_bytes"),
            gauge("process_start_time_seconds"),
            gauge("process_open_fds"),
            gauge("process_max_fds"),
        ]

    /// Metrics that only a head node of HPC Pack 2019 leads to.
    static let of2019: Set = [
        "hpcpack_nodes_by_health", "hpcpack_node_group_nodes_by_health", "hpcpack_node_health",
    ]

    /// Metrics that no dashboard and no rule uses, and why.
    static let deliberatelyUnused = [
        "hpcpack_exporter_capability":
            "for people who wonder why a metric is absent; check tells it",
        "process_virtual_memory_bytes":
            "address space that is reserved but not used says nothing about the memory needed",
        "process_virtual_memory_max_bytes":
            "a limit that is not set as a rule, and that no other metric comes near",
        "hpcpack_exporter_oldest_task_read_timestamp_seconds":
            "for clusters with thousands of running jobs, where a round of tasks lasts long",
    ]

    /// Metrics that the live test has no source for: it reads its head node without TLS.
    static let notExportedLive = ["hpcpack_api_certificate_expiry_timestamp_seconds"]

    /// What Prometheus itself adds to every target.
    static let ofPrometheus: Set = ["up", "ALERTS"]

    /// Labels that every series gets from the scrape.
    static let targetLabels: Set = ["job", "instance", "cluster", "namespace"]

    static let bySeriesName: [String: ContractMetric] = Dictionary(
        all.flatMap { metric in metric.seriesNames.map { ($0, metric) } },
        uniquingKeysWith: { first, _ in first }
    )

    /// The labels that its series can have.
    var allLabels: Set<String> {
        labels.union(Self.targetLabels).union(kind == .histogram ? ["le"] : [])
    }

    private static func gauge(_ name: String, _ labels: String...) -> ContractMetric {
        ContractMetric(name: name, kind: .gauge, labels: Set(labels))
    }

    private static func counter(_ name: String, _ labels: String...) -> ContractMetric {
        ContractMetric(name: name, kind: .counter, labels: Set(labels))
    }

    private static func histogram(_ name: String, _ labels: String...) -> ContractMetric {
        ContractMetric(name: name, kind: .histogram, labels: Set(labels))
    }
}
