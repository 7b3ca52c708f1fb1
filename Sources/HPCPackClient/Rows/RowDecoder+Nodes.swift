import Basics
public import JSONRows

/// Nodes, of either dialect.
extension RowDecoder {
    /// The most cores, sockets or busy cores that a node may have: the API's type is a whole number of 32 bits.
    private static let mostCores = Double(Int32.max)
    /// The most MiB of memory that a node may have: more than any address space holds.
    private static let mostMebibytes = Double(1 << 44)
    /// The highest CPU usage in percent; counters of the processors' performance go beyond 100.
    private static let highestUsage = 1000.0

    /// Decodes a row of `NodeColumn`; `nil` when it has neither id nor name.
    public func node(_ row: borrowing Row) -> NodeRow? {
        defer { evidence?.endRow() }
        let name = text(row, NodeColumn.name.rawValue)
        guard let id = text(row, NodeColumn.id.rawValue) ?? name else { return nil }
        let cores = count(row, NodeColumn.cores.rawValue, .nodeCores)
        return NodeRow(
            id: id,
            name: name ?? "",
            state: nodeState(row, NodeColumn.state.rawValue, .hpcPack2016),
            isReachable: reachable(row),
            cores: cores,
            coresInUse: coresInUse(row, of: cores),
            sockets: count(row, NodeColumn.sockets.rawValue, .nodeSockets),
            memoryBytes: memory(row, NodeColumn.memory.rawValue) { $0.decimalNumber() },
            availability: text(row, NodeColumn.availability.rawValue),
            location: text(row, NodeColumn.location.rawValue),
            onlineTime: time(row, NodeColumn.onlineTime.rawValue, .nodeOnlineTime),
            groups: row.isPresent(NodeColumn.nodeGroups.rawValue)
                ? names(row.bytes(NodeColumn.nodeGroups.rawValue), separator: UInt8(ascii: ","))
                : nil
        )
    }

    /// Decodes a row of `ClusterNodeColumn`; `nil` when it has no name, which is reported.
    public func clusterNode(_ row: borrowing Row) -> NodeRow? {
        guard let name = scalarText(row, ClusterNodeColumn.name.rawValue, .nodeName) else {
            // What is neither missing nor empty was reported as what it is.
            if row.bytes(ClusterNodeColumn.name.rawValue).trimmed().count == 0,
                row.kind(ClusterNodeColumn.name.rawValue) != .other
            {
                onUnrecognized(.nodeName, "")
            }
            return nil
        }
        return NodeRow(
            // Names of machines match without regard to case.
            id: name.lowercased(),
            name: name,
            state: nodeState(row, ClusterNodeColumn.state.rawValue, .hpcPack2019),
            health: health(row),
            cores: scalarCount(row, ClusterNodeColumn.cores.rawValue, .nodeCores),
            sockets: scalarCount(row, ClusterNodeColumn.sockets.rawValue, .nodeSockets),
            memoryBytes: isScalar(row, ClusterNodeColumn.memory.rawValue, .nodeMemory)
                ? memory(row, ClusterNodeColumn.memory.rawValue) { $0.nonNegativeNumber() } : nil,
            location: text(row, ClusterNodeColumn.location.rawValue),
            template: text(row, ClusterNodeColumn.template.rawValue),
            groups: groups(row)
        )
    }

    /// Decodes a row of `NodeFiguresColumn`; `nil` when it has no name, which is reported.
    public func nodeFigures(_ row: borrowing Row) -> NodeFigures? {
        guard let name = text(row, NodeFiguresColumn.nodeName.rawValue) else {
            onUnrecognized(.nodeMetricsName, "")
            return nil
        }
        let (cores, usage) = (NodeFiguresColumn.coresInUse, NodeFiguresColumn.cpuUsage)
        return NodeFigures(
            name: name,
            coresInUse: isScalar(row, cores.rawValue, .nodeCoresInUse)
                ? number(row, cores.rawValue, .nodeCoresInUse, upTo: Self.mostCores) : nil,
            cpuUsageRatio: isScalar(row, usage.rawValue, .nodeCPUUsage)
                ? number(row, usage.rawValue, .nodeCPUUsage, upTo: Self.highestUsage).map {
                    $0 / 100
                } : nil
        )
    }

    /// Decodes the state; in the dialect of HPC Pack 2016 the states of 2019 are not documented.
    private func nodeState(
        _ row: borrowing Row,
        _ column: Int,
        _ dialect: NodeDialect
    ) -> NodeState {
        let text = row.bytes(row.kind(column) == .scalar ? column : -1).trimmed()
        let state = NodeState(text)
        let isDocumented =
            state == .unknown
            ? dialect == .hpcPack2019 && text.equalsIgnoringCase(NodeState.unknown.name)
            : dialect.states.contains(state)
        if isDocumented { return state }
        onUnrecognized(.nodeState, String(copying: text))
        return .unknown
    }

    private func health(_ row: borrowing Row) -> NodeHealth? {
        let column = ClusterNodeColumn.health.rawValue
        guard isScalar(row, column, .nodeHealth) else {
            return row.kind(column) == .null || row.kind(column) == .missing ? nil : .unknown
        }
        let text = row.bytes(column).trimmed()
        guard text.count > 0 else { return nil }
        let health = NodeHealth(text)
        if health == .unknown { onUnrecognized(.nodeHealth, String(copying: text)) }
        return health
    }

    /// The cores in use by the counts of resources: neither idle nor offline (docs/hpcpack-api.md#capabilities).
    private func coresInUse(_ row: borrowing Row, of cores: Double?) -> Double? {
        let idle = count(row, NodeColumn.idleResourceCount.rawValue, .nodeResourceCount)
        let offline = count(row, NodeColumn.offlineResourceCount.rawValue, .nodeResourceCount)
        guard let cores, let idle, let offline else { return nil }
        return max(0, cores - idle - offline)
    }

    /// The groups of a plain object: null is none, `nil` where it has no such member.
    private func groups(_ row: borrowing Row) -> [String]? {
        let column = ClusterNodeColumn.groups.rawValue
        switch row.kind(column) {
        case .missing: return nil
        case .null: return []
        case .list: return names(row.bytes(column), separator: Row.separator)
        case .scalar, .other:
            onUnrecognized(.nodeGroups, row.string(column))
            return []
        }
    }

    private func names(_ list: Span<UInt8>, separator: UInt8) -> [String] {
        var names: [String] = []
        var start = 0
        for index in 0...list.count where index == list.count || list[index] == separator {
            let name = list.extracting(start..<index).trimmed()
            if name.count > 0 { names.append(String(copying: name)) }
            start = index + 1
        }
        return names
    }

    private func text(_ row: borrowing Row, _ column: Int) -> String? {
        guard row.kind(column) == .scalar else { return nil }
        let text = row.bytes(column).trimmed()
        return text.count == 0 ? nil : String(copying: text)
    }

    /// The text of a member of a plain object; an array or an object is reported.
    private func scalarText(_ row: borrowing Row, _ column: Int, _ field: Field) -> String? {
        isScalar(row, column, field) ? text(row, column) : nil
    }

    /// Whether a member of a plain object is a scalar; an array or an object is reported.
    private func isScalar(_ row: borrowing Row, _ column: Int, _ field: Field) -> Bool {
        switch row.kind(column) {
        case .scalar: return true
        case .missing, .null: return false
        case .list, .other:
            onUnrecognized(field, "an array or an object")
            return false
        }
    }

    /// A count that is text: decimal digits (docs/hpcpack-api.md#values).
    private func count(_ row: borrowing Row, _ column: Int, _ field: Field) -> Double? {
        number(row, column, field, upTo: Self.mostCores) { $0.decimalInteger().map { Double($0) } }
    }

    /// A count that is a number, whole however it is written.
    private func scalarCount(_ row: borrowing Row, _ column: Int, _ field: Field) -> Double? {
        guard isScalar(row, column, field) else { return nil }
        return number(row, column, field, upTo: Self.mostCores) { text in
            text.nonNegativeNumber().flatMap { $0 == $0.rounded() ? $0 : nil }
        }
    }

    /// `MemorySize` is MiB (docs/hpcpack-api.md#properties).
    private func memory(
        _ row: borrowing Row,
        _ column: Int,
        _ parse: (Span<UInt8>) -> Double?
    ) -> Double? {
        number(row, column, .nodeMemory, upTo: Self.mostMebibytes, parse).map { $0 * 1_048_576 }
    }

    private func number(
        _ row: borrowing Row,
        _ column: Int,
        _ field: Field,
        upTo most: Double,
        _ parse: (Span<UInt8>) -> Double? = { $0.nonNegativeNumber() }
    ) -> Double? {
        let text = row.bytes(column).trimmed()
        guard text.count > 0 else { return nil }
        guard let number = parse(text), number <= most else {
            onUnrecognized(field, String(copying: text))
            return nil
        }
        return number
    }

    private func reachable(_ row: borrowing Row) -> Bool? {
        let text = row.bytes(NodeColumn.reachable.rawValue).trimmed()
        guard text.count > 0 else { return nil }
        let value = text.boolean()
        if value == nil { onUnrecognized(.nodeReachable, String(copying: text)) }
        return value
    }
}

extension Span<UInt8> {
    /// `True` and `False`, in any case, as .NET spells them.
    func boolean() -> Bool? {
        let word = trimmed()
        if word.equalsIgnoringCase("True") { return true }
        if word.equalsIgnoringCase("False") { return false }
        return nil
    }

    /// A number as JSON writes it (RFC 8259 §6) that is neither negative nor beyond the range of `Double`.
    func nonNegativeNumber() -> Double? {
        guard count > 0, self[0].isASCIIDigit || count > 1 && self[1].isASCIIDigit,
            self[count - 1].isASCIIDigit
        else { return nil }
        for index in indices {
            switch self[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "e"), UInt8(ascii: "E"): break
            case UInt8(ascii: ".") where index > 0 && self[index + 1].isASCIIDigit: break
            case UInt8(ascii: "-") where index == 0: break
            case UInt8(ascii: "-"), UInt8(ascii: "+"):
                guard index > 0, self[index - 1] | 0x20 == UInt8(ascii: "e") else { return nil }
            default: return nil
            }
        }
        guard let number = Double(String(copying: self)), number.isFinite, number >= 0 else {
            return nil
        }
        // Neither is a minus before zero shown.
        return number == 0 ? 0 : number
    }
}
