/// The jobs that exist when the simulation begins, and the properties of every seeded job.
extension Cluster {
    /// Returns a job as its owner creates it, in Configuring.
    func draftJob(id: UInt32, createTime: UInt32) -> Job {
        let number = Int(id)
        let groups = draws.pick(groupChoices, .jobGroups, number)
        let percent = [20, 40, 60, 80, 100, 120, 160, 220][draws.below(8, .jobShape, number, 1)]
        let placement = placements[groups]
        let cores = max(1, min(workload.meanCores * percent / 100, placement.cores / 2, 20_000))
        let unit: ResourceUnit =
            switch draws.below(100, .jobShape, number, 6) {
            case ..<84: .core
            case ..<95: .socket
            default: .node
            }
        let minUnits =
            switch unit {
            case .core: cores
            case .socket: max(1, min((cores + 7) / 8, placement.sockets / 2))
            case .node: max(1, min((cores + 31) / 32, placement.nodes.count / 8))
            }
        // Whole nodes become free seldom enough that nobody asks for more of them than needed.
        let copies = unit == .node ? 1 : 1 + draws.below(3, .jobShape, number, 2)
        let outcome: Job.Outcome =
            switch draws.below(1000, .jobOutcome, number) {
            case ..<70: .fail
            case ..<110: .cancel
            default: .finish
            }
        return Job(
            id: id,
            createTime: createTime,
            changeTime: createTime,
            plannedSeconds: UInt32(
                workload.spread(
                    mean: workload.meanRunSeconds,
                    draw: draws.value(.jobTimes, number, 1)
                )
            ),
            minUnits: UInt16(minUnits),
            maxUnits: UInt16(minUnits * copies),
            groups: UInt16(groups),
            expandedPriority: [0, 1000, 2000, 2000, 2000, 2000, 2150, 3000, 4000][
                draws.below(9, .jobShape, number, 3)
            ],
            unit: unit,
            state: .configuring,
            previousState: .configuring,
            template: UInt8(max(0, draws.below(10, .jobShape, number, 4) - 6)),
            outcome: outcome,
            runsUntilCanceled: draws.chance(20, .jobShape, number, 5)
        )
    }

    /// Adds `count` jobs, created evenly over the retention time until now.
    mutating func makeJobs(count: Int) {
        jobs.reserveCapacity(count + count / 8)
        let retention = UInt64(workload.retentionSeconds)
        for index in 0..<count {
            if draws.chance(20, .jobTimes, index, 3) { nextJobId += 1 }
            let age = retention * UInt64(count - index) / UInt64(count)
            var job = draftJob(id: nextJobId, createTime: now - UInt32(age))
            nextJobId += 1
            setInitialState(of: &job, at: index, of: count)
            jobs.append(job)
        }
        for index in nodes.indices { setInitialCondition(ofNode: index) }
        // Transient states, so that a frozen cluster shows them too.
        let running = jobs.indices.filter { jobs[$0].state == .running }
        guard running.count >= 4 else { return }
        cancel(jobAt: running[1])
        finishEarly(jobAt: running[2])
    }

    /// Moves a running job into Finishing, as if its last task had just ended.
    private mutating func finishEarly(jobAt position: Int) {
        let id = jobs[position].id
        moveTasks(of: id, at: now, from: [.queued, .dispatching, .running], to: .finished)
        jobs[position].generation &+= 1
        jobs[position].move(to: .finishing, at: now)
        schedule(.jobStep, of: jobs[position], after: 2)
    }

    /// Gives a job the state that follows from its age.
    private mutating func setInitialState(of job: inout Job, at index: Int, of count: Int) {
        let id = Int(job.id)
        if let state = Self.latestStates[count - 1 - index], count >= 2 * Self.latestStates.count {
            if count - 1 - index == Self.heldAge { job.holdUntil = now + holdSeconds(ofJob: id) }
            begin(&job, in: state)
            return
        }
        // A few more jobs run whatever the cores in use.
        if count - 1 - index < Self.latestStates.count + min(12, count / 10) {
            begin(&job, in: .queued)
            if let shares = freeShares(for: job) {
                start(&job, on: shares, at: max(job.createTime + 2, job.submitTime))
            }
            return
        }
        let wait = workload.spread(mean: 240, draw: draws.value(.jobTimes, id, 2))
        job.submitTime = job.createTime + UInt32(draws.below(30, .jobTimes, id, 4))
        let begun = Int(job.submitTime) + 2 + wait
        let neverStarts = job.outcome == .cancel && id % 3 == 0
        let run =
            job.outcome == .cancel ? max(1, Int(job.plannedSeconds) / 2) : Int(job.plannedSeconds)
        let end = neverStarts ? begun : begun + run
        guard end > Int(now) else {
            job.startTime = neverStarts ? 0 : UInt32(begun)
            job.endTime = UInt32(end)
            job.changeTime = job.endTime
            job.requeueCount = draws.chance(20, .jobDetails, id, 1) ? 1 : 0
            (job.state, job.previousState, job.failure) =
                switch job.outcome {
                case .finish: (.finished, .finishing, .none)
                case .fail: (.failed, .finishing, .taskFailed)
                case .cancel: (.canceled, neverStarts ? .queued : .canceling, .canceledByUser)
                }
            return
        }
        job.submitTime = min(job.submitTime, now)
        // The rest of a long run; the job is queued until there are cores for it.
        if begun <= Int(now), !neverStarts {
            job.plannedSeconds = max(10, UInt32(end) - now)
        }
        if begun > Int(now), isHeldByOwner(job: id) {
            job.holdUntil = now + holdSeconds(ofJob: id)
        }
        begin(&job, in: .queued)
        guard begun <= Int(now), !neverStarts, let shares = freeShares(for: job) else { return }
        start(&job, on: shares, at: UInt32(begun))
    }

    /// Whether the owner of a job that is not submitted yet, or has just been, sets `HoldUntil`.
    func isHeldByOwner(job id: Int) -> Bool { draws.chance(40, .jobHold, id) }

    /// Returns how long the owner of a job holds it: from ten minutes to eight hours.
    func holdSeconds(ofJob id: Int) -> UInt32 { UInt32(600 + draws.below(28_200, .jobHold, id, 1)) }

    /// Which of the newest jobs is held, so that there is one from the start.
    private static let heldAge = 6

    /// The states of the newest jobs, one for each transient state, by age.
    private static let latestStates: [Int: JobState] = [
        0: .configuring, 1: .submitted, 2: .validating, 3: .externalValidation, 4: .configuring,
        5: .queued, 6: .queued,
    ]

    /// Takes some nodes offline, drains or disconnects them, so that every condition exists from the start.
    private mutating func setInitialCondition(ofNode index: Int) {
        let roll = draws.below(1000, .nodeCondition, index)
        guard index > 0, roll < 80 else { return }
        switch roll {
        case ..<30 where nodes[index].coresInUse == 0, 30..<40 where nodes[index].coresInUse == 0:
            setState(.offline, ofNode: index)
            nodes[index].offlineTime = now - UInt32(draws.below(3600, .nodeCondition, index, 2))
            nodes[index].isReachable = roll >= 30 || roll % 3 > 0
        case ..<55: setState(.draining, ofNode: index)
        default: nodes[index].isReachable = nodes[index].coresInUse > 0
        }
        updateFreeCores(ofNode: index)
        scheduleReturn(
            ofNode: index,
            at: now + UInt32(600 + draws.below(7200, .nodeCondition, index, 1))
        )
    }
}
