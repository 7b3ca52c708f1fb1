/// Tasks on the cores of their running job: preparation first, clean-up last.
extension Cluster {
    /// Starts a queued job on `shares` and dispatches its first tasks.
    mutating func start(_ job: inout Job, on shares: [JobTasks.Share], at time: UInt32) {
        dequeue(job)
        hold(shares)
        tasks[job.id]?.allocation = shares
        tasks[job.id]?.holdsCores = true
        job.generation &+= 1
        job.move(to: .running, at: time)
        job.startTime = time
        log.note(.started, job, groups: groupLists.texts[Int(job.groups)], at: time)
        if job.outcome == .cancel {
            events.schedule(
                .jobCancel,
                at: now + max(1, job.plannedSeconds / 2),
                subject: job.id,
                generation: UInt32(job.generation)
            )
        }
        dispatch(&job, at: time)
    }

    /// Dispatches as many rows as the job's cores allow, and lets it finish when none is left.
    private mutating func dispatch(_ job: inout Job, at time: UInt32) {
        guard var block = tasks.removeValue(forKey: job.id) else { return }
        defer { tasks[job.id] = block }
        let mainRows = block.rows.count { $0.isMain }
        let slots = max(1, block.coresAllocated)
        if let index = block.rows.firstIndex(where: { $0.kind == .nodePrep && $0.state == .queued })
        {
            launch(index, in: &block, of: job, slots: slots, mainRows: mainRows, at: time)
            return
        }
        guard !block.rows.contains(where: { $0.kind == .nodePrep && !$0.state.isTerminal }) else {
            return
        }
        while block.running < slots, block.nextRow < block.rows.count {
            let row = block.rows[block.nextRow]
            if row.isMain, row.state == .queued {
                launch(
                    block.nextRow,
                    in: &block,
                    of: job,
                    slots: slots,
                    mainRows: mainRows,
                    at: time
                )
                if row.kind == .sweepInstance { block.refreshMaster(of: row.id, at: time) }
            }
            block.nextRow += 1
        }
        guard block.running == 0 else { return }
        if let index = block.rows.firstIndex(where: {
            $0.kind == .nodeRelease && $0.state == .queued
        }) {
            launch(index, in: &block, of: job, slots: slots, mainRows: mainRows, at: time)
            return
        }
        job.move(to: .finishing, at: time)
        events.schedule(
            .jobStep,
            at: now + UInt32(1 + draws.below(4, .jobTimes, Int(job.id), 10)),
            subject: job.id,
            generation: UInt32(job.generation)
        )
    }

    private mutating func launch(
        _ index: Int,
        in block: inout JobTasks,
        of job: Job,
        slots: Int,
        mainRows: Int,
        at time: UInt32
    ) {
        block.rows[index].move(to: .dispatching, at: time)
        block.running += 1
        if !block.allocation.isEmpty {
            block.rows[index].node = Int32(block.allocation[index % block.allocation.count].node)
        }
        let row = block.rows[index]
        let seconds = plan.seconds(of: row, in: job, mainRows: mainRows, slots: slots)
        if time < now {
            block.rows[index].move(to: .running, at: time)
        } else {
            events.schedule(
                .taskRuns,
                at: now + 1,
                subject: job.id,
                row: UInt32(index),
                generation: UInt32(job.generation)
            )
        }
        events.schedule(
            .taskEnds,
            at: now + 1 + UInt32(seconds),
            subject: job.id,
            row: UInt32(index),
            generation: UInt32(job.generation)
        )
    }

    mutating func taskRuns(row index: Int, ofJobAt position: Int) {
        tasks[jobs[position].id]?.rows[index].move(to: .running, at: now)
    }

    mutating func taskEnds(row index: Int, ofJobAt position: Int) {
        var job = jobs[position]
        guard var block = tasks.removeValue(forKey: job.id) else { return }
        var row = block.rows[index]
        if row.state == .running, draws.chance(125, .taskRun, Int(job.id), -100 - index) {
            block.rows[index].move(to: .finishing, at: now)
            tasks[job.id] = block
            events.schedule(
                .taskEnds,
                at: now + 1,
                subject: job.id,
                row: UInt32(index),
                generation: UInt32(job.generation)
            )
            return
        }
        if row.isMain {
            let mainIndex = block.rows[..<index].count { $0.isMain }
            let mainRows = block.rows.count { $0.isMain }
            row.exitCode = plan.exitCode(of: row, in: job, mainIndex: mainIndex, mainRows: mainRows)
        }
        row.move(to: row.exitCode == 0 ? .finished : .failed, at: now)
        if row.exitCode != 0 { row.failure = .exitCode }
        block.rows[index] = row
        block.running -= 1
        if row.kind == .sweepInstance { block.refreshMaster(of: row.id, at: now) }
        tasks[job.id] = block
        guard job.state == .running else { return }
        dispatch(&job, at: now)
        jobs[position] = job
    }
}
