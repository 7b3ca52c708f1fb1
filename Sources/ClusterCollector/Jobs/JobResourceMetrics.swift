import Exposition
import HPCPackClient

/// The metrics of what active jobs hold and wait for (docs/metrics.md#jobs).
enum JobResourceMetrics {
    private static let reasons = StateLabels<PendingReason>()
    /// The units that have series, by their labels.
    private static let units = [ResourceUnit.core, .node, .socket].map { unit in
        (unit, LabelValue("\(unit.name)".lowercased()))
    }

    static let all: [Metric<JobMetricsSource>] = [
        Metric(
            "hpcpack_allocated_cores",
            .gauge,
            help: "Cores allocated to jobs that run, end or are being canceled.",
            when: \.hasAllocation
        ) { source in
            Double(source.resources.allocatedCores.total)
        },
        grouped(
            "hpcpack_node_group_allocated_cores",
            help: "The same by the node groups that the jobs name; not additive across node_group.",
            when: \.hasAllocationByGroup
        ) { $0.allocatedCores },
        Metric(
            "hpcpack_ungrouped_allocated_cores",
            .gauge,
            help: "Cores allocated to jobs that name no group.",
            when: \.hasAllocationByGroup
        ) { source in
            Double(source.resources.allocatedCores.ungrouped)
        },
        Metric(
            "hpcpack_queued_resources",
            .gauge,
            labels: ["unit"],
            help: "Least resources that queued jobs ask for, in the unit in which each job counts.",
            when: \.hasRequests
        ) { source, writer in
            for (unit, label) in units {
                writer.sample(label, source.resources.queued.total[unit])
            }
        },
        Metric(
            "hpcpack_node_group_queued_resources",
            .gauge,
            labels: ["node_group", "unit"],
            help: "The same by the node groups that the jobs name; not additive across node_group.",
            when: \.hasRequestsByGroup
        ) { source, writer in
            for (group, counts) in source.resources.queued.byGroup(source.groups) {
                for (unit, label) in units {
                    writer.sample(source.groups.labels[group], label, counts[unit])
                }
            }
        },
        Metric(
            "hpcpack_held_jobs",
            .gauge,
            help: "Queued jobs that are held until a time that has not come.",
            when: \.hasHolds
        ) { source in
            Double(source.resources.held.total)
        },
        grouped(
            "hpcpack_node_group_held_jobs",
            help: "Held jobs that name the group; not additive across node_group.",
            when: \.hasHoldsByGroup
        ) { $0.held },
        Metric(
            "hpcpack_ungrouped_held_jobs",
            .gauge,
            help: "Held jobs that name no group.",
            when: \.hasHoldsByGroup
        ) { source in
            Double(source.resources.held.ungrouped)
        },
        Metric(
            "hpcpack_pending_jobs",
            .gauge,
            labels: ["reason"],
            help: "Queued jobs by the reason for which the scheduler lets them wait.",
            when: \.hasReasons
        ) { source, writer in
            reasons.emit(source.resources.pending, to: &writer)
        },
    ]

    private static func grouped(
        _ name: String,
        help: String,
        when isTold: @escaping @Sendable (JobMetricsSource) -> Bool,
        _ sum: @escaping @Sendable (JobResources) -> GroupedSum
    ) -> Metric<JobMetricsSource> {
        Metric(name, .gauge, labels: ["node_group"], help: help, when: isTold) { source, writer in
            for (group, sum) in sum(source.resources).byGroup(source.groups) {
                writer.sample(source.groups.labels[group], sum)
            }
        }
    }
}

/// The metrics of jobs by their owner, project, template and priority (docs/metrics.md#jobs).
enum JobBreakdownMetrics {
    private static let states = StateLabels<JobState>()

    static let all: [Metric<JobMetricsSource>] = JobLabel.allCases.flatMap { label in
        [
            Metric(
                "hpcpack_jobs_by_\(label.rawValue)",
                .gauge,
                labels: [label.metricLabel, "state"],
                help:
                    "Jobs by \(label.rawValue) and state, with --collector.jobs.by=\(label.rawValue).",
                when: { $0.breakdown(label) != nil }
            ) { source, writer in
                for entry in source.breakdown(label)?.entries ?? [] {
                    states.emit(entry.value, entry.jobs, to: &writer)
                }
            },
            Metric(
                "hpcpack_allocated_cores_by_\(label.rawValue)",
                .gauge,
                labels: [label.metricLabel],
                help: "Cores allocated to jobs, by the \(label.rawValue) of the job.",
                when: { $0.hasAllocation && $0.breakdown(label) != nil }
            ) { source, writer in
                for entry in source.breakdown(label)?.entries ?? [] {
                    writer.sample(entry.value, entry.allocatedCores)
                }
            },
        ]
    }
}

extension JobLabel {
    /// The name of the label in the metrics.
    fileprivate var metricLabel: String { self == .template ? "job_template" : rawValue }
}
