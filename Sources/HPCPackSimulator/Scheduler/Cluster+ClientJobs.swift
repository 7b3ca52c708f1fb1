/// Jobs that clients have created or changed, in the cluster.
extension Cluster {
    /// Makes a seeded job a client job, which its simulated owner leaves alone from now on.
    mutating func convertToClientJob(at position: Int) {
        let job = jobs[position]
        guard clientJobs[job.id] == nil else { return }
        var jobTasks = tasks(of: job)
        jobTasks.taskCounts = TaskCounts(jobTasks.rows[...])
        jobTasks.slots = jobTasks.coresAllocated
        jobTasks.nextRow = 0
        jobTasks.slotsInUse = jobTasks.rows.count { $0.state.isOnNode && $0.kind != .sweepMaster }
        tasks[job.id] = jobTasks
        var clientJob = ClientJob(owner: nil, generation: UInt32(job.generation))
        if sweeps(of: job).areAllExpanded {
            clientJob.expandedSweeps = Set(jobTasks.taskCounts?.sweeps.keys ?? [:].keys)
        }
        clientJobs[job.id] = clientJob
        clientTaskRows += jobTasks.rows.count
    }

    /// Makes a job a client job if it is none, changes it, and carries out the effects of the change.
    mutating func updateClientJob<Failure: Error>(
        at position: Int,
        _ body: (inout ClientJobRun) throws(Failure) -> Void
    ) throws(Failure) {
        convertToClientJob(at: position)
        let id = jobs[position].id
        // Taken out of the cluster, so that the values have one owner and are changed in place.
        guard let jobTasks = tasks.removeValue(forKey: id),
            let clientJob = clientJobs.removeValue(forKey: id)
        else { return }
        let rows = jobTasks.rows.count
        let bytes = clientJob.bytes
        var run = ClientJobRun(
            job: jobs[position],
            jobTasks: jobTasks,
            clientJob: clientJob,
            plan: plan,
            now: now
        )
        defer {
            jobs[position] = run.job
            clientTaskRows += run.jobTasks.rows.count - rows
            clientTextBytes += run.clientJob.bytes - bytes
            tasks[id] = run.jobTasks
            clientJobs[id] = run.clientJob
            perform(run.effects, jobAt: position)
        }
        try body(&run)
    }

    private mutating func perform(_ effects: [ClientJobRun.Effect], jobAt position: Int) {
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
                schedulePlacement()
            case .dequeue: dequeue(jobs[position])
            case .release(let shares): release(shares)
            case .record(let kind, let job):
                record(kind, job)
            }
        }
        guard events.needsPruning else { return }
        var kept = events
        kept.removeStale { isStale($0) }
        events = kept
    }

    /// Whether the job of an event is gone, or has been interrupted since the event was scheduled.
    func isStale(_ event: EventQueue.Event) -> Bool {
        guard event.kind.isOfJob else { return false }
        guard let job = job(event.subject) else { return true }
        return generation(of: job) != event.generation
    }

    /// Handles an event of a client job; those of its simulated owner are ignored.
    mutating func handleClientJobEvent(_ event: EventQueue.Event, at position: Int) {
        switch event.kind {
        case .jobStep where jobs[position].state == .validating:
            let failure = validate(jobAt: position)
            updateClientJob(at: position) { run in
                if let failure { run.reject(failure) } else { run.enterQueued() }
            }
        case .jobStep where jobs[position].state == .externalValidation:
            updateClientJob(at: position) { $0.enterQueued() }
        case .jobStep: updateClientJob(at: position) { $0.step() }
        case .taskRuns: updateClientJob(at: position) { $0.taskRuns(Int(event.row)) }
        case .taskEnds: updateClientJob(at: position) { $0.taskEnds(Int(event.row)) }
        case .taskStops: updateClientJob(at: position) { $0.taskStops(Int(event.row)) }
        case .jobExpires: updateClientJob(at: position) { $0.expire() }
        default: break
        }
    }

    /// Adds a job of a client, in Configuring.
    ///
    /// - Returns: Its id, and its index in `jobs`.
    mutating func createJob(owner: String) -> (id: UInt32, position: Int) {
        let job = Job(
            id: nextJobId,
            createTime: now,
            changeTime: now,
            plannedSeconds: 0,
            minUnits: 1,
            maxUnits: 1,
            groups: 0,
            expandedPriority: 2000,
            state: .configuring,
            previousState: .configuring,
            template: 0,
            outcome: .finish,
            runsUntilCanceled: false
        )
        nextJobId += 1
        var jobTasks = JobTasks(rows: [])
        jobTasks.taskCounts = TaskCounts([])
        tasks[job.id] = jobTasks
        clientJobs[job.id] = ClientJob(owner: owner, generation: 0)
        jobs.append(job)
        return (job.id, jobs.count - 1)
    }

    /// Removes the newest job, as if it had never been created.
    mutating func discardJob(_ id: UInt32) {
        guard jobs.last?.id == id else { return }
        jobs.removeLast()
        clientTaskRows -= tasks[id]?.rows.count ?? 0
        clientTextBytes -= clientJobs[id]?.bytes ?? 0
        tasks[id] = nil
        clientJobs[id] = nil
        nextJobId = id
    }

    /// Sets properties of a client job.
    ///
    /// - Throws: 400 for a job template that does not exist, or too many different node groups.
    mutating func set(_ settings: [JobProperty: String], ofJobAt position: Int) throws(APIError) {
        var job = jobs[position]
        var rest = settings
        if let text = rest.removeValue(forKey: .jobTemplate) {
            let wanted = text.lowercased()
            guard let template = templates.firstIndex(where: { $0.lowercased() == wanted })
            else { throw .badRequest("The job template '\(text)' does not exist.") }
            job.template = UInt8(template)
        }
        if let text = rest.removeValue(forKey: .nodeGroups) {
            guard groupLists.texts.count < Self.maxGroupTexts || groupLists.contains(text) else {
                throw .badRequest("There are too many different lists of node groups.")
            }
            job.groups = UInt16(groupListPosition(of: text))
        }
        if let text = rest.removeValue(forKey: .runUntilCanceled) {
            job.runsUntilCanceled = text == "True"
        }
        let queued = job.state == .queued
        if queued { dequeue(job) }
        if let text = rest.removeValue(forKey: .priority) {
            let names = ["Lowest", "BelowNormal", "Normal", "AboveNormal", "Highest"]
            job.expandedPriority = UInt16(1000 * (names.firstIndex(of: text) ?? 2))
        }
        if let text = rest.removeValue(forKey: .expandedPriority), let number = UInt16(text) {
            job.expandedPriority = number
        }
        job.changeTime = now
        jobs[position] = job
        if queued { enqueue(job) }
        let before = clientJobs[job.id]?.bytes ?? 0
        clientJobs[job.id]?.set(rest)
        clientTextBytes += (clientJobs[job.id]?.bytes ?? 0) - before
        if let hold = rest[.holdUntil].flatMap({ UInt32($0) }), hold > now {
            events.schedule(.placement, at: hold)
        }
        schedulePlacement()
    }

    /// The most client jobs, and the most rows of theirs.
    static let maxClientJobs = 100_000
    static let maxClientTaskRows = 2_000_000
    /// The size of their texts in bytes from which on writes are refused.
    static let maxClientTextBytes = 256 << 20
    /// The most distinct `NodeGroups` texts.
    static let maxGroupTexts = 20_000
}
