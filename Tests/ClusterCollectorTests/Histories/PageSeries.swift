/// One series of a page in the text format.
struct PageSeries {
    /// The name of the series, `_bucket` and the like included.
    var name: String
    /// The series with its labels, the name of its group in lower case.
    var key: String
    /// The group, as it is spelled on the page.
    var group: String?
    var value: Double

    /// The name of a series with its labels in the order in which they came.
    static func key(_ name: String, _ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return name }
        return name + "{" + labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",") + "}"
    }

    /// The family of a series: a histogram has several names.
    static func family(_ name: String) -> String {
        for ending in ["_bucket", "_sum", "_count"] where name.hasSuffix(ending) {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// Every series of a page whose label values hold no quotes, as the model's do not.
    static func all(_ page: String) -> [PageSeries] {
        page.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.first != UInt8(ascii: "#"),
                let space = line.lastIndex(of: UInt8(ascii: " ")),
                let value = Double(Substring(line[line.index(after: space)...]))
            else { return nil }
            let series = line[..<space]
            let name = String(Substring(series.prefix { $0 != UInt8(ascii: "{") }))
            let key = String(Substring(series))
            guard name.utf8.count < key.utf8.count, let label = key.firstRange(of: "node_group=\"")
            else { return PageSeries(name: name, key: key, group: nil, value: value) }
            let group = String(key[label.upperBound...].prefix { $0 != "\"" })
            return PageSeries(
                name: name,
                key: key.replacing(
                    "node_group=\"\(group)\"",
                    with: "node_group=\"\(group.lowercased())\""
                ),
                group: group,
                value: value
            )
        }
    }
}
