import HPCPackClient

/// Counts by the names of states: of every documented state, and of `Unknown` while something is in it.
///
/// The same entries as the series of a state metric (METRICS: Known states).
public struct StateTally: Sendable, Equatable {
    /// One state.
    public struct Entry: Sendable, Equatable {
        /// The state as the API spells it.
        public let state: String
        /// How many are in it.
        public let count: Int
    }

    /// The states in the order of the specification.
    public let entries: [Entry]

    /// All of them.
    public var total: Int { entries.reduce(0) { $0 + $1.count } }

    /// How many are in the state of this name.
    public subscript(state: String) -> Int { entries.first { $0.state == state }?.count ?? 0 }

    init(entries: [Entry]) { self.entries = entries }

    init<State: SchedulerState>(_ counts: StateCounts<State>) {
        entries = State.allCases.compactMap { state in
            guard state != .unknown || counts[state] != 0 else { return nil }
            return Entry(state: "\(state.name)", count: counts[state])
        }
    }
}
