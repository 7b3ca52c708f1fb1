/// A page in the text format 0.0.4, in parts of which most are those of the page before.
public struct ExpositionPage: Sendable {
    /// A part of a page.
    public struct Part: Sendable {
        /// Tells the part from every other of the same renderer.
        public let id: UInt64
        /// Its text: whole lines.
        public let bytes: [UInt8]
    }

    /// The parts in their order; none is empty.
    public internal(set) var parts: [Part] = []

    /// The length of the page in bytes.
    public var byteCount: Int { parts.reduce(0) { $0 + $1.bytes.count } }

    /// Renders a single page as a whole.
    ///
    /// - Parameter families: The families, in any order, each name once.
    /// - Returns: The text of the page.
    public static func render(_ families: [MetricFamily]) -> [UInt8] {
        var renderer = ExpositionRenderer()
        let page = renderer.render(families)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(page.byteCount)
        for part in page.parts { bytes += part.bytes }
        return bytes
    }
}
