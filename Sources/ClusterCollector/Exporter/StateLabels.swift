import Exposition
import HPCPackClient

/// The `state` labels of one kind of row, escaped once.
struct StateLabels<State: SchedulerState>: Sendable {
    private let labels: [LabelValue]
    /// The documented states in the order of their labels, so that series need no sorting.
    let known: [State]

    init() {
        labels = State.allCases.map { LabelValue("\($0.name)") }
        known = State.known.sorted { "\($0.name)" < "\($1.name)" }
    }

    subscript(state: State) -> LabelValue { labels[Int(state.rawValue)] }

    /// Writes a series for each documented state, and one for `Unknown` when it is not zero
    /// (docs/metrics.md#known-states).
    func emit(_ counts: StateCounts<State>, to writer: inout SampleWriter) {
        for state in known { writer.sample(self[state], counts[state]) }
        if counts[.unknown] != 0 { writer.sample(self[.unknown], counts[.unknown]) }
    }

    /// Writes the same series with the label of a group in front.
    func emit(_ group: LabelValue, _ counts: StateCounts<State>, to writer: inout SampleWriter) {
        for state in known { writer.sample(group, self[state], counts[state]) }
        if counts[.unknown] != 0 { writer.sample(group, self[.unknown], counts[.unknown]) }
    }
}
