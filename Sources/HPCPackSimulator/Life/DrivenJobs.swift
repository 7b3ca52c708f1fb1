/// Jobs that are driven through the API, in the life of the cluster.
extension Cluster {
    /// Makes a seeded job one that is driven: its simulated owner leaves it alone from now on.
    mutating func takeOver(jobAt position: Int) {
        let job = jobs[position]
        guard driven[job.id] == nil else { return }
        var block = tasks(of: job)
        block.census = TaskCensus(block.rows)
        block.slots = block.coresAllocated
        block.nextRow = 0
        block.running = block.rows.count { $0.state.isOnNode && $0.kind != .sweepMaster }
        tasks[job.id] = block
        driven[job.id] = DrivenJob(owner: nil, generation: UInt32(job.generation))
        drivenRows += block.rows.count
    }

    /// Moves a job on, and does what it asks for.
    mutating func drive<Failure: Error>(
        jobAt position: Int,
        _ body: (inout DrivenRun) throws(Failure) -> Void
    ) throws(Failure) {
        takeOver(jobAt: position)
        let id = jobs[position].id
        // Taken out, so that there is one owner and nothing is copied.
        guard let block = tasks.removeValue(forKey: id), let notes = driven.removeValue(forKey: id)
        else { return }
        let rows = block.rows.count
        let bytes = notes.bytes
        var run = DrivenRun(job: jobs[position], block: block, notes: notes, plan: plan, now: now)
        defer {
            jobs[position] = run.job
            drivenRows += run.block.rows.count - rows
            drivenBytes += run.notes.bytes - bytes
            tasks[id] = run.block
            driven[id] = run.notes
            perform(run.effects, jobAt: position)
        }
        try body(&run)
    }

    private mutating func perform(_ effects: [DrivenRun.Effect], jobAt position: Int) {
        for effect in effects {
            switch effect {
            case .schedule(let kind, let time, let row, let generation):
                events.schedule(
                    kind,
                    at: time,
                    subject: jobs[position].id,
                    row: UInt32(row),
                    generation: generation
                )
            case .enqueue:
                enqueue(jobs[position])
                planPlacement()
            case .dequeue: dequeue(jobs[position])
            case .release(let shares): release(shares)
            case .note(let kind, let job):
                log.note(kind, job, groups: groupLists.texts[Int(job.groups)], at: now)
            }
        }
        guard events.isCrowded else { return }
        var kept = events
        kept.removeVoid { isVoid($0) }
        events = kept
    }

    /// Whether an event's job is gone, or has been interrupted since it was planned.
    func isVoid(_ event: EventQueue.Event) -> Bool {
        guard event.kind.isOfJob else { return false }
        guard let job = job(event.subject) else { return true }
        return generation(of: job) != event.generation
    }

    /// An event of a driven job; what its simulated owner had in mind is void.
    mutating func drive(_ event: EventQueue.Event, jobAt position: Int) {
        switch event.kind {
        case .jobStep where jobs[position].state == .validating:
            let failure = validate(jobAt: position)
            drive(jobAt: position) { run in
                if let failure { run.reject(failure) } else { run.enterQueued() }
            }
        case .jobStep where jobs[position].state == .externalValidation:
            drive(jobAt: position) { $0.enterQueued() }
        case .jobStep: drive(jobAt: position) { $0.step() }
        case .taskRuns: drive(jobAt: position) { $0.taskRuns(Int(event.row)) }
        case .taskEnds: drive(jobAt: position) { $0.taskEnds(Int(event.row)) }
        case .taskStops: drive(jobAt: position) { $0.taskStops(Int(event.row)) }
        case .jobExpires: drive(jobAt: position) { $0.expire() }
        default: break
        }
    }

    /// Adds a job in Configuring, made through the API.
    ///
    /// - Returns: its id, and where it is.
    mutating func createJob(owner: String) -> (id: UInt32, position: Int) {
        let job = Job(
            id: nextJobId,
            createTime: now,
            changeTime: now,
            plannedSeconds: 0,
            minCores: 1,
            maxCores: 1,
            groups: 0,
            expandedPriority: 2000,
            state: .configuring,
            previousState: .configuring,
            template: 0,
            outcome: .finish,
            runsUntilCanceled: false
        )
        nextJobId += 1
        var block = JobTasks(rows: [])
        block.census = TaskCensus([])
        tasks[job.id] = block
        driven[job.id] = DrivenJob(owner: owner, generation: 0)
        jobs.append(job)
        return (job.id, jobs.count - 1)
    }

    /// Forgets the job that was made last, as if it had never been.
    mutating func takeBackJob(_ id: UInt32) {
        guard jobs.last?.id == id else { return }
        jobs.removeLast()
        drivenRows -= tasks[id]?.rows.count ?? 0
        drivenBytes -= driven[id]?.bytes ?? 0
        tasks[id] = nil
        driven[id] = nil
        nextJobId = id
    }

    /// The most jobs that are kept as driven, and the most rows of theirs.
    static let maxDrivenJobs = 100_000
    static let maxDrivenRows = 2_000_000
    /// The most text of theirs, in bytes, before another write is refused.
    static let maxDrivenBytes = 256 << 20
    /// The most distinct `NodeGroups` texts.
    static let maxGroupTexts = 20_000
}
