/// One thing that happens in a history; what exactly follows from its seed, so that leaving others out
/// changes little about it.
struct HistoryEvent: Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        /// A job comes.
        case submit
        /// A job is submitted, starts and ends at once.
        case flash
        /// A job goes one step on its way.
        case step
        /// A running job ends.
        case finish, fail
        case cancel
        /// A failed or canceled job goes back to the queue.
        case requeue
        /// A failed or canceled job is requeued, starts and ends again.
        case bounce
        /// An ended job is forgotten by the scheduler.
        case purge
        /// A job names other groups.
        case move
        /// Another property of a job changes.
        case touch
        /// Tasks come, expand, move, are requeued and removed.
        case churn
        /// A job shows a state that no document names.
        case odd
        case node, group, cluster
        /// The head node's clock steps, as on failover to another one.
        case clock
    }

    var kind: Kind
    var seed: UInt64
    /// Seconds that pass before it.
    var wait = 0

    var description: String { "+\(wait)s \(kind.rawValue)(\(seed))" }
}
