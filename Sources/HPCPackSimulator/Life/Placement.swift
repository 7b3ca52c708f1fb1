/// Which queued job starts next, and on which cores.
extension Cluster {
    /// Puts a job in line: higher priority first, then the earlier submission.
    mutating func enqueue(_ job: Job) {
        queue.insert(job.id, at: queuePosition(of: job))
    }

    mutating func dequeue(_ job: Job) {
        if let position = queue.firstIndex(of: job.id) { queue.remove(at: position) }
    }

    private func queuePosition(of job: Job) -> Int {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            guard let other = self.job(queue[middle]) else { return middle }
            let isLater =
                (other.expandedPriority, UInt32.max - other.submitTime, UInt32.max - other.id)
                < (job.expandedPriority, UInt32.max - job.submitTime, UInt32.max - job.id)
            if isLater { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Asks for one look at the queue within this second.
    mutating func planPlacement() {
        guard !isPlacementPlanned else { return }
        isPlacementPlanned = true
        events.schedule(.placement, at: now + 1)
    }

    /// Starts what fits.
    ///
    /// A job that does not fit lets smaller ones behind it go first (backfill).
    mutating func placeQueuedJobs() {
        var misses = 0
        // The fewest cores that were refused so far, by `NodeGroups` text.
        var refused: [UInt16: UInt16] = [:]
        for id in queue {
            guard misses < 50, let position = position(ofJob: id) else { break }
            var job = jobs[position]
            if driven[id]?.demand != nil {
                if !startDriven(jobAt: position) { misses += 1 }
                continue
            }
            if let least = refused[job.groups], job.minCores >= least { continue }
            if let shares = freeShares(for: job) {
                if driven[id] != nil {
                    let slots = shares.reduce(0) { $0 + $1.cores }
                    start(jobAt: position, on: shares, slots: slots)
                    continue
                }
                start(&job, on: shares, at: now)
                jobs[position] = job
            } else {
                misses += 1
                refused[job.groups] = job.minCores
            }
        }
    }

    /// Free cores for `job`: as many as it can use, or nil when there are fewer than it needs.
    mutating func freeShares(for job: Job) -> [JobTasks.Share]? {
        let allowed = placements[Int(job.groups)].nodes
        guard !allowed.isEmpty else { return nil }
        var missing = Int(job.maxCores)
        var shares: [JobTasks.Share] = []
        nextNode &+= 7
        let first = nextNode % allowed.count
        for offset in allowed.indices {
            let turned = first + offset
            let node = allowed[turned < allowed.count ? turned : turned - allowed.count]
            guard freeCores[node] > 0 else { continue }
            let cores = min(missing, Int(freeCores[node]))
            shares.append(JobTasks.Share(node: node, cores: cores))
            missing -= cores
            if missing == 0 { break }
        }
        return Int(job.maxCores) - missing >= Int(job.minCores) ? shares : nil
    }

    /// Gives back what a job holds; a draining node that nobody uses any more goes offline.
    mutating func releaseCores(of id: UInt32) {
        guard let block = tasks[id], block.holdsCores else { return }
        tasks[id]?.holdsCores = false
        release(block.allocation)
    }

    /// Takes cores for a job that leaves the queue.
    mutating func hold(_ shares: [JobTasks.Share]) {
        for share in shares {
            nodes[share.node].coresInUse += share.cores
            updateFreeCores(ofNode: share.node)
        }
    }

    mutating func release(_ shares: [JobTasks.Share]) {
        for share in shares {
            nodes[share.node].coresInUse -= share.cores
            if nodes[share.node].state == .draining, nodes[share.node].coresInUse == 0 {
                setState(.offline, ofNode: share.node)
            }
            updateFreeCores(ofNode: share.node)
        }
        planPlacement()
    }

    mutating func updateFreeCores(ofNode position: Int) {
        let node = nodes[position]
        freeCores[position] = node.takesJobs ? Int32(node.cores - node.coresInUse) : 0
    }
}
