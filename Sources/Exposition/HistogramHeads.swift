/// What stands around the labels of a histogram's lines, and the bounds of its buckets, ready to be copied.
struct HistogramHeads: Sendable {
    let bucket: SampleHeads
    let sum: SampleHeads
    let count: SampleHeads
    /// The bounds that `edges` are made from.
    let bounds: [Double]
    /// The bound of each bucket with what closes its labels; the last is `+Inf`.
    let edges: [WordRun]

    /// Makes the heads of a family.
    init(_ descriptor: MetricDescriptor, _ bounds: [Double]) {
        bucket = SampleHeads(descriptor.name + "_bucket", descriptor.labels + ["le"])
        sum = SampleHeads(descriptor.name + "_sum", descriptor.labels)
        count = SampleHeads(descriptor.name + "_count", descriptor.labels)
        self.bounds = bounds
        edges = Self.edges(bounds)
    }

    /// The bounds of buckets as they are written.
    static func edges(_ bounds: [Double]) -> [WordRun] {
        (bounds + [.infinity]).map { bound in
            var text = PageBuffer(expecting: PageBuffer.numberBytes)
            text.append(bound)
            return WordRun(text.finished() + Array("\"} ".utf8))
        }
    }
}
