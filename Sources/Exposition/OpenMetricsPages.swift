/// Turns pages of the text format 0.0.4 into OpenMetrics 1.0 (<https://prometheus.io/docs/specs/om/open_metrics_spec/>);
/// a part that was on the last page too is not turned again.
///
/// The series are the same. Counters are called by their name without `_total` in the lines about a family, lines about
/// units are added where the name ends in one, bounds of buckets are written as numbers with a point, and each counter and
/// histogram tells since when it counts.
public struct OpenMetricsPages: Sendable {
    /// The content type of the pages.
    public static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    /// The line by which a reader knows that the page is whole.
    private static let end = ExpositionPage.Part(id: .max, bytes: Array("# EOF\n".utf8))

    private let created: [UInt8]
    private var parts: [UInt64: ExpositionPage.Part] = [:]

    /// Creates a converter that has seen no page.
    ///
    /// - Parameter created: Since when the counters count, in Unix seconds.
    public init(created: Double) {
        var text = PageBuffer(expecting: PageBuffer.numberBytes)
        text.append(created)
        self.created = text.finished()
    }

    /// Turns a page of one renderer.
    ///
    /// - Parameter page: The page in the text format.
    /// - Returns: The page in OpenMetrics; parts have the ids of those that they were made from.
    public mutating func convert(_ page: ExpositionPage) -> ExpositionPage {
        var used: [UInt64: ExpositionPage.Part] = [:]
        var converted = ExpositionPage()
        converted.parts.reserveCapacity(page.parts.count + 1)
        for part in page.parts {
            // A block of series of a gauge has the same form in both formats.
            guard part.bytes.first == UInt8(ascii: "#") else {
                converted.parts.append(part)
                continue
            }
            let new =
                parts[part.id]
                ?? ExpositionPage.Part(
                    id: part.id,
                    bytes: OpenMetricsText(created, part.bytes).bytes
                )
            used[part.id] = new
            converted.parts.append(new)
        }
        parts = used
        converted.parts.append(Self.end)
        return converted
    }
}

/// Whole families in OpenMetrics, made from their text in the format 0.0.4.
private struct OpenMetricsText {
    private let created: [UInt8]
    private(set) var bytes: [UInt8] = []

    init(_ created: [UInt8], _ text: [UInt8]) {
        self.created = created
        bytes.reserveCapacity(text.count + text.count / 8)
        var family = Family()
        var help: ArraySlice<UInt8> = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: Array("# HELP ".utf8)) {
                help = line.dropFirst(7)
            } else if line.starts(with: Array("# TYPE ".utf8)) {
                family = Family(line.dropFirst(7))
                append(family, help)
            } else {
                switch family.type {
                case .counter: appendCounter(line, family)
                case .histogram: appendHistogram(line, family)
                default: append(line)
                }
            }
        }
    }

    /// What the line `# TYPE` tells.
    private struct Family {
        /// The name of the series; that of a counter ends in `_total`.
        var series: ArraySlice<UInt8> = []
        var type: MetricType?

        init() {}

        /// - Parameter line: Name and type.
        init(_ line: ArraySlice<UInt8>) {
            let words = line.split(separator: UInt8(ascii: " "))
            series = words.first ?? []
            type = words.last.flatMap { MetricType(rawValue: String(decoding: $0, as: UTF8.self)) }
        }

        /// The name of the family.
        var name: ArraySlice<UInt8> {
            type == .counter ? series.dropLast("_total".utf8.count) : series
        }

        /// The unit in which the name ends; `nil` without one.
        var unit: String? {
            ["seconds", "bytes", "ratio"].first { unit in
                name.reversed().starts(with: "_\(unit)".utf8.reversed())
            }
        }
    }

    private mutating func append(_ family: Family, _ help: ArraySlice<UInt8>) {
        bytes += "# HELP ".utf8
        bytes += family.name
        for byte in help.dropFirst(family.series.count) {
            if byte == UInt8(ascii: "\"") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes += "\n# TYPE ".utf8
        bytes += family.name
        bytes += " \(family.type?.rawValue ?? "unknown")\n".utf8
        guard let unit = family.unit else { return }
        bytes += "# UNIT ".utf8
        bytes += family.name
        bytes += " \(unit)\n".utf8
    }

    private mutating func append(_ line: ArraySlice<UInt8>) {
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendCounter(_ line: ArraySlice<UInt8>, _ family: Family) {
        append(line)
        appendCreated(family, labels: labels(of: line, after: family.series.count))
    }

    private mutating func appendHistogram(_ line: ArraySlice<UInt8>, _ family: Family) {
        let suffix = line.dropFirst(family.series.count)
        guard suffix.starts(with: Array("_bucket".utf8)) else {
            append(line)
            guard suffix.starts(with: Array("_count".utf8)) else { return }
            appendCreated(family, labels: labels(of: line, after: family.series.count + 6))
            return
        }
        // The bound is the last label: `le="1"} 3`.
        guard let close = line.lastIndex(of: UInt8(ascii: "}")),
            let open = line[..<(close - 1)].lastIndex(of: UInt8(ascii: "\""))
        else { return append(line) }
        let bound = line[(open + 1)..<(close - 1)]
        let isWhole = bound.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        bytes += line[..<(close - 1)]
        if isWhole { bytes += ".0".utf8 }
        append(line[(close - 1)...])
    }

    /// The labels of a line with their braces; empty without any.
    private func labels(of line: ArraySlice<UInt8>, after nameLength: Int) -> ArraySlice<UInt8> {
        // A number follows, so the last brace is that of the labels.
        let end = line.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 }
        return end.map { line[(line.startIndex + nameLength)..<$0] } ?? []
    }

    private mutating func appendCreated(_ family: Family, labels: ArraySlice<UInt8>) {
        bytes += family.name
        bytes += "_created".utf8
        bytes += labels
        bytes.append(UInt8(ascii: " "))
        bytes += created
        bytes.append(UInt8(ascii: "\n"))
    }
}
