import Exposition
import HPCPackClient

/// The `state` labels of one kind of row, escaped once.
struct StateLabels<State: SchedulerState>: Sendable {
    private let labels: [LabelValue]
    /// The documented states in the order of their labels, so that series need no sorting.
    let known: [State]
    private let showsUnknown: Bool

    /// Creates the labels.
    ///
    /// - Parameter documented: The documented states, which always have a series; `Unknown` may be one of them.
    init(_ documented: [State] = State.known) {
        labels = State.allCases.map { LabelValue("\($0.name)") }
        known = documented.sorted { "\($0.name)" < "\($1.name)" }
        showsUnknown = documented.contains(.unknown)
    }

    subscript(state: State) -> LabelValue { labels[Int(state.rawValue)] }

    /// Writes a series for each documented state, and one for `Unknown` when it is not zero
    /// (docs/metrics.md#known-states).
    func emit(_ counts: StateCounts<State>, to writer: inout SampleWriter) {
        for state in known { writer.sample(self[state], counts[state]) }
        if hasUndocumented(counts) { writer.sample(self[.unknown], counts[.unknown]) }
    }

    /// Writes the same series with the label of a group in front.
    func emit(_ group: LabelValue, _ counts: StateCounts<State>, to writer: inout SampleWriter) {
        for state in known { writer.sample(group, self[state], counts[state]) }
        if hasUndocumented(counts) { writer.sample(group, self[.unknown], counts[.unknown]) }
    }

    /// Writes the state of one thing: 1 for its own, 0 for the others.
    func emit(_ label: LabelValue, of own: State, to writer: inout SampleWriter) {
        for state in known { writer.sample(label, self[state], own == state ? 1 : 0) }
        if own == .unknown, !showsUnknown { writer.sample(label, self[.unknown], 1) }
    }

    private func hasUndocumented(_ counts: StateCounts<State>) -> Bool {
        !showsUnknown && counts[.unknown] != 0
    }
}
