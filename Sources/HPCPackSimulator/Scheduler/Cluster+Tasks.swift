/// The tasks of running seeded jobs: node preparation first, node release last.
extension Cluster {
    /// Starts a queued job on `shares`, and dispatches its first tasks.
    mutating func start(_ job: inout Job, on shares: [JobTasks.Share], at time: UInt32) {
        dequeue(job)
        hold(shares)
        tasks[job.id]?.allocation = shares
        tasks[job.id]?.holdsCores = true
        job.generation &+= 1
        job.move(to: .running, at: time)
        job.startTime = time
        record(.started, job, at: time)
        if job.outcome == .cancel {
            schedule(.jobCancel, of: job, after: Int(job.plannedSeconds / 2))
        }
        dispatch(&job, at: time)
    }

    /// Dispatches as many rows as the job's cores allow, and lets it finish when none is left.
    private mutating func dispatch(_ job: inout Job, at time: UInt32) {
        guard var jobTasks = tasks.removeValue(forKey: job.id) else { return }
        defer { tasks[job.id] = jobTasks }
        func firstQueued(_ kind: TaskRow.Kind) -> Int? {
            jobTasks.rows.firstIndex { $0.kind == kind && $0.state == .queued }
        }
        if let index = firstQueued(.nodePrep) {
            return launch(index, in: &jobTasks, of: job, at: time)
        }
        guard !jobTasks.rows.contains(where: { $0.kind == .nodePrep && !$0.state.isTerminal })
        else {
            return
        }
        let slots = max(1, jobTasks.coresAllocated)
        while jobTasks.slotsInUse < slots, jobTasks.nextRow < jobTasks.rows.count {
            let row = jobTasks.rows[jobTasks.nextRow]
            if row.isMain, row.state == .queued {
                launch(jobTasks.nextRow, in: &jobTasks, of: job, at: time)
                if row.kind == .sweepInstance { jobTasks.refreshMaster(of: row.id, at: time) }
            }
            jobTasks.nextRow += 1
        }
        guard jobTasks.slotsInUse == 0 else { return }
        if let index = firstQueued(.nodeRelease) {
            return launch(index, in: &jobTasks, of: job, at: time)
        }
        job.move(to: .finishing, at: time)
        schedule(.jobStep, of: job, after: 1 + draws.below(4, .jobTimes, Int(job.id), 10))
    }

    private mutating func launch(
        _ index: Int,
        in jobTasks: inout JobTasks,
        of job: Job,
        at time: UInt32
    ) {
        jobTasks.rows[index].move(to: .dispatching, at: time)
        jobTasks.slotsInUse += 1
        if !jobTasks.allocation.isEmpty {
            jobTasks.rows[index].node = Int32(
                jobTasks.allocation[index % jobTasks.allocation.count].node
            )
        }
        let seconds = plan.seconds(
            of: jobTasks.rows[index],
            in: job,
            mainRows: jobTasks.rows.count { $0.isMain },
            slots: max(1, jobTasks.coresAllocated)
        )
        if time < now {
            jobTasks.rows[index].move(to: .running, at: time)
        } else {
            schedule(.taskRuns, of: job, after: 1, row: index)
        }
        schedule(.taskEnds, of: job, after: 1 + seconds, row: index)
    }

    mutating func taskRuns(row index: Int, ofJobAt position: Int) {
        tasks[jobs[position].id]?.rows[index].move(to: .running, at: now)
    }

    mutating func taskEnds(row index: Int, ofJobAt position: Int) {
        var job = jobs[position]
        guard var jobTasks = tasks.removeValue(forKey: job.id) else { return }
        var row = jobTasks.rows[index]
        if row.state == .running, draws.chance(125, .taskRun, Int(job.id), -100 - index) {
            jobTasks.rows[index].move(to: .finishing, at: now)
            tasks[job.id] = jobTasks
            schedule(.taskEnds, of: job, after: 1, row: index)
            return
        }
        if row.isMain {
            let mainIndex = jobTasks.rows[..<index].count { $0.isMain }
            let mainRows = jobTasks.rows.count { $0.isMain }
            row.exitCode = plan.exitCode(of: row, in: job, mainIndex: mainIndex, mainRows: mainRows)
        }
        row.move(to: row.exitCode == 0 ? .finished : .failed, at: now)
        if row.exitCode != 0 { row.failure = .exitCode }
        jobTasks.rows[index] = row
        jobTasks.slotsInUse -= 1
        if row.kind == .sweepInstance { jobTasks.refreshMaster(of: row.id, at: now) }
        tasks[job.id] = jobTasks
        guard job.state == .running else { return }
        dispatch(&job, at: now)
        jobs[position] = job
    }
}
