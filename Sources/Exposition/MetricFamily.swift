/// A family with the code that writes its series.
public struct MetricFamily {
    /// Name, type, labels and meaning.
    public let descriptor: MetricDescriptor
    /// The series in blocks: all series of a block stand before those of the next one, as they are sorted.
    let blocks: [SeriesBlock]

    /// Makes a family.
    ///
    /// - Parameters:
    ///   - descriptor: Name, type, labels and meaning.
    ///   - emit: Writes the series, in any order; a family that writes none does not appear.
    public init(_ descriptor: MetricDescriptor, _ emit: @escaping (inout SampleWriter) -> Void) {
        self.init(descriptor, blocks: [SeriesBlock(version: nil, emit: emit)])
    }

    init(_ descriptor: MetricDescriptor, blocks: [SeriesBlock]) {
        self.descriptor = descriptor
        self.blocks = blocks
    }

    /// Makes a family with one series and no labels, or with none.
    ///
    /// - Parameters:
    ///   - descriptor: Name, type and meaning.
    ///   - value: The value; `nil` when it is not known.
    public init(_ descriptor: MetricDescriptor, _ value: Double?) {
        self.init(descriptor) { writer in
            if let value { writer.sample(value) }
        }
    }
}

/// Some series of a family.
struct SeriesBlock {
    /// The version of the series; `nil` when that is not known.
    let version: SeriesVersion?
    /// Writes the series, in any order.
    let emit: (inout SampleWriter) -> Void
}

/// The version of a block of series: blocks of one family at the same place with equal versions are the same.
public struct SeriesVersion: Sendable, Hashable {
    private let order: UInt64
    private let values: UInt64
    private let names: UInt64

    /// Creates a version.
    ///
    /// - Parameters:
    ///   - order: When what the series are about last came, went or moved.
    ///   - values: When any value of the block last changed.
    ///   - names: When a name last changed that all blocks share.
    public init(order: UInt64, values: UInt64, names: UInt64 = 0) {
        self.order = order
        self.values = values
        self.names = names
    }
}
