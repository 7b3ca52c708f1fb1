/// A job's way from Configuring to its end.
extension Cluster {
    /// Gives a new job its tasks and puts it into `state`, one of those before Running.
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
        planStep(of: job, after: stepSeconds(of: job))
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

    private mutating func planStep(of job: Job, after seconds: Int) {
        guard job.state != .queued, job.state != .running else { return }
        events.schedule(
            .jobStep,
            at: now + UInt32(max(1, seconds)),
            subject: job.id,
            generation: UInt32(job.generation)
        )
    }

    /// Enters a state before Running, with what the tasks do there.
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
            planPlacement()
            if job.outcome == .cancel, job.id % 3 == 0 {
                planCancel(of: job, after: 20 + draws.below(600, .jobTimes, Int(job.id), 8))
            } else {
                // Somebody gives up on a job that waits for half a day.
                planCancel(of: job, after: 43_200)
            }
        default: break
        }
    }

    private mutating func planCancel(of job: Job, after seconds: Int) {
        events.schedule(
            .jobCancel,
            at: now + UInt32(max(1, seconds)),
            subject: job.id,
            generation: UInt32(job.generation)
        )
    }

    /// Moves every row of a job that is in one of `states`, masters of sweeps included.
    mutating func moveTasks(
        of id: UInt32,
        at time: UInt32,
        from states: [TaskState],
        to next: TaskState
    ) {
        guard var block = tasks.removeValue(forKey: id) else { return }
        for index in block.rows.indices where states.contains(block.rows[index].state) {
            block.rows[index].move(to: next, at: time)
            if next == .submitted { block.rows[index].submitTime = time }
            if next == .canceled { block.rows[index].failure = .canceledByUser }
            if next == .failed {
                block.rows[index].failure = .jobCanceled
                block.rows[index].exitCode = -1
            }
        }
        tasks[id] = block
    }

    /// The next step of a job in a passing state.
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
            // What ran fails (product documentation, `IScheduler::CancelJob`).
            moveTasks(of: job.id, at: now, from: [.canceling], to: .failed)
            end(&job, in: .canceled)
        default: break
        }
        jobs[position] = job
        planNext(job)
    }

    private mutating func planNext(_ job: Job) {
        if !job.state.isTerminal { planStep(of: job, after: stepSeconds(of: job)) }
    }

    /// Ends a job and gives its cores back.
    mutating func end(_ job: inout Job, in state: JobState) {
        job.move(to: state, at: now)
        job.endTime = now
        job.generation &+= 1
        releaseCores(of: job.id)
        let kind: EventLog.Kind =
            state == .finished ? .finished : state == .failed ? .failed : .canceled
        log.note(kind, job, groups: groupLists.texts[Int(job.groups)], at: now)
        // Now and then an owner gives a job that went wrong another try.
        if state != .finished, job.requeueCount < 3, random.chance(150) {
            events.schedule(
                .jobRequeue,
                at: now + UInt32(30 + random.below(1800)),
                subject: job.id,
                generation: UInt32(job.generation)
            )
        }
    }

    /// The owner cancels a job (specification, `POST /jobs/{jobId}/cancel`).
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
            planStep(of: job, after: 3 + draws.below(12, .jobTimes, Int(job.id), 9))
        } else {
            dequeue(job)
            end(&job, in: .canceled)
        }
        jobs[position] = job
    }

    /// Puts a job that failed, was canceled or lost its node back in line, as if submitted now.
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
        if var block = tasks.removeValue(forKey: job.id) {
            for index in block.rows.indices where block.rows[index].state != .finished {
                resetRow(&block.rows[index])
            }
            // Preparation and clean-up belong to a run, and a run must have something to do.
            for index in block.rows.indices
            where block.rows[index].kind == .nodePrep || block.rows[index].kind == .nodeRelease {
                resetRow(&block.rows[index])
            }
            block.nextRow = 0
            block.running = 0
            block.allocation = []
            tasks[job.id] = block
        }
        log.note(.requeued, job, groups: groupLists.texts[Int(job.groups)], at: now)
        enter(.submitted, &job, at: now)
        jobs[position] = job
        planNext(job)
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
        guard var block = tasks.removeValue(forKey: id) else { return }
        for row in block.rows where row.kind == .sweepMaster {
            block.refreshMaster(of: row.id, at: now)
        }
        tasks[id] = block
    }
}
