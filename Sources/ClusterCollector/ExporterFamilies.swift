import Exposition
import HPCPackClient

/// METRICS: The exporter itself, as far as it concerns the requests to the head nodes.
enum ExporterFamilies {
    private static let requests = MetricDescriptor(
        "hpcpack_api_requests_total",
        .counter,
        labels: ["endpoint", "code"],
        help:
            "Requests to the head nodes by their outcome: an HTTP status, or timeout, refused, tls, error."
    )
    private static let durations = MetricDescriptor(
        "hpcpack_api_request_duration_seconds",
        .histogram,
        labels: ["endpoint"],
        help: "How long requests to the head nodes took, answer included."
    )
    private static let bytes = MetricDescriptor(
        "hpcpack_api_response_bytes_total",
        .counter,
        labels: ["endpoint"],
        help: "Bytes of the head nodes' answers, after decompression."
    )
    private static let rows = MetricDescriptor(
        "hpcpack_api_rows_total",
        .counter,
        labels: ["endpoint"],
        help: "Rows read from the head nodes' answers."
    )
    private static let restarts = MetricDescriptor(
        "hpcpack_exporter_listing_restarts_total",
        .counter,
        labels: ["endpoint"],
        help: "Listings begun again from their first page after a lost page token or head node."
    )
    private static let unrecognized = MetricDescriptor(
        "hpcpack_exporter_unrecognized_values_total",
        .counter,
        labels: ["field"],
        help: "Values that no documented set holds or that cannot be read, by field."
    )

    static let descriptors = [requests, durations, bytes, rows, restarts, unrecognized]

    static func families(
        _ figures: [APIOperation: RequestMetrics.Figures],
        _ unknown: [RowDecoder.Field: Int]
    ) -> [MetricFamily] {
        let table = figures.map { (label: LabelValue($0.key.rawValue), figures: $0.value) }
        func counter(
            _ descriptor: MetricDescriptor,
            _ value: @escaping (RequestMetrics.Figures) -> Int
        ) -> MetricFamily {
            MetricFamily(descriptor) { writer in
                for (label, figures) in table { writer.sample(label, value(figures)) }
            }
        }
        return [
            MetricFamily(requests) { writer in
                for (label, figures) in table {
                    for (code, count) in figures.requests {
                        writer.sample(label, LabelValue(code), count)
                    }
                }
            },
            MetricFamily(durations) { writer in
                for (label, figures) in table {
                    writer.histogram(label, figures.durations)
                }
            },
            counter(bytes) { $0.bytes },
            counter(rows) { $0.rows },
            counter(restarts) { $0.restarts },
            MetricFamily(unrecognized) { writer in
                for field in RowDecoder.Field.allCases {
                    writer.sample(LabelValue(field.rawValue), unknown[field] ?? 0)
                }
            },
        ]
    }
}
