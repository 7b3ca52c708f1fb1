/// The commands of clients to a job; whether its state allows them has been checked.
extension ClientJobRun {
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
    ///
    /// Its message is kept nowhere: the job has no `ErrorMessage` then (docs/hpcpack-api.md#properties).
    mutating func finish() {
        stop(
            in: .finished,
            failure: .none,
            message: nil,
            hasGrace: job.state == .running
        )
    }

    /// Cancels the job because its run time limit is exceeded (product documentation,
    /// `IScheduler::SubmitJob`).
    mutating func expire() {
        // The limit may have been raised since the event was scheduled.
        guard job.state == .running, let limit = clientJob.integer(.runtimeSeconds), limit > 0,
            Int(now) >= Int(job.startTime) + limit
        else { return }
        stop(in: .canceled, failure: .runtimeExpired, message: nil, hasGrace: true)
    }

    /// Requeues the job after the loss of one of its nodes.
    mutating func loseNode() {
        guard job.state == .running else { return }
        requeue(isCounted: true)
    }

    static func text(_ lead: String, _ message: String) -> String {
        message.isEmpty ? lead : "\(lead) Message: \"\(message)\""
    }

    /// Cancels the rows at `indices`; one that runs ends as Failed (docs/hpcpack-api.md#values).
    mutating func cancelRows(_ indices: some Sequence<Int>, message: String, isForced: Bool) {
        for index in indices {
            let row = jobTasks.rows[index]
            guard TaskCommand.cancel.isAllowed(in: row.state) else { continue }
            clientJob.taskMessages[row.key] = Self.text("Canceled by user.", message)
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
            let row = jobTasks.rows[index]
            guard TaskCommand.finish.isAllowed(in: row.state) else { continue }
            clientJob.taskMessages[row.key] = message.isEmpty ? nil : message
            endRow(index, in: .finished, .none)
        }
        settle()
    }

    /// Requeues the rows at `indices`; in a job that has been submitted they wait to run at once.
    mutating func requeueRows(_ indices: some Sequence<Int>) {
        for index in indices
        where TaskCommand.requeue.isAllowed(in: jobTasks.rows[index].state) {
            clientJob.canceledSweeps.remove(jobTasks.rows[index].id)
            reset(index)
            submitToSubmittedJob(index)
        }
        settle()
    }

    /// Sets the job's ChangeTime after a command to tasks, and starts what can start now.
    private mutating func settle() {
        job.changeTime = now
        proceed()
    }

    /// Applies a new time limit to a running job, or ends it when it no longer runs until canceled.
    mutating func settingsChanged(_ settings: [JobProperty: String]) {
        guard job.state == .running else { return }
        if settings[.runtimeSeconds] != nil,
            let limit = clientJob.integer(.runtimeSeconds), limit > 0
        {
            schedule(.jobExpires, after: max(0, Int(job.startTime) + limit - Int(now)))
        }
        proceed()
    }
}

// MARK: The end

extension ClientJobRun {
    /// Moves the job out of a transient state.
    mutating func step() {
        switch job.state {
        case .submitted: enterValidating()
        case .finishing, .canceling:
            if clientJob.isConcluding {
                conclude()
            } else {
                endRowsOnNodes()
                proceed()
            }
        default: break
        }
    }

    /// Ends the job in the state that was commanded, or that follows from its tasks.
    private mutating func conclude() {
        let failed = jobTasks.taskCounts?.count(in: [.failed]) ?? 0
        let canceled = jobTasks.taskCounts?.count(in: [.canceled]) ?? 0
        let finished = jobTasks.taskCounts?.count(in: [.finished]) ?? 0
        let state =
            clientJob.ending
            ?? (failed > 0 ? .failed : canceled > 0 && finished == 0 ? .canceled : .finished)
        if state == .failed, job.failure == .none { job.failure = .taskFailed }
        if state == .canceled, job.failure == .none { job.failure = .taskCanceled }
        end(in: state)
    }

    /// Ends the job, and releases its cores.
    mutating func end(in state: JobState) {
        job.move(to: state, at: now)
        job.endTime = now
        clientJob.generation += 1
        clientJob.isConcluding = false
        releaseCores()
        effects.append(.record(EventLog.Kind(end: state), job))
    }

    mutating func releaseCores() {
        guard jobTasks.holdsCores else { return }
        jobTasks.holdsCores = false
        effects.append(.release(jobTasks.allocation))
    }

    /// Stops all tasks of a job that is to end in `state`.
    ///
    /// With `hasGrace`, running tasks get the grace period, and node release tasks still run.
    mutating func stop(
        in state: JobState,
        failure: Job.Failure,
        message: String?,
        hasGrace: Bool
    ) {
        let wasRunning = jobTasks.holdsCores
        if job.state == .queued { effects.append(.dequeue) }
        clientJob.ending = state
        clientJob.generation += 1
        clientJob.isConcluding = false
        job.failure = failure
        clientJob.message = message
        job.changeTime = now
        for index in jobTasks.rows.indices where jobTasks.rows[index].kind != .sweepMaster {
            let row = jobTasks.rows[index]
            let isRelease = row.kind == .nodeRelease
            // The tasks of a job that was never submitted stay as they are.
            guard job.state != .configuring || row.state != .configuring else { continue }
            if row.state.isOnNode {
                if hasGrace {
                    move(index, to: state == .finished ? .finishing : .canceling)
                } else {
                    endRow(index, in: state == .finished ? .finished : .failed, failure)
                }
            } else if !row.state.isTerminal, !(isRelease && hasGrace && wasRunning) {
                endRow(index, in: .canceled, state == .canceled ? .jobCanceled : .jobEnded)
            }
        }
        guard wasRunning, hasGrace else {
            end(in: state)
            return
        }
        if job.state == .running {
            job.move(to: state == .canceled ? .canceling : .finishing, at: now)
        }
        let isBusy = jobTasks.rows.contains { $0.state.isOnNode && $0.kind != .sweepMaster }
        if isBusy {
            schedule(.jobStep, after: Int(Self.graceSeconds))
        } else {
            proceed()
        }
    }

    private mutating func endRowsOnNodes() {
        for index in jobTasks.rows.indices
        where jobTasks.rows[index].kind != .sweepMaster && jobTasks.rows[index].state.isOnNode {
            if jobTasks.rows[index].state == .finishing {
                endRow(index, in: .finished, .none)
            } else {
                endRow(index, in: .failed, job.failure == .none ? .jobEnded : job.failure)
            }
        }
    }
}
