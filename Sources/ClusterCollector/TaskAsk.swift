/// One question for the tasks of a job.
struct TaskAsk: Sendable, Equatable {
    var job: Int64
    /// The time in Unix seconds from which changes are asked for; `nil` for all tasks.
    var from: UInt32?
    /// Whether the job has ended: its tasks are read this once.
    var hasEnded: Bool
    /// Whether it is asked because its tasks may have changed, not only because a full read is due.
    var isRoutine: Bool

    /// The same question for all tasks.
    var forAll: TaskAsk {
        var ask = self
        ask.from = nil
        return ask
    }
}
