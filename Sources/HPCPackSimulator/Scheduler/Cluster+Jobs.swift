/// The states of seeded jobs, from Configuring to the end.
extension Cluster {
    /// Gives a new job its tasks, and moves it into `state`, one of those before Running.
    mutating func begin(_ job: inout Job, in state: JobState) {
        tasks[job.id] = JobTasks(rows: plan.rows(of: job))
        let path: [JobState] = [
            .configuring, .submitted, .validating, .externalValidation, .queued,
        ]
        for passed in path.dropFirst() where passed.rawValue <= state.rawValue {
            if passed == .externalValidation, state != passed, !needsExternalValidation(job) {
                continue
            }
            enter(passed, &job, at: max(job.createTime, job.submitTime))
        }
        scheduleStep(of: job, after: stepSeconds(of: job))
    }

    private func needsExternalValidation(_ job: Job) -> Bool {
        draws.chance(100, .jobDetails, Int(job.id), 2)
    }

    private func stepSeconds(of job: Job) -> Int {
        switch job.state {
        case .configuring: 1 + draws.below(8, .jobTimes, Int(job.id), 5)
        case .externalValidation: 5 + draws.below(20, .jobTimes, Int(job.id), 6)
        default: 1 + draws.below(2, .jobTimes, Int(job.id), 7)
        }
    }

    private mutating func scheduleStep(of job: Job, after seconds: Int) {
        guard job.state != .queued, job.state != .running else { return }
        schedule(.jobStep, of: job, after: seconds)
    }

    /// Enters a state before Running, and moves the tasks along.
    private mutating func enter(_ state: JobState, _ job: inout Job, at time: UInt32) {
        job.move(to: state, at: time)
        switch state {
        case .submitted:
            job.submitTime = time
            moveTasks(of: job.id, at: time, from: [.configuring], to: .submitted)
        case .validating: moveTasks(of: job.id, at: time, from: [.submitted], to: .validating)
        case .queued:
            moveTasks(of: job.id, at: time, from: [.submitted, .validating], to: .queued)
            enqueue(job)
            schedulePlacement()
            if job.holdUntil > now { events.schedule(.placement, at: job.holdUntil) }
            if job.outcome == .cancel, job.id % 3 == 0 {
                schedule(
                    .jobCancel,
                    of: job,
                    after: 20 + draws.below(600, .jobTimes, Int(job.id), 8)
                )
            } else {
                // The owner gives up on a job that waits for half a day.
                schedule(.jobCancel, of: job, after: 43_200)
            }
        default: break
        }
    }

    /// Changes the state of every row that is in one of `states`, masters of sweeps included.
    mutating func moveTasks(
        of id: UInt32,
        at time: UInt32,
        from states: [TaskState],
        to next: TaskState
    ) {
        guard var jobTasks = tasks.removeValue(forKey: id) else { return }
        for index in jobTasks.rows.indices where states.contains(jobTasks.rows[index].state) {
            jobTasks.rows[index].move(to: next, at: time)
            if next == .submitted { jobTasks.rows[index].submitTime = time }
            if next == .canceled { jobTasks.rows[index].failure = .canceledByUser }
            if next == .failed {
                jobTasks.rows[index].failure = .jobCanceled
                jobTasks.rows[index].exitCode = -1
            }
        }
        tasks[id] = jobTasks
    }

    /// Moves a job out of a transient state.
    mutating func step(jobAt position: Int) {
        var job = jobs[position]
        switch job.state {
        case .configuring: enter(.submitted, &job, at: now)
        case .submitted: enter(.validating, &job, at: now)
        case .validating
        where draws.chance(5, .jobDetails, Int(job.id), 3) && job.requeueCount == 0:
            job.failure = .validation
            moveTasks(of: job.id, at: now, from: [.submitted, .validating], to: .canceled)
            end(&job, in: .failed)
        case .validating:
            enter(needsExternalValidation(job) ? .externalValidation : .queued, &job, at: now)
        case .externalValidation: enter(.queued, &job, at: now)
        case .finishing:
            let failed = tasks[job.id]?.rows.contains { $0.state == .failed } ?? false
            if failed, job.failure == .none { job.failure = .taskFailed }
            end(&job, in: failed ? .failed : .finished)
        case .canceling:
            // Tasks that ran are Failed (product documentation, `IScheduler::CancelJob`).
            moveTasks(of: job.id, at: now, from: [.canceling], to: .failed)
            end(&job, in: .canceled)
        default: break
        }
        jobs[position] = job
        scheduleNextStep(job)
    }

    private mutating func scheduleNextStep(_ job: Job) {
        if !job.state.isTerminal { scheduleStep(of: job, after: stepSeconds(of: job)) }
    }

    /// Ends a job, and releases its cores.
    mutating func end(_ job: inout Job, in state: JobState) {
        job.move(to: state, at: now)
        job.endTime = now
        job.generation &+= 1
        releaseCores(of: job.id)
        record(EventLog.Kind(end: state), job)
        // Sometimes the owner requeues a job that did not finish.
        if state != .finished, job.requeueCount < 3, random.chance(150) {
            schedule(.jobRequeue, of: job, after: 30 + random.below(1800))
        }
    }

    /// Cancels a job, as its owner does (specification, `POST /jobs/{jobId}/cancel`).
    mutating func cancel(jobAt position: Int) {
        var job = jobs[position]
        guard !job.state.isTerminal, job.state != .canceling, job.state != .finishing else {
            return
        }
        job.failure = .canceledByUser
        job.generation &+= 1
        moveTasks(
            of: job.id,
            at: now,
            from: [.configuring, .submitted, .validating, .queued],
            to: .canceled
        )
        if job.state == .running {
            moveTasks(
                of: job.id,
                at: now,
                from: [.dispatching, .running, .finishing],
                to: .canceling
            )
            refreshMasters(of: job.id)
            job.move(to: .canceling, at: now)
            scheduleStep(of: job, after: 3 + draws.below(12, .jobTimes, Int(job.id), 9))
        } else {
            dequeue(job)
            end(&job, in: .canceled)
        }
        jobs[position] = job
    }

    /// Requeues a job that failed, was canceled or lost its node, as if it were submitted now.
    mutating func requeue(jobAt position: Int) {
        var job = jobs[position]
        guard job.state.isTerminal || job.state == .running else { return }
        if tasks[job.id] == nil { tasks[job.id] = tasks(of: job) }
        releaseCores(of: job.id)
        job.generation &+= 1
        job.requeueCount &+= 1
        job.startTime = 0
        job.endTime = 0
        job.failure = .none
        job.outcome = random.chance(800) ? .finish : .fail
        if var jobTasks = tasks.removeValue(forKey: job.id) {
            for index in jobTasks.rows.indices where jobTasks.rows[index].state != .finished {
                resetRow(&jobTasks.rows[index])
            }
            // Node preparation and release belong to a run, so every run has them.
            for index in jobTasks.rows.indices
            where jobTasks.rows[index].kind == .nodePrep
                || jobTasks.rows[index].kind == .nodeRelease
            {
                resetRow(&jobTasks.rows[index])
            }
            jobTasks.nextRow = 0
            jobTasks.slotsInUse = 0
            jobTasks.allocation = []
            tasks[job.id] = jobTasks
        }
        record(.requeued, job)
        enter(.submitted, &job, at: now)
        jobs[position] = job
        scheduleNextStep(job)
    }

    private func resetRow(_ row: inout TaskRow) {
        row.move(to: .configuring, at: now)
        row.changeTime = now
        row.requeueCount &+= 1
        row.failure = .none
        row.exitCode = 0
        row.node = -1
        row.startTime = 0
        row.endTime = 0
    }

    mutating func refreshMasters(of id: UInt32) {
        guard var jobTasks = tasks.removeValue(forKey: id) else { return }
        for row in jobTasks.rows where row.kind == .sweepMaster {
            jobTasks.refreshMaster(of: row.id, at: now)
        }
        tasks[id] = jobTasks
    }
}
