/// How a driven job ends: by itself, or because it is stopped.
extension DrivenRun {
    /// The next step of a job in a passing state.
    mutating func step() {
        switch job.state {
        case .submitted: enterValidating()
        case .finishing, .canceling:
            if notes.isConcluding {
                conclude()
            } else {
                endRowsOnNodes()
                proceed()
            }
        default: break
        }
    }

    /// Ends the job in the state that its orders or its tasks call for.
    private mutating func conclude() {
        let failed = block.census?.count(in: [.failed]) ?? 0
        let canceled = block.census?.count(in: [.canceled]) ?? 0
        let finished = block.census?.count(in: [.finished]) ?? 0
        let state =
            notes.ending
            ?? (failed > 0 ? .failed : canceled > 0 && finished == 0 ? .canceled : .finished)
        if state == .failed, job.failure == .none { job.failure = .taskFailed }
        if state == .canceled, job.failure == .none { job.failure = .taskCanceled }
        end(in: state)
    }

    /// Ends the job and gives its cores back.
    mutating func end(in state: JobState) {
        job.move(to: state, at: now)
        job.endTime = now
        notes.generation += 1
        notes.isConcluding = false
        releaseCores()
        let kind: EventLog.Kind =
            state == .finished ? .finished : state == .failed ? .failed : .canceled
        effects.append(.note(kind, job))
    }

    mutating func releaseCores() {
        guard block.holdsCores else { return }
        block.holdsCores = false
        effects.append(.release(block.allocation))
    }

    /// Stops the work of a job that is to end in `state`.
    ///
    /// With grace, running tasks get some seconds and node release tasks still run.
    mutating func stop(
        in state: JobState,
        failure: Job.Failure,
        message: String?,
        hasGrace: Bool
    ) {
        let wasRunning = block.holdsCores
        if job.state == .queued { effects.append(.dequeue) }
        notes.ending = state
        notes.generation += 1
        notes.isConcluding = false
        job.failure = failure
        notes.message = message
        job.changeTime = now
        for index in block.rows.indices where block.rows[index].kind != .sweepMaster {
            let row = block.rows[index]
            let isRelease = row.kind == .nodeRelease
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
        let isBusy = block.rows.contains { $0.state.isOnNode && $0.kind != .sweepMaster }
        if isBusy {
            schedule(.jobStep, after: Int(Self.graceSeconds))
        } else {
            proceed()
        }
    }

    private mutating func endRowsOnNodes() {
        for index in block.rows.indices
        where block.rows[index].kind != .sweepMaster && block.rows[index].state.isOnNode {
            if block.rows[index].state == .finishing {
                endRow(index, in: .finished, .none)
            } else {
                endRow(index, in: .failed, job.failure == .none ? .jobEnded : job.failure)
            }
        }
    }
}
