/// The tasks that a driven job has: added, shaped anew, marked as changed.
extension DrivenRun {
    /// Adds a task, which is submitted with its job, or at once when that has been submitted.
    ///
    /// - Returns: its number.
    mutating func add(_ task: DrivenTask) -> UInt32 {
        let number = (block.rows.last?.id ?? 0) + 1
        let first = block.rows.count
        block.append(task.rows(number: number, at: now))
        notes.keep(task, as: number)
        job.changeTime = now
        let target: TaskState? =
            switch job.state {
            case .submitted: .submitted
            case .validating: .validating
            case .externalValidation, .queued, .running: .queued
            default: nil
            }
        guard let target else { return number }
        if let demand = notes.demand, notes.text(.autoCalculateMax) == "True" {
            let copies = task.kind == .sweepMaster ? task.sweep.count : 1
            let more = task.weight(in: demand.unit) * copies
            notes.demand?.maximum = min(demand.maximum + more, max(demand.maximum, 1_000_000))
        }
        if let waits = try? notes.dependencies(of: task), !waits.isEmpty {
            notes.dependencies[number] = waits
        }
        for index in first..<block.rows.count {
            block.rows[index].submitTime = now
            if block.rows[index].kind != .sweepMaster { move(index, to: target) }
        }
        return number
    }

    /// Makes the rows of a task anew.
    mutating func reshape(_ number: UInt32, as task: DrivenTask) {
        guard let first = block.rows.firstIndex(where: { $0.id == number }) else { return }
        let end = block.rows[first...].firstIndex { $0.id != number } ?? block.rows.count
        block.rows.replaceSubrange(first..<end, with: task.rows(number: number, at: now))
        block.census = TaskCensus(block.rows)
        block.nextRow = 0
    }

    /// Marks a task or an instance as changed now, and the job with it.
    mutating func stamp(_ task: UInt32, _ instance: UInt32) {
        job.changeTime = now
        if let row = block.position(key: UInt64(task) << 32 | UInt64(instance)) {
            block.rows[row].changeTime = now
        }
    }
}
