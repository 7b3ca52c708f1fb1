import HPCPackClient

/// A job as the tasks' side needs it.
struct JobReference: Sendable, Equatable {
    var id: Int64
    var groups: GroupTable.GroupSet
    var state: JobState
    /// When its row last changed, in Unix seconds; 0 when that is not known.
    var changeTime: UInt32

    init(_ entry: JobTable.Entry) {
        id = entry.row.id
        groups = entry.groups
        state = entry.row.state
        changeTime = entry.row.changeTime
    }

    /// The same job before its end.
    var asActive: JobReference {
        var job = self
        job.state = .running
        return job
    }

    /// Whether tasks can change without a change of the job's row (DESIGN: Flow).
    ///
    /// A row without a time does not tell of changes.
    var movesTasks: Bool {
        if changeTime == 0, !state.isTerminal { return true }
        return switch state {
        case .submitted, .validating, .externalValidation, .running, .finishing, .canceling,
            .unknown:
            true
        case .configuring, .queued, .finished, .failed, .canceled: false
        }
    }
}
