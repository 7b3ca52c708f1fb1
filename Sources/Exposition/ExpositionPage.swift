/// A whole page in the text format 0.0.4.
public enum ExpositionPage {
    /// Writes families, sorted by name, each with its series sorted by labels: same state, same bytes.
    ///
    /// - Parameter families: The families, in any order, each name once.
    /// - Returns: The page.
    public static func render(_ families: [MetricFamily]) -> [UInt8] {
        var bytes: [UInt8] = []
        render(families, into: &bytes)
        return bytes
    }

    /// Appends a page.
    ///
    /// - Parameters:
    ///   - families: The families, in any order, each name once.
    ///   - bytes: Grows by the page.
    public static func render(_ families: [MetricFamily], into bytes: inout [UInt8]) {
        let sorted = families.sorted { $0.descriptor.name < $1.descriptor.name }
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            precondition(
                left.descriptor.name != right.descriptor.name,
                "\(left.descriptor.name) is there twice"
            )
        }
        for family in sorted {
            let start = bytes.count
            appendHead(family.descriptor, to: &bytes)
            let samples = bytes.count
            var writer = SampleWriter(family.descriptor, bytes)
            // The writer is the buffer's only owner while it writes.
            bytes = []
            family.emit(&writer)
            bytes = writer.finish()
            if bytes.count == samples { bytes.removeSubrange(start...) }
        }
    }

    private static func appendHead(_ descriptor: MetricDescriptor, to bytes: inout [UInt8]) {
        bytes += "# HELP \(descriptor.name) ".utf8
        Escaping.append(descriptor.help, quotes: false, to: &bytes)
        bytes += "\n# TYPE \(descriptor.name) \(descriptor.type.rawValue)\n".utf8
    }
}
