/// Consistency checks of the cluster, which the tests run after many steps.
extension Cluster {
    /// Returns every inconsistency as a sentence.
    func violations() -> [String] {
        var found = auditJobs() + auditNodes()
        let queued = jobs.filter { $0.state == .queued }.map(\.id)
        let rows = clientJobs.keys.reduce(0) { $0 + (tasks[$1]?.rows.count ?? 0) }
        let stale = clientJobs.isEmpty ? 0 : events.count { isStale($0) }
        if stale > 2 * EventQueue.minPruneThreshold, stale > 3 * (events.count - stale) {
            found.append("\(stale) of \(events.count) events are stale")
        }
        let bytes = clientJobs.values.reduce(0) { $0 + $1.bytes }
        if bytes != clientTextBytes {
            found.append("\(clientTextBytes) bytes of text are \(bytes)")
        }
        if rows != clientTaskRows {
            found.append("\(clientTaskRows) rows of client jobs are \(rows)")
        }
        if Set(queued) != Set(queue) || queued.count != queue.count {
            found.append("the queue holds \(queue.count) jobs, \(queued.count) are Queued")
        }
        return found
    }

    private func auditNodes() -> [String] {
        var held = [Int](repeating: 0, count: nodes.count)
        for jobTasks in tasks.values where jobTasks.holdsCores {
            for share in jobTasks.allocation { held[share.node] += share.cores }
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

    /// Compares what is kept beside the rows of a client job with the rows.
    private func auditClientJob(_ jobTasks: JobTasks, _ clientJob: ClientJob) -> [String] {
        guard let taskCounts = jobTasks.taskCounts else { return ["no task counts are kept"] }
        let fresh = TaskCounts(jobTasks.rows[...])
        var found: [String] = []
        if taskCounts.main != fresh.main { found.append("the task counts are \(taskCounts.main)") }
        for (task, sweep) in fresh.sweeps where taskCounts.sweeps[task]?.counts != sweep.counts {
            found.append("the task counts of sweep \(task) are wrong")
        }
        let used = jobTasks.rows.reduce(0) { used, row in
            row.state.isOnNode && row.kind != .sweepMaster ? used + clientJob.weight(of: row) : used
        }
        if used != jobTasks.slotsInUse {
            found.append("\(jobTasks.slotsInUse) units run, not \(used)")
        }
        let missed = jobTasks.rows.prefix(jobTasks.nextRow).contains {
            $0.isMain && $0.state == .queued
        }
        if missed { found.append("a queued task is passed over") }
        return found
    }

    private func audit(_ job: Job) -> [String] {
        var found: [String] = []
        let jobTasks = tasks(of: job)
        if let clientJob = clientJobs[job.id] { found += auditClientJob(jobTasks, clientJob) }
        let times = [job.createTime, job.submitTime, job.startTime, job.endTime].filter { $0 > 0 }
        if times != times.sorted() { found.append("times \(times) are out of order") }
        if job.changeTime > now || job.changeTime < times.last ?? 0 {
            found.append("changed at \(job.changeTime), after \(times) and before \(now)")
        }
        if job.state.isTerminal != (job.endTime != 0) { found.append("ends at \(job.endTime)") }
        let runs = job.state == .running || job.state == .finishing
        if runs, job.startTime == 0 { found.append("never started") }
        let mayHold = runs || job.state == .canceling
        if jobTasks.holdsCores != mayHold { found.append("holds cores: \(jobTasks.holdsCores)") }
        for row in jobTasks.rows {
            if row.state.isTerminal != (row.endTime != 0) {
                found.append(
                    "task \(row.id).\(row.instance) \(row.state.name) ends at \(row.endTime)"
                )
            }
            if row.changeTime > now { found.append("task \(row.id) changes in the future") }
            if row.state.isOnNode, !mayHold { found.append("task \(row.id) is \(row.state.name)") }
            // Only a client moves a task of an ended job back to Configuring.
            let isLeft = row.state == .configuring && clientJobs[job.id] != nil
            if job.state.isTerminal, !row.state.isTerminal, !isLeft {
                found.append("task \(row.id).\(row.instance) is still \(row.state.name)")
            }
        }
        return found
    }
}
