/// A whole page in the text format 0.0.4.
public enum ExpositionPage {
    /// Writes families, sorted by name, each with its series sorted by labels: same state, same bytes.
    ///
    /// - Parameters:
    ///   - families: The families, in any order, each name once.
    ///   - expected: The bytes that the page will come to, such as those of the last one, if that is known.
    /// - Returns: The page.
    public static func render(_ families: [MetricFamily], expecting expected: Int = 0) -> [UInt8] {
        var page = PageBuffer(expecting: expected + expected / 16)
        let sorted = families.sorted { $0.descriptor.name < $1.descriptor.name }
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            precondition(
                left.descriptor.name != right.descriptor.name,
                "\(left.descriptor.name) is there twice"
            )
        }
        for family in sorted {
            let start = page.count
            page.append(text: head(family.descriptor))
            let samples = page.count
            // The writer is the buffer's only owner while it writes.
            var writer = SampleWriter(family.descriptor, page)
            page = PageBuffer()
            family.emit(&writer)
            page = writer.finish()
            if page.count == samples { page.cut(to: start) }
        }
        return page.finished()
    }

    private static func head(_ descriptor: MetricDescriptor) -> [UInt8] {
        var bytes = Array("# HELP \(descriptor.name) ".utf8)
        Escaping.append(descriptor.help, quotes: false, to: &bytes)
        bytes += "\n# TYPE \(descriptor.name) \(descriptor.type.rawValue)\n".utf8
        return bytes
    }
}
