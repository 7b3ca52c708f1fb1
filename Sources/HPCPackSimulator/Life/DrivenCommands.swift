/// What clients tell a driven job to do; whether they may is decided before.
extension DrivenRun {
    /// Cancels the job (specification, `POST /jobs/{jobId}/cancel`).
    mutating func cancel(message: String, isForced: Bool) {
        stop(
            in: .canceled,
            failure: .canceledByUser,
            message: Self.text("Canceled by user.", message),
            hasGrace: !isForced && job.state == .running
        )
    }

    /// Finishes the job (specification, `POST /jobs/{jobId}/finish`).
    mutating func finish(message: String) {
        stop(
            in: .finished,
            failure: .none,
            message: message.isEmpty ? nil : message,
            hasGrace: job.state == .running
        )
    }

    /// The run time of the job is over (product documentation, `IScheduler::SubmitJob`).
    mutating func expire() {
        // The limit may have been moved since this was planned.
        guard job.state == .running, let limit = notes.integer(.runtimeSeconds), limit > 0,
            Int(now) >= Int(job.startTime) + limit
        else { return }
        stop(in: .canceled, failure: .runtimeExpired, message: nil, hasGrace: true)
    }

    /// The job lost a node under its feet: what has not finished runs again.
    mutating func loseNode() {
        guard job.state == .running else { return }
        requeue(isCounted: true)
    }

    static func text(_ lead: String, _ message: String) -> String {
        message.isEmpty ? lead : "\(lead) Message: \"\(message)\""
    }

    /// Cancels the rows at `indices`; one that runs ends as Failed (FACTS: Values).
    mutating func cancelRows(_ indices: some Sequence<Int>, message: String, isForced: Bool) {
        for index in indices {
            let row = block.rows[index]
            guard TaskCommand.cancel.isAllowed(in: row.state) else { continue }
            notes.taskMessages[row.key] = Self.text("Canceled by user.", message)
            if !row.state.isOnNode {
                endRow(index, in: .canceled, .taskCanceled)
            } else if isForced {
                endRow(index, in: .failed, .taskCanceled)
            } else {
                move(index, to: .canceling)
                schedule(.taskStops, after: Int(Self.graceSeconds), row: index)
            }
        }
        settle()
    }

    mutating func finishRows(_ indices: some Sequence<Int>, message: String) {
        for index in indices {
            let row = block.rows[index]
            guard TaskCommand.finish.isAllowed(in: row.state) else { continue }
            notes.taskMessages[row.key] = message.isEmpty ? nil : message
            endRow(index, in: .finished, .none)
        }
        settle()
    }

    mutating func requeueRows(_ indices: some Sequence<Int>) {
        for index in indices
        where TaskCommand.requeue.isAllowed(in: block.rows[index].state) {
            notes.canceledSweeps.remove(block.rows[index].id)
            reset(index)
        }
        settle()
    }

    /// After a command to tasks: the job's row changes with them, and what is free is used.
    private mutating func settle() {
        job.changeTime = now
        proceed()
    }

    /// After its properties were set: a running job may have a new time limit, or nothing to wait
    /// for any more.
    mutating func follow(_ settings: JobSettings) {
        guard job.state == .running else { return }
        if settings.values[.runtimeSeconds] != nil,
            let limit = notes.integer(.runtimeSeconds), limit > 0
        {
            schedule(.jobExpires, after: max(0, Int(job.startTime) + limit - Int(now)))
        }
        proceed()
    }
}
