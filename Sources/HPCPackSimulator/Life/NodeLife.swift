/// Nodes drain, vanish and return.
extension Cluster {
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

    /// Something happens to a node that is well; the head node is spared.
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
        }
        events.schedule(.nodeReturns, at: back, subject: UInt32(position))
    }

    /// Brings a node back.
    ///
    /// One that is still draining waits until its work is done.
    mutating func nodeReturns(_ position: Int) {
        guard nodes[position].state != .draining else {
            events.schedule(.nodeReturns, at: now + 900, subject: UInt32(position))
            return
        }
        nodes[position].isReachable = true
        if nodes[position].state == .offline { setState(.online, ofNode: position) }
        updateFreeCores(ofNode: position)
        planPlacement()
    }

    /// Jobs that ran on a lost node fail or go back in line.
    private mutating func loseJobs(onNode lost: Int) {
        guard nodes[lost].coresInUse > 0 else { return }
        let hit = tasks.filter { entry in
            entry.value.holdsCores && entry.value.allocation.contains { $0.node == lost }
        }
        for id in hit.keys.sorted() {
            guard let position = position(ofJob: id) else { continue }
            // What is finishing or being canceled anyway takes its way.
            guard jobs[position].state == .running else { continue }
            if driven[id] != nil {
                drive(jobAt: position) { $0.loseNode() }
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
        if var block = tasks.removeValue(forKey: job.id) {
            for index in block.rows.indices where !block.rows[index].state.isTerminal {
                let wasRunning = block.rows[index].state.isOnNode
                block.rows[index].move(to: wasRunning ? .failed : .canceled, at: now)
                block.rows[index].failure = .nodeUnreachable
                if wasRunning { block.rows[index].exitCode = -1 }
            }
            tasks[job.id] = block
        }
        refreshMasters(of: job.id)
        end(&job, in: .failed)
        jobs[position] = job
    }
}
