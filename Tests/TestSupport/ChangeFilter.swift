/// What a server does with `$filter=ChangeTimeFrom eq MM/dd/yyyy HH:mm:ss` (FACTS: Filters).
public struct ChangeFilter: Sendable {
    /// How the server takes the filter.
    public enum Habit: Sendable, Equatable {
        /// Rows that changed at or after the time are listed.
        case honoured
        /// All rows are listed.
        case ignored
        /// The call is refused with this status.
        case refused(Int)
        /// Rows with this state are never listed.
        case leavesOut(state: String)
    }

    /// The time asked for, as a number that sorts; `nil` without the filter.
    private let from: Int?

    /// Reads the filter of a request.
    public init(_ query: [(name: String, value: String)]) {
        let text = query.first { $0.name == "$filter" }?.value ?? ""
        from = text.hasPrefix("ChangeTimeFrom eq ") ? Self.sortable(text.dropFirst(18)) : nil
    }

    /// Whether the request has one.
    public var isPresent: Bool { from != nil }

    /// The rows that the server lists.
    public func apply(_ rows: FakeCluster.Rows, _ habit: Habit) -> FakeCluster.Rows {
        guard let from, habit != .ignored else { return rows }
        return rows.filter { row in
            func value(_ name: String) -> String? { row.first { $0.0 == name }?.1 }
            if case .leavesOut(let state) = habit, value("State") == state { return false }
            return (value("ChangeTime").flatMap { Self.sortable($0[...]) } ?? 0) >= from
        }
    }

    /// `11/24/2026 8:18:00 AM`, or the same with 24 hours, as 20261124081800.
    private static func sortable(_ text: Substring) -> Int? {
        let parts = text.split { "/ :".contains($0) }
        let numbers = parts.prefix(6).compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        var hour = numbers[3]
        if parts.count == 7 { hour = hour % 12 + (parts[6] == "PM" ? 12 : 0) }
        let date = (numbers[2] * 100 + numbers[0]) * 100 + numbers[1]
        return ((date * 100 + hour) * 100 + numbers[4]) * 100 + numbers[5]
    }
}
