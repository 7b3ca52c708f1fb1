/// A command to a job, and the states that allow it (product documentation of the `IScheduler` methods and of
/// `job cancel`, `job finish` and `job requeue`).
enum JobCommand: Sendable, CaseIterable {
    case submit, cancel, cancelByForce, finish, requeue, addTask
    /// Set any property.
    case set
    /// Set properties that apply while the job runs.
    case setWhileRunning

    func isAllowed(in state: JobState) -> Bool {
        switch self {
        case .submit: state == .configuring || state == .failed || state == .canceled
        case .cancel: isBeforeRunning(state) || state == .running
        case .cancelByForce: !state.isTerminal
        case .finish: state == .queued || state == .running
        case .requeue: state == .running || state == .failed || state == .canceled
        case .addTask: isBeforeRunning(state) || state == .running
        case .set: isBeforeRunning(state) || state == .failed || state == .canceled
        case .setWhileRunning: state != .finished && state != .canceling && state != .finishing
        }
    }

    private func isBeforeRunning(_ state: JobState) -> Bool {
        switch state {
        case .configuring, .submitted, .validating, .externalValidation, .queued: true
        default: false
        }
    }
}

/// A command to a task or a subtask, and the states that allow it (specification; product documentation of
/// `ISchedulerJob::CancelTask` and of `task finish`).
enum TaskCommand: Sendable, CaseIterable {
    case cancel, finish, requeue, set

    func isAllowed(in state: TaskState) -> Bool {
        switch (self, state) {
        case (.cancel, .configuring), (.cancel, .submitted), (.cancel, .validating),
            (.cancel, .queued), (.cancel, .dispatching), (.cancel, .running):
            true
        case (.finish, .queued), (.finish, .dispatching), (.finish, .running): true
        case (.requeue, .failed), (.requeue, .canceled), (.requeue, .queued): true
        case (.set, .configuring), (.set, .submitted), (.set, .validating), (.set, .queued),
            (.set, .failed), (.set, .canceled):
            true
        default: false
        }
    }
}
