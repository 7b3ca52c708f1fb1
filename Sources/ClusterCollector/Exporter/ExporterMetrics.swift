import Exposition
import HPCPackClient

/// How the rounds of the enabled collectors went.
struct CollectionStatus: Sendable {
    struct Entry: Sendable {
        let name: CollectorName
        let label: LabelValue
        let status: CollectorStatus
        /// Rounds that have ended.
        let rounds: Int
        let fullReads: Int
        let corrections: Int
        let progress: ReadProgress?

        init<Data>(_ name: CollectorName, _ state: CollectorState<Data>) {
            self.name = name
            label = LabelValue(name.rawValue)
            status = state.status
            rounds = state.rounds
            fullReads = state.fullReads
            corrections = state.corrections
            progress = state.progress
        }
    }

    /// The enabled collectors.
    let collectors: [Entry]
    let interval: Duration
    /// When the job whose tasks were read longest ago was read, in Unix seconds.
    let oldestTaskRead: Double?

    /// The collectors that read incrementally.
    var incremental: [Entry] { collectors.filter { $0.name == .jobs || $0.name == .tasks } }
}

/// The metrics of the collection (docs/metrics.md#the-exporter-itself).
enum CollectionMetrics {
    static let all: [Metric<CollectionStatus>] = [
        Metric(
            "hpcpack_up",
            .gauge,
            help: "1 if every enabled collector succeeded in its last round, else 0."
        ) { source in
            source.collectors.allSatisfy(\.status.succeeded) ? 1 : 0
        },
        Metric(
            "hpcpack_scrape_collector_success",
            .gauge,
            labels: ["collector"],
            help: "1 if the collector succeeded in its last round, else 0."
        ) { source, writer in
            for entry in source.collectors {
                writer.sample(entry.label, entry.status.succeeded ? 1 : 0)
            }
        },
        Metric(
            "hpcpack_scrape_collector_duration_seconds",
            .gauge,
            labels: ["collector"],
            help: "How long the collector's last round took."
        ) { source, writer in
            for entry in source.collectors {
                guard let duration = entry.status.duration else { continue }
                writer.sample(entry.label, duration / .seconds(1))
            }
        },
        Metric(
            "hpcpack_scrape_collector_last_success_timestamp_seconds",
            .gauge,
            labels: ["collector"],
            help: "When the collector last succeeded, in Unix seconds; its data is as old as that."
        ) { source, writer in
            for entry in source.collectors {
                guard let time = entry.status.lastSuccess else { continue }
                writer.sample(entry.label, time)
            }
        },
        Metric(
            "hpcpack_exporter_full_reads_total",
            .counter,
            labels: ["collector"],
            help: "Full reads of the jobs and of the tasks; other rounds read only what changed."
        ) { source, writer in
            for entry in source.incremental { writer.sample(entry.label, entry.fullReads) }
        },
        Metric(
            "hpcpack_exporter_full_read_corrections_total",
            .counter,
            labels: ["collector"],
            help: "Rows that full reads found different from what reads of changes had left."
        ) { source, writer in
            for entry in source.incremental { writer.sample(entry.label, entry.corrections) }
        },
        Metric(
            "hpcpack_exporter_interval_seconds",
            .gauge,
            help:
                "Time from the start of one round of a collector to the start of the next (--collector.interval)."
        ) { source in
            source.interval / .seconds(1)
        },
        Metric(
            "hpcpack_exporter_oldest_task_read_timestamp_seconds",
            .gauge,
            help:
                "When the job whose tasks were read longest ago was read, in Unix seconds, among jobs that have not ended; no series while there is none."
        ) { source in
            source.oldestTaskRead
        },
    ]
}

/// The metrics of the requests to the head nodes (docs/metrics.md#the-exporter-itself).
enum RequestMetricsTable {
    typealias Source = [APIOperation: RequestMetrics.Figures]

    static let all: [Metric<Source>] = [
        Metric(
            "hpcpack_api_requests_total",
            .counter,
            labels: ["operation", "code"],
            help:
                "Requests to the head nodes by their outcome: an HTTP status, or timeout, refused, tls, error."
        ) { source, writer in
            for (operation, figures) in source {
                for (code, count) in figures.requests {
                    writer.sample(label(operation), LabelValue(code), count)
                }
            }
        },
        Metric(
            "hpcpack_api_request_duration_seconds",
            .histogram,
            labels: ["operation"],
            help: "How long requests to the head nodes took, answer included."
        ) { source, writer in
            for (operation, figures) in source {
                writer.histogram(label(operation), figures.durations)
            }
        },
        counter(
            "hpcpack_api_response_bytes_total",
            help: "Bytes of the head nodes' answers, after decompression."
        ) { $0.bytes },
        counter("hpcpack_api_rows_total", help: "Rows read from the head nodes' answers.") {
            $0.rows
        },
        counter(
            "hpcpack_exporter_listing_restarts_total",
            help: "Listings begun again from their first page after a lost page token or head node."
        ) { $0.restarts },
    ]

    private static func counter(
        _ name: String,
        help: String,
        _ value: @escaping @Sendable (RequestMetrics.Figures) -> Int
    ) -> Metric<Source> {
        Metric(name, .counter, labels: ["operation"], help: help) { source, writer in
            for (operation, figures) in source { writer.sample(label(operation), value(figures)) }
        }
    }

    private static func label(_ operation: APIOperation) -> LabelValue {
        LabelValue(operation.rawValue)
    }
}

/// The metric of the certificates that the head nodes showed (docs/metrics.md#the-exporter-itself).
enum CertificateMetrics {
    /// The certificates by host and port of the head node.
    typealias Source = [String: PeerCertificate]

    static let all: [Metric<Source>] = [
        Metric(
            "hpcpack_api_certificate_expiry_timestamp_seconds",
            .gauge,
            labels: ["head_node"],
            help:
                "When the certificate expires that the head node showed last, in Unix seconds; no series without TLS."
        ) { source, writer in
            // 0 stands for a certificate that does not tell.
            for (headNode, certificate) in source where certificate.notAfter != 0 {
                writer.sample(LabelValue(headNode), Double(certificate.notAfter))
            }
        }
    ]

    /// The certificates that a client met.
    static func certificates(of client: HPCPackClient) -> Source {
        var certificates: Source = [:]
        for (index, headNode) in client.configuration.headNodes.enumerated() {
            certificates[headNode.hostAndPort] = client.certificate(of: index)
        }
        return certificates
    }
}

/// The metric of what the server can do (docs/metrics.md#the-exporter-itself).
enum CapabilityMetrics {
    static let all: [Metric<[Capability: Bool]>] = [
        Metric(
            "hpcpack_exporter_capability",
            .gauge,
            labels: ["capability"],
            help: "1 if the server was found to have the capability, 0 if it was found to lack it."
        ) { known, writer in
            for (capability, isThere) in known {
                writer.sample(LabelValue(capability.rawValue), isThere ? 1 : 0)
            }
        }
    ]
}

/// The metric of values that were not understood (docs/metrics.md#the-exporter-itself).
enum UnrecognizedValueMetrics {
    static let all: [Metric<[RowDecoder.Field: Int]>] = [
        Metric(
            "hpcpack_exporter_unrecognized_values_total",
            .counter,
            labels: ["field"],
            help: "Values that no documented set holds or that cannot be read, by field."
        ) { counts, writer in
            for field in RowDecoder.Field.allCases {
                writer.sample(LabelValue(field.rawValue), counts[field] ?? 0)
            }
        }
    ]
}
