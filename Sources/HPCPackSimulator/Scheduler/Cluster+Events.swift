/// The passing of time: the events of the cluster, one after the other.
extension Cluster {
    /// Advances simulated time to `time`, in Unix seconds; a time in the past changes nothing.
    ///
    /// Every event up to and including that second has then happened, so that no later change has an earlier
    /// ChangeTime. It makes no difference whether a span is passed in one call or in several.
    mutating func advance(to time: UInt32) {
        while true {
            let arrival = nextArrival == 0 ? UInt32.max : UInt32(nextArrival / 1_000_000)
            let event = events.nextTime ?? .max
            guard min(arrival, event) <= time else { break }
            if arrival < event {
                now = max(now, arrival)
                arrive()
            } else if let event = events.popFirst() {
                now = max(now, event.time)
                handle(event)
            }
        }
        now = max(now, time)
    }

    /// Schedules what recurs: arrivals of jobs, incidents on nodes, purges.
    mutating func scheduleRecurringEvents() {
        if workload.arrivalMicroseconds > 0 {
            nextArrival = UInt64(now) * 1_000_000
            scheduleArrival()
        }
        if nodes.count > 1 {
            events.schedule(.nodeIncident, at: now + UInt32(workload.incidentSeconds))
        }
        events.schedule(.purge, at: now + 600)
        schedulePlacement()
    }

    private mutating func scheduleArrival() {
        nextArrival += 1 + random.next() % (2 * workload.arrivalMicroseconds)
    }

    /// Creates a seeded job, and schedules the next.
    private mutating func arrive() {
        scheduleArrival()
        guard queue.count < workload.queueLimit else { return }
        var job = draftJob(id: nextJobId, createTime: now)
        nextJobId += random.chance(20) ? 2 : 1
        if isHeldByOwner(job: Int(job.id)) { job.holdUntil = now + holdSeconds(ofJob: Int(job.id)) }
        record(.created, job)
        begin(&job, in: .configuring)
        jobs.append(job)
    }

    private mutating func handle(_ event: EventQueue.Event) {
        switch event.kind {
        case .placement:
            isPlacementScheduled = false
            placeQueuedJobs()
        case .nodeIncident: nodeIncident()
        case .nodeReturns: nodeReturns(Int(event.subject))
        case .purge:
            purge()
            events.schedule(.purge, at: now + 600)
        case .jobStep, .jobCancel, .jobRequeue, .taskRuns, .taskEnds, .jobExpires, .taskStops:
            guard let position = position(ofJob: event.subject),
                generation(of: jobs[position]) == event.generation
            else { return }
            if clientJobs[event.subject] != nil {
                handleClientJobEvent(event, at: position)
                return
            }
            switch event.kind {
            case .jobStep: step(jobAt: position)
            case .jobCancel: cancel(jobAt: position)
            case .jobRequeue: requeue(jobAt: position)
            case .taskRuns: taskRuns(row: Int(event.row), ofJobAt: position)
            default: taskEnds(row: Int(event.row), ofJobAt: position)
            }
        }
    }

    /// Schedules an event of a seeded job.
    mutating func schedule(_ kind: EventQueue.Kind, of job: Job, after seconds: Int, row: Int = 0) {
        events.schedule(
            kind,
            at: now + UInt32(max(1, seconds)),
            subject: job.id,
            row: UInt32(row),
            generation: UInt32(job.generation)
        )
    }

    /// Records a step of a job in the event log.
    mutating func record(_ kind: EventLog.Kind, _ job: Job, at time: UInt32? = nil) {
        log.record(kind, job, groups: groupLists.texts[Int(job.groups)], at: time ?? now)
    }

    private mutating func remove(_ id: UInt32) {
        if let clientJob = clientJobs.removeValue(forKey: id) {
            clientTextBytes -= clientJob.bytes
            clientTaskRows -= tasks[id]?.rows.count ?? 0
        }
        tasks[id] = nil
    }

    /// Returns how often the job has been interrupted.
    func generation(of job: Job) -> UInt32 {
        clientJobs[job.id]?.generation ?? UInt32(job.generation)
    }

    /// Removes jobs that ended longer ago than the retention time (docs/hpcpack-api.md#jobs-are-purged).
    private mutating func purge() {
        let retention = UInt32(workload.retentionSeconds)
        guard now > retention else { return }
        let oldest = now - retention
        func isOver(_ job: Job) -> Bool { job.state.isTerminal && job.endTime < oldest }
        for job in jobs where isOver(job) {
            record(.purged, job)
            remove(job.id)
        }
        jobs.removeAll(where: isOver)
    }
}
