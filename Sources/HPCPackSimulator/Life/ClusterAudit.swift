/// Checks that the cluster does not contradict itself; the tests run it after many advances.
extension Cluster {
    /// What is wrong, in sentences; empty when all is well.
    func violations() -> [String] {
        var found = auditJobs() + auditNodes()
        let queued = jobs.filter { $0.state == .queued }.map(\.id)
        let rows = driven.keys.reduce(0) { $0 + (tasks[$1]?.rows.count ?? 0) }
        let void = driven.isEmpty ? 0 : events.count { isVoid($0) }
        if void > 2 * EventQueue.smallCrowd, void > 3 * (events.count - void) {
            found.append("\(void) of \(events.count) events are void")
        }
        let bytes = driven.values.reduce(0) { $0 + $1.bytes }
        if bytes != drivenBytes { found.append("\(drivenBytes) bytes of text are \(bytes)") }
        if rows != drivenRows { found.append("\(drivenRows) driven rows are \(rows)") }
        if Set(queued) != Set(queue) || queued.count != queue.count {
            found.append("the queue holds \(queue.count) jobs, \(queued.count) are Queued")
        }
        return found
    }

    private func auditNodes() -> [String] {
        var held = [Int](repeating: 0, count: nodes.count)
        for block in tasks.values where block.holdsCores {
            for share in block.allocation { held[share.node] += share.cores }
        }
        return nodes.indices.compactMap { position in
            let node = nodes[position]
            let free = node.takesJobs ? node.cores - node.coresInUse : 0
            if held[position] != node.coresInUse || node.coresInUse > node.cores {
                return "\(node.name) counts \(node.coresInUse) of \(node.cores) cores in use, "
                    + "jobs hold \(held[position])"
            }
            if Int(freeCores[position]) != free {
                return "\(node.name) offers \(freeCores[position]) cores, \(free) are free"
            }
            return node.state == .draining && node.coresInUse == 0
                ? "\(node.name) is Draining without work" : nil
        }
    }

    private func auditJobs() -> [String] {
        var found: [String] = []
        var last: UInt32 = 0
        for job in jobs {
            if job.id <= last { found.append("job \(job.id) comes after \(last)") }
            last = job.id
            found += audit(job).map { "job \(job.id), \(job.state.name): \($0)" }
        }
        return found
    }

    /// What is kept beside the rows of driven jobs must say the same as the rows.
    private func auditDriven(_ block: JobTasks, _ notes: DrivenJob) -> [String] {
        guard let census = block.census else { return ["no census is kept"] }
        let fresh = TaskCensus(block.rows)
        var found: [String] = []
        if census.main != fresh.main { found.append("the census is \(census.main)") }
        for (task, sweep) in fresh.sweeps where census.sweeps[task]?.counts != sweep.counts {
            found.append("the census of sweep \(task) is wrong")
        }
        let used = block.rows.reduce(0) { used, row in
            row.state.isOnNode && row.kind != .sweepMaster ? used + notes.weight(of: row) : used
        }
        if used != block.running { found.append("\(block.running) units run, not \(used)") }
        let missed = block.rows.prefix(block.nextRow).contains { $0.isMain && $0.state == .queued }
        if missed { found.append("a queued task is passed over") }
        return found
    }

    private func audit(_ job: Job) -> [String] {
        var found: [String] = []
        let block = tasks(of: job)
        if let notes = driven[job.id] { found += auditDriven(block, notes) }
        let times = [job.createTime, job.submitTime, job.startTime, job.endTime].filter { $0 > 0 }
        if times != times.sorted() { found.append("times \(times) are out of order") }
        if job.changeTime > now || job.changeTime < times.last ?? 0 {
            found.append("changed at \(job.changeTime), after \(times) and before \(now)")
        }
        if job.state.isTerminal != (job.endTime != 0) { found.append("ends at \(job.endTime)") }
        let runs = job.state == .running || job.state == .finishing
        if runs, job.startTime == 0 { found.append("never started") }
        let mayHold = runs || job.state == .canceling
        if block.holdsCores != mayHold { found.append("holds cores: \(block.holdsCores)") }
        for row in block.rows {
            if row.state.isTerminal != (row.endTime != 0) {
                found.append(
                    "task \(row.id).\(row.instance) \(row.state.name) ends at \(row.endTime)"
                )
            }
            if row.changeTime > now { found.append("task \(row.id) changes in the future") }
            if row.state.isOnNode, !mayHold { found.append("task \(row.id) is \(row.state.name)") }
            // Only a client puts a task of an ended job back to Configuring.
            let isLeft = row.state == .configuring && driven[job.id] != nil
            if job.state.isTerminal, !row.state.isTerminal, !isLeft {
                found.append("task \(row.id).\(row.instance) is still \(row.state.name)")
            }
        }
        return found
    }
}
