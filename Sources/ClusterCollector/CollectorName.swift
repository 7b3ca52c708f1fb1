/// The parts of a round that succeed or fail on their own: the fixed set of the `collector` label.
public enum CollectorName: String, CaseIterable, Sendable {
    case cluster, nodes, jobs, tasks
}
