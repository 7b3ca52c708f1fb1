/// The tasks of a client job on the units that it holds: node preparation first, node release last, the
/// others in the order in which they were added, as their dependencies allow.
extension ClientJobRun {
    /// Starts the tasks that can start, and lets the job end when none is left.
    mutating func proceed() {
        guard jobTasks.holdsCores, let taskCounts = jobTasks.taskCounts else { return }
        if clientJob.ending == nil, job.state == .running {
            guard prepare(taskCounts.preparation) else { return }
            launchReady()
            let open: [TaskState] = [
                .submitted, .validating, .queued, .dispatching, .running, .finishing, .canceling,
            ]
            guard (jobTasks.taskCounts?.count(in: open) ?? 0) == 0, !job.runsUntilCanceled else {
                return
            }
        }
        runReleaseTasks(taskCounts.release)
    }

    /// Runs the node preparation tasks.
    ///
    /// - Returns: Whether all of them have ended.
    private mutating func prepare(_ rows: [Int]) -> Bool {
        for index in rows where jobTasks.rows[index].state == .queued { launch(index) }
        if rows.contains(where: { jobTasks.rows[$0].state == .failed }) {
            stop(in: .failed, failure: .taskFailed, message: nil, hasGrace: true)
            return false
        }
        return rows.allSatisfy {
            jobTasks.rows[$0].state.isTerminal || jobTasks.rows[$0].state == .configuring
        }
    }

    /// Runs the node release tasks, and ends the job after them.
    private mutating func runReleaseTasks(_ rows: [Int]) {
        if job.state == .running { job.move(to: .finishing, at: now) }
        for index in rows where jobTasks.rows[index].state == .queued { launch(index) }
        let isBusy = jobTasks.rows.indices.contains { index in
            jobTasks.rows[index].kind != .sweepMaster && jobTasks.rows[index].state.isOnNode
        }
        guard !isBusy, !clientJob.isConcluding else { return }
        clientJob.isConcluding = true
        schedule(.jobStep, after: 1)
    }

    private mutating func launchReady() {
        var index = jobTasks.nextRow
        var firstWaiting: Int?
        while index < jobTasks.rows.count {
            let row = jobTasks.rows[index]
            guard row.isMain, row.state == .queued else {
                index += 1
                continue
            }
            switch readiness(of: row) {
            case .waiting:
                firstWaiting = firstWaiting ?? index
                index = jobTasks.rows.partitioningIndex { $0.id > row.id }
            case .never:
                let isFailure = clientJob.flag(.failDependentTasks)
                endRow(index, in: isFailure ? .failed : .canceled, .dependency)
                index += 1
            case .ready:
                guard jobTasks.slotsInUse + clientJob.weight(of: row) <= jobTasks.slots else {
                    // A later task does not overtake one that needs more.
                    jobTasks.nextRow = firstWaiting ?? index
                    return
                }
                launch(index)
                index += 1
            }
        }
        jobTasks.nextRow = firstWaiting ?? index
    }

    private enum Readiness {
        case ready, waiting, never
    }

    private func readiness(of row: TaskRow) -> Readiness {
        var readiness = Readiness.ready
        for task in clientJob.dependencies[row.id] ?? [] {
            guard let state = jobTasks.row(key: TaskRow.key(task))?.state else { continue }
            switch state {
            case .finished: continue
            case .failed, .canceled: return .never
            default: readiness = .waiting
            }
        }
        return readiness
    }

    private mutating func launch(_ index: Int) {
        let row = jobTasks.rows[index]
        if !jobTasks.allocation.isEmpty {
            jobTasks.rows[index].node = Int32(
                jobTasks.allocation[index % jobTasks.allocation.count].node
            )
        }
        move(index, to: .dispatching)
        jobTasks.slotsInUse += clientJob.weight(of: row)
        schedule(.taskRuns, after: 1, row: index)
        if let seconds = seconds(of: row) { schedule(.taskEnds, after: 1 + seconds, row: index) }
    }

    // MARK: Steps of a task

    mutating func taskRuns(_ index: Int) {
        guard jobTasks.rows[index].state == .dispatching else { return }
        move(index, to: .running)
    }

    mutating func taskEnds(_ index: Int) {
        let row = jobTasks.rows[index]
        guard row.state == .dispatching || row.state == .running || row.state == .finishing else {
            return
        }
        let isExpired = clientJob.tasks[row.id] != nil && isOverLimit(row)
        let code = isExpired ? -1 : exitCode(of: row, at: index)
        jobTasks.rows[index].exitCode = code
        if isExpired {
            endRow(index, in: .failed, .runtimeExpired)
        } else {
            endRow(index, in: isSuccess(code, of: row) ? .finished : .failed, .exitCode)
        }
        failJobIfRequired(by: index)
        proceed()
    }

    /// Ends a canceled task after its grace period.
    mutating func taskStops(_ index: Int) {
        guard jobTasks.rows[index].state == .canceling else { return }
        endRow(index, in: .failed, .taskCanceled)
        failJobIfRequired(by: index)
        proceed()
    }

    /// Fails the job after a task has failed, when the job or the task is set to do so.
    private mutating func failJobIfRequired(by index: Int) {
        let row = jobTasks.rows[index]
        guard row.state == .failed, row.isMain, clientJob.ending == nil, job.state == .running,
            clientJob.flag(.failOnTaskFailure) || isCriticalFailure(of: row)
        else { return }
        stop(in: .failed, failure: .taskFailed, message: nil, hasGrace: true)
    }

    /// Whether as many rows of a critical task have failed as `FailJobOnFailureCount` says, one without it.
    private func isCriticalFailure(of row: TaskRow) -> Bool {
        guard clientJob.setting(.failJobOnFailure, of: row) == "True" else { return false }
        let needed = clientJob.setting(.failJobOnFailureCount, of: row).flatMap { Int($0) } ?? 1
        let instances = jobTasks.taskCounts?.sweeps[row.id]?.counts
        return instances?[Int(TaskState.failed.rawValue)] ?? needed >= needed
    }

    /// Returns the run time of a row in seconds, or `nil` when it runs until it is ended.
    private func seconds(of row: TaskRow) -> Int? {
        guard clientJob.tasks[row.id] != nil else {
            let mainRows = jobTasks.rows.count { $0.isMain }
            return plan.seconds(of: row, in: job, mainRows: mainRows, slots: max(1, jobTasks.slots))
        }
        let limit = limit(of: row)
        guard row.kind != .service else { return limit }
        let seconds = outcome(of: row).seconds
        return limit.map { min($0, seconds) } ?? seconds
    }

    private func limit(of row: TaskRow) -> Int? {
        clientJob.setting(.runtimeSeconds, of: row).flatMap { Int($0) }.flatMap {
            $0 > 0 ? $0 : nil
        }
    }

    private func isOverLimit(_ row: TaskRow) -> Bool {
        guard let limit = limit(of: row) else { return false }
        return row.kind == .service || outcome(of: row).seconds > limit
    }

    private func outcome(of row: TaskRow) -> SimulatedCommand.Outcome {
        let id = Int(job.id)
        let key = Int(truncatingIfNeeded: row.key)
        return clientJob.outcome(of: row) { position in
            5 + plan.draws.below(115, .taskRun, id, key &* 31 &+ position)
        }
    }

    private func exitCode(of row: TaskRow, at index: Int) -> Int32 {
        guard clientJob.tasks[row.id] == nil else { return outcome(of: row).exitCode }
        let mainIndex = jobTasks.rows[..<index].count { $0.isMain }
        let mainRows = jobTasks.rows.count { $0.isMain }
        return plan.exitCode(of: row, in: job, mainIndex: mainIndex, mainRows: mainRows)
    }

    /// Whether an exit code is one of the task's, or else of the job's, that are a success.
    private func isSuccess(_ code: Int32, of row: TaskRow) -> Bool {
        let text =
            clientJob.setting(.taskValidExitCodes, of: row)
            ?? clientJob.settings[.jobValidExitCodes] ?? ""
        return ExitCodes(text)?.contains(code) ?? false
    }
}

extension ClientJob {
    /// Computes what the command line of a row comes to, with the variables of its task over those of the job.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - program: Gives the run time in seconds of a program of the cluster, by its position.
    /// - Returns: The run time, the exit code and the output.
    func outcome(of row: TaskRow, program: (Int) -> Int = { _ in 0 }) -> SimulatedCommand.Outcome {
        SimulatedCommand(commandLine(of: row)).outcome(
            variable: { name in
                for task in [row.id, nil] {
                    let value = details(ofTask: task).environment.value(name)?.value
                    if let value, !value.isEmpty { return value }
                }
                return nil
            },
            program: program
        )
    }

    /// Returns what a row has written, which is nothing before its end, when it was ended from outside, and
    /// when it writes into a file.
    func output(of row: TaskRow) -> String {
        guard row.isMain || row.kind == .nodePrep || row.kind == .nodeRelease,
            row.state == .finished || row.state == .failed, row.startTime != 0,
            row.failure == .none || row.failure == .exitCode,
            setting(.stdOutFilePath, of: row) ?? "" == ""
        else { return "" }
        return outcome(of: row).output
    }

    /// Returns the command line of a row, with the value of its instance.
    func commandLine(of row: TaskRow) -> String {
        let text = setting(.commandLine, of: row) ?? ""
        guard row.kind == .sweepInstance, let sweep = tasks[row.id]?.sweep else { return text }
        return SimulatedCommand.expanded(text, value: sweep.value(ofInstance: row.instance))
    }
}
