import TestSupport

/// A `$filter` by the grammar `Name eq Value[ and Name eq Value]`, to the letter.
struct ModelFilter: Sendable {
    var state: String?
    var group: String?
    var changedFrom: Int?

    /// No filter.
    init() {}

    /// Reads a filter.
    ///
    /// The result is `nil` where a server would refuse it.
    ///
    /// - Parameters:
    ///   - text: The value of the parameter; `nil` for none.
    ///   - stateName: `JobState`, `TaskState` or `NodeState`.
    init?(_ text: String?, stateName: String) {
        guard let text else { return }
        for part in text.components(" and ") {
            let sides = part.components(" eq ")
            guard sides.count == 2 else { return nil }
            switch sides[0] {
            case stateName: state = sides[1].lowercased()
            case "NodeGroup" where stateName == "JobState": group = sides[1].lowercased()
            case "ChangeTimeFrom" where stateName != "NodeState":
                guard let time = ServerCulture.filterTime(sides[1]) else { return nil }
                changedFrom = time
            default: return nil
            }
        }
    }

    /// Whether a row is among the changes that are asked for, by the server's habit.
    func matches(_ change: Int, _ habit: ServerBehavior.Filter, kind: ChangeKind, isLost: Bool)
        -> Bool
    {
        guard let changedFrom else { return true }
        switch habit {
        case .ignored: return true
        case .honest, .refused: return change >= changedFrom
        case .exclusive: return change > changedFrom
        case .empty: return false
        case .blind(let kinds): return change >= changedFrom && !kinds.contains(kind)
        case .lossy: return change >= changedFrom && !isLost
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
