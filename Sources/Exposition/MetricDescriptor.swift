/// The name, type, labels and meaning of a metric family.
public struct MetricDescriptor: Sendable, Hashable {
    /// The name of the family.
    public let name: String
    /// Its type.
    public let type: MetricType
    /// The names of its labels, in the order in which they are written.
    public let labels: [String]
    /// What its value means, in one sentence.
    public let help: String

    /// Describes a family; a descriptor that Prometheus or `promtool` would refuse is our own mistake and traps.
    ///
    /// - Parameters:
    ///   - name: The name; a counter's ends in `_total`.
    ///   - type: The type.
    ///   - labels: The label names; `le` belongs to histograms.
    ///   - help: What the value means.
    public init(_ name: String, _ type: MetricType, labels: [String] = [], help: String) {
        precondition(Self.isName(name, allowingColon: true), "not a metric name: \(name)")
        precondition(
            type != .counter || name.hasSuffix("_total"),
            "a counter's name ends in _total: \(name)"
        )
        precondition(!help.isEmpty, "\(name) has no help")
        for label in labels {
            precondition(
                Self.isName(label, allowingColon: false) && label != "le" && !label.hasPrefix("__"),
                "not a label name: \(label)"
            )
        }
        self.name = name
        self.type = type
        self.labels = labels
        self.help = help
    }

    /// The grammar of names in the Prometheus data model.
    private static func isName(_ text: String, allowingColon: Bool) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            case 0x3A: allowingColon
            default: false
            }
        }
    }
}

/// The types of the text format that the exporter uses.
public enum MetricType: String, Sendable {
    case gauge, counter, histogram
}
