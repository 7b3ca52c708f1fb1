/// One metric: its descriptor, when it is available, and how its series are written from a source.
///
/// A collector's metrics are a table of these values, as the `FamilyGenerator` tables of kube-state-metrics are.
/// Everything that lists metrics derives from the tables.
public struct Metric<Source>: Sendable {
    /// Name, type, labels and meaning.
    public let descriptor: MetricDescriptor
    private let isAvailable: @Sendable (Source) -> Bool
    private let blocks: @Sendable (Source) -> [SeriesBlock]

    /// Creates a metric with labels, or a histogram.
    ///
    /// - Parameters:
    ///   - name: The name; a counter's ends in `_total`.
    ///   - type: The type.
    ///   - labels: The label names, in the order in which they are written.
    ///   - help: The meaning of the value, in one sentence.
    ///   - isAvailable: Whether the source tells the metric at all; a metric that is not available is left out.
    ///   - emit: Writes the series, in any order.
    public init(
        _ name: String,
        _ type: MetricType,
        labels: [String] = [],
        help: String,
        when isAvailable: @escaping @Sendable (Source) -> Bool = { _ in true },
        emit: @escaping @Sendable (Source, inout SampleWriter) -> Void
    ) {
        descriptor = MetricDescriptor(name, type, labels: labels, help: help)
        self.isAvailable = isAvailable
        blocks = { source in [SeriesBlock(version: nil) { writer in emit(source, &writer) }] }
    }

    /// Creates a metric with so many series that they are rendered in blocks, and only where they have changed.
    ///
    /// - Parameters:
    ///   - name: The name; a counter's ends in `_total`.
    ///   - type: The type.
    ///   - labels: The label names, in the order in which they are written.
    ///   - help: The meaning of the value, in one sentence.
    ///   - isAvailable: Whether the source tells the metric at all; a metric that is not available is left out.
    ///   - blocks: The ranges of what the series are about, in the order of the labels, with their versions.
    ///   - emit: Writes the series of a range, in any order.
    public init(
        _ name: String,
        _ type: MetricType,
        labels: [String],
        help: String,
        when isAvailable: @escaping @Sendable (Source) -> Bool,
        blocks: @escaping @Sendable (Source) -> [(range: Range<Int>, version: SeriesVersion)],
        emit: @escaping @Sendable (Source, Range<Int>, inout SampleWriter) -> Void
    ) {
        descriptor = MetricDescriptor(name, type, labels: labels, help: help)
        self.isAvailable = isAvailable
        self.blocks = { source in
            blocks(source).map { range, version in
                SeriesBlock(version: version) { writer in emit(source, range, &writer) }
            }
        }
    }

    /// Creates a metric that is one number without labels.
    ///
    /// - Parameters:
    ///   - name: The name; a counter's ends in `_total`.
    ///   - type: The type.
    ///   - help: The meaning of the value, in one sentence.
    ///   - isAvailable: Whether a source tells it; otherwise there is no family.
    ///   - value: The value; `nil` when it is not known, and then there is no series.
    public init(
        _ name: String,
        _ type: MetricType,
        help: String,
        when isAvailable: @escaping @Sendable (Source) -> Bool = { _ in true },
        value: @escaping @Sendable (Source) -> Double?
    ) {
        self.init(name, type, help: help, when: isAvailable) { source, writer in
            if let value = value(source) { writer.sample(value) }
        }
    }

    /// The family of this metric, or `nil` when the source does not tell it.
    public func family(of source: Source) -> MetricFamily? {
        guard isAvailable(source) else { return nil }
        return MetricFamily(descriptor, blocks: blocks(source))
    }
}

extension Sequence {
    /// The families of every metric that the source tells.
    public func families<Source>(of source: Source) -> [MetricFamily]
    where Element == Metric<Source> {
        compactMap { $0.family(of: source) }
    }
}
