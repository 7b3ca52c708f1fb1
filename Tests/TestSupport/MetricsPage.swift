/// A page in the text format, by series.
public struct MetricsPage: Sendable {
    /// The page as it came.
    public let text: String
    /// The value of each series, by its name with its labels.
    public let values: [String: Double]

    /// Reads a page.
    public init(_ text: String) {
        self.text = text
        var values: [String: Double] = [:]
        // Bytes rather than characters: tests read many pages.
        for line in text.utf8.split(separator: UInt8(ascii: "\n"))
        where line.first != UInt8(ascii: "#") {
            guard let space = line.lastIndex(of: UInt8(ascii: " ")) else { continue }
            let value = Double(Substring(line[line.index(after: space)...]))
            values[String(Substring(line[..<space]))] = value
        }
        self.values = values
    }

    /// The value of a series.
    public subscript(series: String) -> Double? { values[series] }

    /// Whether any series of a family is there.
    public func has(_ family: String) -> Bool {
        values.keys.contains { $0 == family || $0.hasPrefix(family + "{") }
    }

    /// Every series of the families with these names.
    public func series(_ families: Set<String>) -> [String: Double] {
        values.filter { families.contains(String($0.key.prefix { $0 != "{" })) }
    }
}
