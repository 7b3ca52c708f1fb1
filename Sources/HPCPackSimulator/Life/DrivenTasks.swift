/// Tasks of a driven job on the units that it holds: preparation first, clean-up last, the others in
/// the order in which they were added, as their dependencies allow.
extension DrivenRun {
    /// Starts what can start, and lets the job end when nothing is left.
    mutating func proceed() {
        guard block.holdsCores, let census = block.census else { return }
        if notes.ending == nil, job.state == .running {
            guard prepare(census.preparation) else { return }
            launchReady()
            let open: [TaskState] = [
                .submitted, .validating, .queued, .dispatching, .running, .finishing, .canceling,
            ]
            guard (block.census?.count(in: open) ?? 0) == 0, !job.runsUntilCanceled else { return }
        }
        wrapUp(census.release)
    }

    /// Runs the node preparation tasks.
    ///
    /// - Returns: true once they are done.
    private mutating func prepare(_ rows: [Int]) -> Bool {
        for index in rows where block.rows[index].state == .queued { launch(index) }
        if rows.contains(where: { block.rows[$0].state == .failed }) {
            stop(in: .failed, failure: .taskFailed, message: nil, hasGrace: true)
            return false
        }
        return rows.allSatisfy {
            block.rows[$0].state.isTerminal || block.rows[$0].state == .configuring
        }
    }

    /// Runs the node release tasks, and ends the job after them.
    private mutating func wrapUp(_ rows: [Int]) {
        if job.state == .running { job.move(to: .finishing, at: now) }
        for index in rows where block.rows[index].state == .queued { launch(index) }
        let isBusy = block.rows.indices.contains { index in
            block.rows[index].kind != .sweepMaster && block.rows[index].state.isOnNode
        }
        guard !isBusy, !notes.isConcluding else { return }
        notes.isConcluding = true
        schedule(.jobStep, after: 1)
    }

    private mutating func launchReady() {
        var index = block.nextRow
        var firstWaiting: Int?
        while index < block.rows.count {
            let row = block.rows[index]
            guard row.isMain, row.state == .queued else {
                index += 1
                continue
            }
            switch readiness(of: row) {
            case .waiting:
                firstWaiting = firstWaiting ?? index
                index = firstRow(after: row.id)
            case .never:
                let isFailure = notes.flag(.failDependentTasks)
                endRow(index, in: isFailure ? .failed : .canceled, .dependency)
                index += 1
            case .ready:
                guard block.running + notes.weight(of: row) <= block.slots else {
                    // In order: what comes later does not overtake what needs more.
                    block.nextRow = firstWaiting ?? index
                    return
                }
                launch(index)
                index += 1
            }
        }
        block.nextRow = firstWaiting ?? index
    }

    private enum Readiness {
        case ready, waiting, never
    }

    private func readiness(of row: TaskRow) -> Readiness {
        var readiness = Readiness.ready
        for task in notes.dependencies[row.id] ?? [] {
            guard let state = block.row(key: UInt64(task) << 32)?.state else { continue }
            switch state {
            case .finished: continue
            case .failed, .canceled: return .never
            default: readiness = .waiting
            }
        }
        return readiness
    }

    private func firstRow(after task: UInt32) -> Int {
        var low = 0
        var high = block.rows.count
        while low < high {
            let middle = (low + high) / 2
            if block.rows[middle].id <= task { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func launch(_ index: Int) {
        let row = block.rows[index]
        if !block.allocation.isEmpty {
            block.rows[index].node = Int32(block.allocation[index % block.allocation.count].node)
        }
        move(index, to: .dispatching)
        block.running += notes.weight(of: row)
        schedule(.taskRuns, after: 1, row: index)
        if let seconds = seconds(of: row) { schedule(.taskEnds, after: 1 + seconds, row: index) }
    }

    // MARK: What a task does

    mutating func taskRuns(_ index: Int) {
        guard block.rows[index].state == .dispatching else { return }
        move(index, to: .running)
    }

    mutating func taskEnds(_ index: Int) {
        let row = block.rows[index]
        guard row.state == .dispatching || row.state == .running || row.state == .finishing else {
            return
        }
        let isExpired = notes.tasks[row.id] != nil && isOverLimit(row)
        let code = isExpired ? -1 : exitCode(of: row, at: index)
        block.rows[index].exitCode = code
        if isExpired {
            endRow(index, in: .failed, .runtimeExpired)
        } else {
            endRow(index, in: isSuccess(code, of: row) ? .finished : .failed, .exitCode)
        }
        failJobIfWanted(by: index)
        proceed()
    }

    /// The grace for a canceled task is over.
    mutating func taskStops(_ index: Int) {
        guard block.rows[index].state == .canceling else { return }
        endRow(index, in: .failed, .taskCanceled)
        failJobIfWanted(by: index)
        proceed()
    }

    /// Ends the job at the first failure, where the job or the task asks for that.
    private mutating func failJobIfWanted(by index: Int) {
        let row = block.rows[index]
        guard row.state == .failed, row.isMain, notes.ending == nil, job.state == .running,
            notes.flag(.failOnTaskFailure) || notes.setting(.failJobOnFailure, of: row) == "True"
        else { return }
        stop(in: .failed, failure: .taskFailed, message: nil, hasGrace: true)
    }

    /// How long a row runs, in seconds; nil when it runs until somebody ends it.
    private func seconds(of row: TaskRow) -> Int? {
        guard notes.tasks[row.id] != nil else {
            let mainRows = block.rows.count { $0.isMain }
            return plan.seconds(of: row, in: job, mainRows: mainRows, slots: max(1, block.slots))
        }
        let limit = limit(of: row)
        guard row.kind != .service else { return limit }
        let seconds = outcome(of: row).seconds
        return limit.map { min($0, seconds) } ?? seconds
    }

    private func limit(of row: TaskRow) -> Int? {
        notes.setting(.runtimeSeconds, of: row).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private func isOverLimit(_ row: TaskRow) -> Bool {
        guard let limit = limit(of: row) else { return false }
        return row.kind == .service || outcome(of: row).seconds > limit
    }

    private func outcome(of row: TaskRow) -> SimulatedCommand.Outcome {
        let id = Int(job.id)
        let key = Int(truncatingIfNeeded: row.key)
        return SimulatedCommand(notes.commandLine(of: row)).outcome { position in
            5 + plan.draws.below(115, .taskRun, id, key &* 31 &+ position)
        }
    }

    private func exitCode(of row: TaskRow, at index: Int) -> Int32 {
        guard notes.tasks[row.id] == nil else { return outcome(of: row).exitCode }
        let mainIndex = block.rows[..<index].count { $0.isMain }
        let mainRows = block.rows.count { $0.isMain }
        return plan.exitCode(of: row, in: job, mainIndex: mainIndex, mainRows: mainRows)
    }

    /// By `ValidExitCodes`: numbers and ranges such as `0,2,10..20`; 0 alone by default.
    private func isSuccess(_ code: Int32, of row: TaskRow) -> Bool {
        let text =
            notes.setting(.validExitCodes, of: row) ?? notes.settings[.validExitCodes] ?? "0"
        let parts = text.split { $0 == "," || $0 == ";" || $0 == " " }
        guard !parts.isEmpty else { return code == 0 }
        return parts.contains { part in
            let bounds = part.split(separator: ".").map { Int($0) }
            guard let low = bounds.first ?? nil, let high = bounds.last ?? nil else { return false }
            return low <= Int(code) && Int(code) <= high
        }
    }
}

extension DrivenJob {
    /// The command line of a row, with the value of its instance put in.
    func commandLine(of row: TaskRow) -> String {
        let text = setting(.commandLine, of: row) ?? ""
        guard row.kind == .sweepInstance, let sweep = tasks[row.id]?.sweep else { return text }
        return SimulatedCommand.expanded(text, value: sweep.value(ofInstance: row.instance))
    }
}
