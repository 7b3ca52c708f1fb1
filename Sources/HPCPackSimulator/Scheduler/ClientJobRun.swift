/// The state machine of a client job, independent of the cluster: what the cluster is to do is left in
/// `effects`.
struct ClientJobRun {
    var job: Job
    var jobTasks: JobTasks
    var clientJob: ClientJob
    let plan: TaskPlan
    let now: UInt32
    var effects: [Effect] = []

    enum Effect {
        case schedule(EventQueue.Kind, at: UInt32, row: Int, generation: UInt32)
        case enqueue, dequeue
        case release([JobTasks.Share])
        case record(EventLog.Kind, Job)
    }

    init(job: Job, jobTasks: JobTasks, clientJob: ClientJob, plan: TaskPlan, now: UInt32) {
        self.job = job
        self.jobTasks = jobTasks
        self.clientJob = clientJob
        self.plan = plan
        self.now = now
    }

    /// The grace period of running tasks that are canceled, in seconds.
    static let graceSeconds: UInt32 = 3

    mutating func schedule(_ kind: EventQueue.Kind, after seconds: Int, row: Int = 0) {
        let (time, isLate) = now.addingReportingOverflow(UInt32(clamping: seconds))
        guard !isLate else { return }
        effects.append(.schedule(kind, at: time, row: row, generation: clientJob.generation))
    }

    // MARK: Up to the queue

    /// Submits the job.
    mutating func submit() {
        job.move(to: .submitted, at: now)
        job.submitTime = now
        job.startTime = 0
        job.endTime = 0
        job.failure = .none
        clientJob.message = nil
        clientJob.ending = nil
        clientJob.isConcluding = false
        clientJob.generation += 1
        moveRows(from: [.configuring], to: .submitted)
        schedule(.jobStep, after: 1)
    }

    /// Submits the job again to run the rest of its tasks.
    ///
    /// Finished tasks stay so, and so do tasks that were canceled one by one before they ran (product
    /// documentation, `IScheduler::CancelJob`).
    mutating func requeue(isCounted: Bool) {
        releaseCores()
        if job.state == .queued { effects.append(.dequeue) }
        if isCounted { job.requeueCount = UInt8(clamping: Int(job.requeueCount) + 1) }
        for index in jobTasks.rows.indices {
            let row = jobTasks.rows[index]
            let stays =
                row.isMain
                && (row.state == .finished || row.state == .configuring
                    || (row.state == .canceled && row.failure == .taskCanceled))
            if row.kind == .sweepMaster {
                if row.state != .finished { jobTasks.rows[index].startTime = 0 }
            } else if !stays {
                reset(index)
            }
        }
        refreshMasters()
        jobTasks.nextRow = 0
        jobTasks.slotsInUse = 0
        jobTasks.allocation = []
        effects.append(.record(.requeued, job))
        submit()
    }

    /// Moves a row back to Configuring, as if it had never run.
    mutating func reset(_ index: Int) {
        let row = jobTasks.rows[index]
        if row.state.isOnNode { jobTasks.slotsInUse -= clientJob.weight(of: row) }
        move(index, to: .configuring)
        jobTasks.rows[index].changeTime = now
        jobTasks.rows[index].requeueCount = UInt8(clamping: Int(row.requeueCount) + 1)
        jobTasks.rows[index].failure = .none
        jobTasks.rows[index].exitCode = 0
        jobTasks.rows[index].node = -1
        jobTasks.rows[index].startTime = 0
        jobTasks.rows[index].endTime = 0
        clientJob.taskMessages[row.key] = nil
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
        clientJob.message = message
        moveRows(from: [.submitted, .validating], to: .canceled, failure: .jobEnded)
        end(in: .failed)
    }

    // MARK: Running

    /// Starts the job on `shares`, which hold `slots` units.
    mutating func start(on shares: [JobTasks.Share], slots: Int) {
        jobTasks.allocation = shares
        jobTasks.holdsCores = true
        jobTasks.slots = slots
        jobTasks.slotsInUse = 0
        clientJob.generation += 1
        job.move(to: .running, at: now)
        job.startTime = now
        effects.append(.record(.started, job))
        expandSweeps()
        if let limit = clientJob.integer(.runtimeSeconds), limit > 0 {
            schedule(.jobExpires, after: limit)
        }
        proceed()
    }

    // MARK: Rows

    mutating func move(_ index: Int, to state: TaskState) {
        jobTasks.move(
            index,
            to: state,
            at: now,
            isSweepCanceled: clientJob.canceledSweeps.contains(jobTasks.rows[index].id)
        )
    }

    /// Ends a row, and releases the units that it holds.
    mutating func endRow(_ index: Int, in state: TaskState, _ failure: Job.Failure) {
        let row = jobTasks.rows[index]
        if row.state.isOnNode {
            jobTasks.slotsInUse -= clientJob.weight(of: row)
            // It was ended from outside, so it has no exit code of its own.
            if state == .failed, row.exitCode == 0 { jobTasks.rows[index].exitCode = -1 }
        }
        jobTasks.rows[index].failure = state == .finished ? .none : failure
        move(index, to: state)
    }

    mutating func moveRows(
        from states: [TaskState],
        to next: TaskState,
        failure: Job.Failure = .none
    ) {
        for index in jobTasks.rows.indices
        where jobTasks.rows[index].kind != .sweepMaster
            && states.contains(jobTasks.rows[index].state)
        {
            if next == .submitted { jobTasks.rows[index].submitTime = now }
            jobTasks.rows[index].failure = failure
            move(index, to: next)
        }
        for (_, sweep) in jobTasks.taskCounts?.sweeps ?? [:] where next == .submitted {
            jobTasks.rows[sweep.master].submitTime = now
        }
    }

    /// Lets the instances of all sweeps be listed.
    private mutating func expandSweeps() {
        clientJob.expandedSweeps.formUnion(jobTasks.taskCounts?.sweeps.keys ?? [:].keys)
    }

    mutating func refreshMasters() {
        for (task, sweep) in jobTasks.taskCounts?.sweeps ?? [:] {
            jobTasks.refreshMaster(
                sweep.master,
                at: now,
                isCanceled: clientJob.canceledSweeps.contains(task)
            )
        }
    }
}

// MARK: Changes to tasks

extension ClientJobRun {
    /// Adds a task, which is submitted with its job, or at once when that has been submitted.
    ///
    /// - Returns: Its number.
    mutating func add(_ task: ClientTask) -> UInt32 {
        let number = (jobTasks.rows.last?.id ?? 0) + 1
        let first = jobTasks.rows.count
        jobTasks.append(task.rows(number: number, at: now))
        clientJob.set(task, as: number)
        job.changeTime = now
        guard submittedState != nil else { return number }
        if let demand = clientJob.demand, clientJob.text(.autoCalculateMax) == "True" {
            let copies = task.kind == .sweepMaster ? task.sweep.count : 1
            let more = task.weight(in: demand.unit) * copies
            clientJob.demand?.maximum = min(demand.maximum + more, max(demand.maximum, 1_000_000))
        }
        if let waits = try? clientJob.dependencies(of: task), !waits.isEmpty {
            clientJob.dependencies[number] = waits
        }
        for index in first..<jobTasks.rows.count { submitToSubmittedJob(index) }
        if job.state == .running { expandSweeps() }
        return number
    }

    /// The state of a task that is submitted to the job now; `nil` when it waits for the job's submission.
    private var submittedState: TaskState? {
        switch job.state {
        case .submitted: .submitted
        case .validating: .validating
        case .externalValidation, .queued, .running: .queued
        default: nil
        }
    }

    /// Submits a row in Configuring when its job has been submitted already.
    mutating func submitToSubmittedJob(_ index: Int) {
        guard let submittedState else { return }
        jobTasks.rows[index].submitTime = now
        if jobTasks.rows[index].kind != .sweepMaster { move(index, to: submittedState) }
    }

    /// Replaces the rows of a task.
    mutating func replaceRows(of number: UInt32, by task: ClientTask) {
        guard let first = jobTasks.rows.firstIndex(where: { $0.id == number }) else { return }
        let end = jobTasks.rows[first...].firstIndex { $0.id != number } ?? jobTasks.rows.count
        jobTasks.rows.replaceSubrange(first..<end, with: task.rows(number: number, at: now))
        jobTasks.taskCounts = TaskCounts(jobTasks.rows[...])
        jobTasks.nextRow = 0
    }

    /// Sets the ChangeTime of a task or an instance, and of the job.
    mutating func markChanged(_ task: UInt32, _ instance: UInt32) {
        job.changeTime = now
        if let row = jobTasks.index(key: TaskRow.key(task, instance)) {
            jobTasks.rows[row].changeTime = now
        }
    }
}
