/// Time passing: the events of the cluster, one after the other.
extension Cluster {
    /// Lets simulated time pass until `time`, in Unix seconds; a time in the past changes nothing.
    ///
    /// Every event up to and including that second has then happened, so that no later change
    /// carries an earlier ChangeTime. How the way is cut into calls makes no difference.
    mutating func advance(to time: UInt32) {
        while true {
            let arrival = nextArrival == 0 ? UInt32.max : UInt32(nextArrival / 1_000_000)
            let event = events.nextTime ?? .max
            guard min(arrival, event) <= time else { break }
            if arrival < event {
                now = max(now, arrival)
                arrive()
            } else if let event = events.next() {
                now = max(now, event.time)
                handle(event)
            }
        }
        now = max(now, time)
    }

    /// Plans what goes on for ever: arrivals, incidents, purges.
    mutating func planLife() {
        if workload.arrivalMicroseconds > 0 {
            nextArrival = UInt64(now) * 1_000_000
            planArrival()
        }
        if nodes.count > 1 {
            events.schedule(.nodeIncident, at: now + UInt32(workload.incidentSeconds))
        }
        events.schedule(.purge, at: now + 600)
        planPlacement()
    }

    private mutating func planArrival() {
        nextArrival += 1 + random.next() % (2 * workload.arrivalMicroseconds)
    }

    private mutating func arrive() {
        planArrival()
        guard queue.count < workload.queueLimit else { return }
        var job = draftJob(id: nextJobId, createTime: now)
        nextJobId += random.chance(20) ? 2 : 1
        log.note(.created, job, groups: groupLists.texts[Int(job.groups)], at: now)
        begin(&job, in: .configuring)
        jobs.append(job)
    }

    private mutating func handle(_ event: EventQueue.Event) {
        switch event.kind {
        case .placement:
            isPlacementPlanned = false
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
            if driven[event.subject] != nil {
                drive(event, jobAt: position)
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

    private mutating func forget(_ id: UInt32) {
        if let notes = driven.removeValue(forKey: id) {
            drivenBytes -= notes.bytes
            drivenRows -= tasks[id]?.rows.count ?? 0
        }
        tasks[id] = nil
    }

    /// The job's interruptions so far.
    func generation(of job: Job) -> UInt32 {
        driven[job.id]?.generation ?? UInt32(job.generation)
    }

    /// Drops terminal jobs that have been kept long enough (FACTS: after five days by default).
    private mutating func purge() {
        let retention = UInt32(workload.retentionSeconds)
        guard now > retention else { return }
        let oldest = now - retention
        var dropped: [UInt32] = []
        jobs.removeAll { job in
            guard job.state.isTerminal, job.endTime < oldest else { return false }
            dropped.append(job.id)
            log.note(.purged, job, groups: groupLists.texts[Int(job.groups)], at: now)
            return true
        }
        for id in dropped { forget(id) }
    }
}
