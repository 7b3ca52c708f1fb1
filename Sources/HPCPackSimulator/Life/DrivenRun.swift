/// A job that was made or changed through the API, taken out of the cluster to be moved on.
///
/// A state machine without a cluster: what it asks of the cluster it leaves in `effects`.
struct DrivenRun {
    var job: Job
    var block: JobTasks
    var notes: DrivenJob
    let plan: TaskPlan
    let now: UInt32
    var effects: [Effect] = []

    enum Effect {
        case schedule(EventQueue.Kind, at: UInt32, row: Int, generation: UInt32)
        case enqueue, dequeue
        case release([JobTasks.Share])
        case note(EventLog.Kind, Job)
    }

    init(job: Job, block: JobTasks, notes: DrivenJob, plan: TaskPlan, now: UInt32) {
        self.job = job
        self.block = block
        self.notes = notes
        self.plan = plan
        self.now = now
    }

    /// How long running tasks get to end when they are canceled, in seconds.
    static let graceSeconds: UInt32 = 3

    mutating func schedule(_ kind: EventQueue.Kind, after seconds: Int, row: Int = 0) {
        let (time, isLate) = now.addingReportingOverflow(UInt32(clamping: seconds))
        guard !isLate else { return }
        effects.append(.schedule(kind, at: time, row: row, generation: notes.generation))
    }

    // MARK: The way to the queue

    /// Puts the job in line for validation.
    mutating func submit() {
        job.move(to: .submitted, at: now)
        job.submitTime = now
        job.startTime = 0
        job.endTime = 0
        job.failure = .none
        notes.message = nil
        notes.ending = nil
        notes.isConcluding = false
        notes.generation += 1
        moveRows(from: [.configuring], to: .submitted)
        schedule(.jobStep, after: 1)
    }

    /// Runs what is left of the job again.
    ///
    /// Tasks that finished stay so, and so do tasks that were canceled one by one before they ran
    /// (product documentation, `IScheduler::CancelJob`).
    mutating func requeue(isCounted: Bool) {
        releaseCores()
        if job.state == .queued { effects.append(.dequeue) }
        if isCounted { job.requeueCount = UInt8(clamping: Int(job.requeueCount) + 1) }
        for index in block.rows.indices {
            let row = block.rows[index]
            let stays =
                row.isMain
                && (row.state == .finished || row.state == .configuring
                    || (row.state == .canceled && row.failure == .taskCanceled))
            if row.kind == .sweepMaster {
                if row.state != .finished { block.rows[index].startTime = 0 }
            } else if !stays {
                reset(index)
            }
        }
        refreshMasters()
        block.nextRow = 0
        block.running = 0
        block.allocation = []
        effects.append(.note(.requeued, job))
        submit()
    }

    /// Puts a row back to Configuring, as if it had never run.
    mutating func reset(_ index: Int) {
        let row = block.rows[index]
        if row.state.isOnNode { block.running -= notes.weight(of: row) }
        move(index, to: .configuring)
        block.rows[index].changeTime = now
        block.rows[index].requeueCount = UInt8(clamping: Int(row.requeueCount) + 1)
        block.rows[index].failure = .none
        block.rows[index].exitCode = 0
        block.rows[index].node = -1
        block.rows[index].startTime = 0
        block.rows[index].endTime = 0
        notes.taskMessages[row.key] = nil
    }

    mutating func enterValidating() {
        job.move(to: .validating, at: now)
        moveRows(from: [.submitted], to: .validating)
        schedule(.jobStep, after: 1)
    }

    mutating func enterQueued() {
        job.move(to: .queued, at: now)
        moveRows(from: [.submitted, .validating], to: .queued)
        effects.append(.enqueue)
    }

    /// Ends a job that failed validation.
    mutating func reject(_ message: String) {
        job.failure = .validation
        notes.message = message
        moveRows(from: [.submitted, .validating], to: .canceled, failure: .jobEnded)
        end(in: .failed)
    }

    // MARK: Running

    /// Begins to run on `shares`, which are worth `slots` units.
    mutating func start(on shares: [JobTasks.Share], slots: Int) {
        block.allocation = shares
        block.holdsCores = true
        block.slots = slots
        block.running = 0
        notes.generation += 1
        job.move(to: .running, at: now)
        job.startTime = now
        effects.append(.note(.started, job))
        if let limit = notes.integer(.runtimeSeconds), limit > 0 {
            schedule(.jobExpires, after: limit)
        }
        proceed()
    }

    // MARK: Rows

    mutating func move(_ index: Int, to state: TaskState) {
        block.move(
            index,
            to: state,
            at: now,
            isSweepCanceled: notes.canceledSweeps.contains(block.rows[index].id)
        )
    }

    /// Ends a row, and frees what it holds.
    mutating func endRow(_ index: Int, in state: TaskState, _ failure: Job.Failure) {
        let row = block.rows[index]
        if row.state.isOnNode {
            block.running -= notes.weight(of: row)
            // It did not end by itself, so there is no exit code of its own.
            if state == .failed, row.exitCode == 0 { block.rows[index].exitCode = -1 }
        }
        block.rows[index].failure = state == .finished ? .none : failure
        move(index, to: state)
    }

    mutating func moveRows(
        from states: [TaskState],
        to next: TaskState,
        failure: Job.Failure = .none
    ) {
        for index in block.rows.indices
        where block.rows[index].kind != .sweepMaster && states.contains(block.rows[index].state) {
            if next == .submitted { block.rows[index].submitTime = now }
            block.rows[index].failure = failure
            move(index, to: next)
        }
        for (_, sweep) in block.census?.sweeps ?? [:] where next == .submitted {
            block.rows[sweep.master].submitTime = now
        }
    }

    mutating func refreshMasters() {
        for (task, sweep) in block.census?.sweeps ?? [:] {
            block.refresh(
                sweep.master,
                at: now,
                isCanceled: notes.canceledSweeps.contains(task)
            )
        }
    }
}
