/// The series that a page must hold: each with the values that are right, and whether it may be missing.
struct ExpectedPage {
    struct Value {
        var range: ClosedRange<Double>
        var mayLack = false
    }

    /// By series, with the names of groups in lower case.
    var values: [String: Value] = [:]
    /// The families that are decided, so that no other series of theirs may show.
    var families: Set<String> = []
    /// How much series of groups that nothing names any more may still hold, by family.
    private var slack: [String: Double] = [:]
    /// The spelling of each listed group by its lower case.
    let spelling: [String: String]

    /// - Parameter groups: The group list.
    init(groups: [String]) {
        spelling = Dictionary(groups.map { ($0.lowercased(), $0) }) { $1 }
    }

    /// Decides a family, also when it has no series.
    mutating func decide(_ family: String) { families.insert(family) }

    /// A series; one of zero for a group that is not in the list may be missing (rule 1 of docs/metrics.md#rules).
    mutating func add(
        _ name: String,
        _ labels: [(String, String)],
        _ lower: Int,
        extra: Int = 0,
        mayLack: Bool = false
    ) {
        families.insert(PageSeries.family(name))
        let group = labels.first { $0.0 == "node_group" }?.1
        let isUnlisted = group.map { spelling[$0] == nil } ?? false
        values[PageSeries.key(name, labels)] = Value(
            range: Double(lower)...Double(lower + extra),
            mayLack: mayLack || isUnlisted && lower == 0
        )
    }

    /// A series for each known state, and for `Unknown` when something is in it (docs/metrics.md#known-states).
    mutating func add(
        _ name: String,
        _ labels: [(String, String)],
        states: [String: Int],
        known: [String],
        extra: Int = 0
    ) {
        slack[name] = Double(extra)
        for state in known {
            add(name, labels + [("state", state)], states[state] ?? 0, extra: extra)
        }
        let odd = states.filter { !known.contains($0.key) }.reduce(0) { $0 + $1.value }
        guard odd + extra > 0 else { return }
        add(name, labels + [("state", "Unknown")], odd, extra: extra, mayLack: odd == 0)
    }

    mutating func add(
        _ name: String,
        _ labels: [(String, String)],
        histogram values: [Int],
        most: [Int],
        bounds: [Int]
    ) {
        func add(_ ending: String, _ extra: [(String, String)], _ number: ([Int]) -> Int) {
            let lower = number(values)
            self.add(name + ending, labels + extra, lower, extra: number(most) - lower)
        }
        for bound in bounds {
            add("_bucket", [("le", "\(bound)")]) { $0.count { $0 <= bound } }
        }
        add("_bucket", [("le", "+Inf")]) { $0.count }
        add("_sum", []) { $0.reduce(0, +) }
        add("_count", []) { $0.count }
    }

    /// Compares a page with what must be there.
    ///
    /// - Returns: What is wrong, a sentence each.
    func complaints(about page: [PageSeries]) -> [String] {
        var complaints: [String] = []
        var shown: [String: Double] = [:]
        for series in page where families.contains(PageSeries.family(series.name)) {
            let right = series.group.flatMap { spelling[$0.lowercased()] }
            if let right, right != series.group {
                complaints.append(
                    "group \(right) is spelled \(series.group ?? "") in \(series.name)"
                )
            }
            if shown.updateValue(series.value, forKey: series.key) != nil {
                complaints.append("\(series.key) is there twice")
            }
            let isUnlisted = series.group != nil && right == nil
            if values[series.key] == nil, !(isUnlisted && series.value <= slack[series.name] ?? 0) {
                complaints.append("\(series.key) is \(series.value) and should not be there")
            }
        }
        for (key, value) in values {
            guard let found = shown[key] else {
                if !value.mayLack {
                    complaints.append("\(key) is missing, it should be \(value.range)")
                }
                continue
            }
            if !value.range.contains(found) {
                complaints.append("\(key) is \(found), it should be \(value.range)")
            }
        }
        return complaints.sorted()
    }
}
