/// Nodes that are drained, lost and brought back.
extension Cluster {
    /// Changes the state of a node; one that is drained without any work goes offline at once.
    mutating func setState(_ state: NodeState, ofNode position: Int) {
        let isIdle = nodes[position].coresInUse == 0
        nodes[position].state = state == .draining && isIdle ? .offline : state
        switch nodes[position].state {
        case .online: nodes[position].onlineTime = now
        case .offline: nodes[position].offlineTime = now
        case .draining: break
        }
        updateFreeCores(ofNode: position)
    }

    /// Drains, disconnects or stops a random node that is in order, the head node excepted.
    mutating func nodeIncident() {
        let mean = workload.incidentSeconds
        events.schedule(.nodeIncident, at: now + UInt32(1 + random.below(2 * mean)))
        let position = 1 + random.below(nodes.count - 1)
        guard nodes[position].state == .online, nodes[position].isReachable else { return }
        let back = now + UInt32(300 + random.below(6900))
        switch random.below(4) {
        case 0, 1: setState(.draining, ofNode: position)
        case 2:
            nodes[position].isReachable = false
            updateFreeCores(ofNode: position)
            loseJobs(onNode: position)
        default:
            loseJobs(onNode: position)
            setState(.offline, ofNode: position)
            // A virtual machine of Azure is given back; of the others most stay on.
            let location = nodes[position].location
            let isGone = location == .azure || location == .azureVM || random.chance(250)
            nodes[position].isReachable = !isGone
        }
        scheduleReturn(ofNode: position, at: back)
    }

    /// Lets a node come back from an incident.
    mutating func scheduleReturn(ofNode position: Int, at time: UInt32) {
        nodes[position].returnTime = time
        events.schedule(.nodeReturns, at: time, subject: UInt32(position))
    }

    /// Brings a node back, or tries again later while it is still draining.
    mutating func nodeReturns(_ position: Int) {
        guard nodes[position].state != .draining else {
            scheduleReturn(ofNode: position, at: now + 900)
            return
        }
        nodes[position].returnTime = 0
        nodes[position].isReachable = true
        if nodes[position].state == .offline { setState(.online, ofNode: position) }
        updateFreeCores(ofNode: position)
        schedulePlacement()
    }

    /// Fails or requeues the jobs that ran on a lost node.
    private mutating func loseJobs(onNode lost: Int) {
        guard nodes[lost].coresInUse > 0 else { return }
        let hit = tasks.filter { entry in
            entry.value.holdsCores && entry.value.allocation.contains { $0.node == lost }
        }
        for id in hit.keys.sorted() {
            guard let position = position(ofJob: id) else { continue }
            // Jobs that are finishing or being canceled end all the same.
            guard jobs[position].state == .running else { continue }
            if clientJobs[id] != nil {
                updateClientJob(at: position) { $0.loseNode() }
                continue
            }
            if random.chance(500) {
                requeue(jobAt: position)
            } else {
                fail(jobAt: position)
            }
        }
    }

    private mutating func fail(jobAt position: Int) {
        var job = jobs[position]
        job.failure = .nodeUnreachable
        if var jobTasks = tasks.removeValue(forKey: job.id) {
            for index in jobTasks.rows.indices where !jobTasks.rows[index].state.isTerminal {
                let wasRunning = jobTasks.rows[index].state.isOnNode
                jobTasks.rows[index].move(to: wasRunning ? .failed : .canceled, at: now)
                jobTasks.rows[index].failure = .nodeUnreachable
                if wasRunning { jobTasks.rows[index].exitCode = -1 }
            }
            tasks[job.id] = jobTasks
        }
        refreshMasters(of: job.id)
        end(&job, in: .failed)
        jobs[position] = job
    }
}
