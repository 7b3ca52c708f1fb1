/// The queue, and the cores that its jobs get.
extension Cluster {
    /// Adds a job to the queue, behind those with a higher priority and those submitted earlier with the
    /// same.
    mutating func enqueue(_ job: Job) {
        queue.insert(job.id, at: queuePosition(of: job))
    }

    mutating func dequeue(_ job: Job) {
        if let position = queue.firstIndex(of: job.id) { queue.remove(at: position) }
    }

    private func queuePosition(of job: Job) -> Int {
        func rank(_ job: Job) -> (UInt16, UInt32, UInt32) {
            (job.expandedPriority, .max - job.submitTime, .max - job.id)
        }
        let wanted = rank(job)
        return queue.partitioningIndex { other in self.job(other).map { rank($0) < wanted } ?? true
        }
    }

    /// Schedules one pass over the queue in the next second.
    mutating func schedulePlacement() {
        guard !isPlacementScheduled else { return }
        isPlacementScheduled = true
        events.schedule(.placement, at: now + 1)
    }

    /// Starts the queued jobs that fit; smaller ones overtake a job that does not fit (backfill).
    mutating func placeQueuedJobs() {
        var misses = 0
        // The smallest demand that did not fit, by `NodeGroups` text and unit.
        var refused: [UInt32: UInt16] = [:]
        for id in queue {
            guard misses < 50, let position = position(ofJob: id) else { break }
            var job = jobs[position]
            guard !isHeld(job) else { continue }
            if clientJobs[id]?.demand != nil {
                if !startClientJob(jobAt: position) { misses += 1 }
                continue
            }
            let kind = UInt32(job.groups) << 8 | UInt32(job.unit.rawValue)
            if let least = refused[kind], job.minUnits >= least { continue }
            if let shares = freeShares(for: job) {
                if clientJobs[id] != nil {
                    let slots = shares.reduce(0) { $0 + $1.cores }
                    start(jobAt: position, on: shares, slots: slots)
                    continue
                }
                start(&job, on: shares, at: now)
                jobs[position] = job
            } else {
                misses += 1
                refused[kind] = job.minUnits
            }
        }
    }

    /// Returns as many free cores as `job` can use, or `nil` when there are fewer than it needs.
    mutating func freeShares(for job: Job) -> [JobTasks.Share]? {
        let allowed = placements[Int(job.groups)].nodes
        guard !allowed.isEmpty else { return nil }
        var missing = Int(job.maxUnits)
        var shares: [JobTasks.Share] = []
        nextNode &+= 7
        let first = nextNode % allowed.count
        for offset in allowed.indices {
            let turned = first + offset
            let node = allowed[turned < allowed.count ? turned : turned - allowed.count]
            guard freeCores[node] > 0 else { continue }
            let perUnit = cores(inOne: job.unit, of: nodes[node])
            let units = min(missing, Int(freeCores[node]) / perUnit)
            guard units > 0 else { continue }
            shares.append(JobTasks.Share(node: node, cores: units * perUnit))
            missing -= units
            if missing == 0 { break }
        }
        return Int(job.maxUnits) - missing >= Int(job.minUnits) ? shares : nil
    }

    /// Releases the cores that a job holds.
    mutating func releaseCores(of id: UInt32) {
        guard let jobTasks = tasks[id], jobTasks.holdsCores else { return }
        tasks[id]?.holdsCores = false
        release(jobTasks.allocation)
    }

    /// Allocates cores to a job that leaves the queue.
    mutating func hold(_ shares: [JobTasks.Share]) {
        for share in shares {
            nodes[share.node].coresInUse += share.cores
            updateFreeCores(ofNode: share.node)
        }
    }

    /// Releases cores; a draining node without any work goes offline.
    mutating func release(_ shares: [JobTasks.Share]) {
        for share in shares {
            nodes[share.node].coresInUse -= share.cores
            if nodes[share.node].state == .draining, nodes[share.node].coresInUse == 0 {
                setState(.offline, ofNode: share.node)
            }
            updateFreeCores(ofNode: share.node)
        }
        schedulePlacement()
    }

    mutating func updateFreeCores(ofNode position: Int) {
        let node = nodes[position]
        freeCores[position] = node.takesJobs ? Int32(node.cores - node.coresInUse) : 0
    }
}
