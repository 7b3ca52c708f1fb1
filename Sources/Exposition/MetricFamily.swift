/// A family with the code that writes its series.
public struct MetricFamily {
    /// Name, type, labels and meaning.
    public let descriptor: MetricDescriptor
    let emit: (inout SampleWriter) -> Void

    /// Makes a family.
    ///
    /// - Parameters:
    ///   - descriptor: Name, type, labels and meaning.
    ///   - emit: Writes the series, in any order; a family that writes none does not appear.
    public init(_ descriptor: MetricDescriptor, _ emit: @escaping (inout SampleWriter) -> Void) {
        self.descriptor = descriptor
        self.emit = emit
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
