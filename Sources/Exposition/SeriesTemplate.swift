/// The constant bytes of a family's series: everything but label values and numbers.
final class SeriesTemplate: Sendable {
    /// `name{label="` for each label: the beginning of a series whose first label it is.
    let openings: [PaddedBytes]
    /// `",label="` for each label: the separator between it and the label before it.
    let joins: [PaddedBytes]
    /// `name ` for a series without labels.
    let bare: PaddedBytes
    /// The offset of the labels from the start of the series.
    let labelOffset: Int
    /// The largest size in bytes of a series without its label values.
    let mostBytes: Int

    /// The bytes between the last label value and the number.
    let close = PaddedBytes("\"} ")

    /// Makes the template of a family.
    ///
    /// - Parameters:
    ///   - name: The name of the series.
    ///   - labels: The names of the labels, in their order.
    init(_ name: String, _ labels: [String]) {
        openings = labels.map { PaddedBytes("\(name){\($0)=\"") }
        joins = labels.map { PaddedBytes("\",\($0)=\"") }
        bare = PaddedBytes(name + " ")
        labelOffset = name.utf8.count + 1
        mostBytes =
            bare.count + joins.reduce(0) { $0 + $1.count } + close.count
            + PageBuffer.numberBytes + 8
    }
}

/// The constant bytes of a histogram's lines, and the bounds of its buckets as they are written.
struct HistogramTemplate: Sendable {
    let bucket: SeriesTemplate
    let sum: SeriesTemplate
    let count: SeriesTemplate
    /// The bounds that `edges` are made from.
    let bounds: [Double]
    /// The bound of each bucket with the bytes that close its labels; the last is `+Inf`.
    let edges: [PaddedBytes]

    /// Makes the template of a family.
    init(_ descriptor: MetricDescriptor, _ bounds: [Double]) {
        bucket = SeriesTemplate(descriptor.name + "_bucket", descriptor.labels + ["le"])
        sum = SeriesTemplate(descriptor.name + "_sum", descriptor.labels)
        count = SeriesTemplate(descriptor.name + "_count", descriptor.labels)
        self.bounds = bounds
        edges = Self.edges(bounds)
    }

    /// The bounds of buckets as they are written.
    static func edges(_ bounds: [Double]) -> [PaddedBytes] {
        (bounds + [.infinity]).map { bound in
            var text = PageBuffer(expecting: PageBuffer.numberBytes)
            text.append(bound)
            return PaddedBytes(text.finished() + Array("\"} ".utf8))
        }
    }
}
