/// The operations that add, change and steer tasks and subtasks.
extension HeadNode {
    mutating func addTask(to id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let task = try TaskSettings(try body.properties()).applied(to: DrivenTask())
        try require(.addTask, ofJobAt: position, "take a task")
        try requireRoom(forRows: task.kind == .sweepMaster ? task.sweep.count + 1 : 1)
        try takeOver(position)
        try requireFit(task, inJobAt: position)
        var number: UInt32 = 0
        cluster.drive(jobAt: position) { run in
            number = run.add(task)
            run.proceed()
        }
        if cluster.jobs[position].state == .queued { cluster.planPlacement() }
        return Self.number(number)
    }

    /// Whether a job that has been validated can take a task.
    ///
    /// - Throws: 400 when the task asks for more than the job has, or waits for an unknown task.
    private func requireFit(_ task: DrivenTask, inJobAt position: Int) throws(APIError) {
        let job = cluster.jobs[position]
        guard job.state == .queued || job.state == .running, let notes = cluster.driven[job.id]
        else { return }
        let unit = notes.demand?.unit ?? .core
        let slots =
            job.state == .running
            ? cluster.tasks[job.id]?.slots ?? 0 : notes.demand?.minimum ?? Int(job.minCores)
        guard task.weight(in: unit) <= max(slots, 1) else {
            throw .badRequest("The task asks for more resources than the job has.")
        }
        do throws(MalformedText) {
            _ = try notes.dependencies(of: task)
        } catch {
            throw .badRequest(error.message)
        }
    }

    /// What the tasks of a validated job wait for once `task` is changed.
    ///
    /// - Throws: 400 when that cannot be.
    private func dependencies(
        _ notes: DrivenJob,
        with task: DrivenTask,
        _ number: UInt32
    ) throws(APIError) -> [UInt32: [UInt32]] {
        var notes = notes
        notes.keep(task, as: number)
        do throws(MalformedText) {
            return try notes.allDependencies()
        } catch {
            throw .badRequest(error.message)
        }
    }

    mutating func setTask(
        _ call: OperationCall,
        _ body: RequestBody
    ) throws(APIError) -> APIResponse {
        let (position, rows) = try knownRows(call)
        let settings = try TaskSettings(try body.properties())
        try require(.set, rows, ofJobAt: position, "be changed")
        // What runs keeps what it was started with, so a sweep of which a part runs is fixed.
        try requireIdle(rows, ofJobAt: position)
        let id = call.job
        let isInstance = call.subtask > 0
        guard let old = cluster.driven[id]?.tasks[call.task] ?? (isInstance ? DrivenTask() : nil)
        else {
            throw APIError(
                status: 409,
                message: "The task with ID \(id).\(call.task) is the simulation's own."
            )
        }
        let task = isInstance ? old : try settings.applied(to: old)
        guard !settings.isShape || (!isInstance && isUntouched(position, call.task)) else {
            throw APIError(
                status: 409,
                message: "The steps of a task cannot be changed once it has been submitted."
            )
        }
        var dependencies: [UInt32: [UInt32]]?
        if !isInstance, let notes = cluster.driven[id], notes.demand != nil {
            try requireFit(task, inJobAt: position)
            if settings.values[.name] != nil || settings.values[.dependsOn] != nil {
                dependencies = try self.dependencies(notes, with: task, call.task)
            }
        }
        let rowsMade = task.kind == .sweepMaster ? task.sweep.count + 1 : 1
        try requireRoom(forRows: settings.isShape ? rowsMade : 0)
        try takeOver(position)
        cluster.drive(jobAt: position) { run in
            if isInstance {
                let key = UInt64(call.task) << 32 | UInt64(call.subtask)
                run.notes.keep(settings.values, ofInstance: key)
            } else {
                run.notes.keep(task, as: call.task)
                if let dependencies { run.notes.dependencies = dependencies }
                if settings.isShape { run.reshape(call.task, as: task) }
            }
            run.stamp(call.task, call.subtask)
        }
        return .nothing
    }

    /// Whether the rows of a task may be made anew: nothing of the job has been submitted yet.
    private func isUntouched(_ position: Int, _ task: UInt32) -> Bool {
        let job = cluster.jobs[position]
        guard job.state == .configuring, job.submitTime == 0 else { return false }
        return cluster.tasks[job.id]?.rows.allSatisfy {
            $0.id != task || $0.state == .configuring
        } ?? false
    }

    private func requireIdle(_ rows: Range<Int>, ofJobAt position: Int) throws(APIError) {
        let job = cluster.jobs[position]
        let block = cluster.tasks(of: job)
        guard let row = block.rows[rows].first(where: { $0.state.isOnNode }) else { return }
        throw APIError(
            status: 409,
            message: "The task with ID \(job.id).\(row.id) cannot be changed while it is running."
        )
    }

    mutating func cancelTask(
        _ call: OperationCall,
        _ body: RequestBody,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        let (position, rows) = try knownRows(call)
        let isForced = try context.query.boolean("forced") ?? false
        let message = try body.message()
        try require(.cancel, rows, ofJobAt: position, "be canceled")
        try takeOver(position)
        cluster.drive(jobAt: position) { run in
            if call.subtask == 0, rows.count > 1 { run.notes.canceledSweeps.insert(call.task) }
            run.cancelRows(rows, message: message, isForced: isForced)
        }
        return .nothing
    }

    mutating func finishTask(
        _ call: OperationCall,
        _ body: RequestBody
    ) throws(APIError) -> APIResponse {
        let (position, rows) = try knownRows(call)
        let message = try body.message()
        try require(.finish, rows, ofJobAt: position, "be finished")
        try takeOver(position)
        cluster.drive(jobAt: position) { $0.finishRows(rows, message: message) }
        return .nothing
    }

    mutating func requeueTask(
        _ call: OperationCall,
        _ body: RequestBody
    ) throws(APIError) -> APIResponse {
        let (position, rows) = try knownRows(call)
        _ = try body.message()
        try require(.requeue, rows, ofJobAt: position, "be requeued")
        let isRerunnable =
            cluster.driven[call.job]?.tasks[call.task]?.settings[.isRerunnable] != "False"
        guard isRerunnable else {
            throw APIError(
                status: 409,
                message: "The task with ID \(call.job).\(call.task) is not rerunnable."
            )
        }
        try takeOver(position)
        cluster.drive(jobAt: position) { $0.requeueRows(rows) }
        return .nothing
    }

    /// The rows that a path means: one, or all instances of a sweep.
    private func knownRows(
        _ call: OperationCall
    ) throws(APIError) -> (position: Int, rows: Range<Int>) {
        let position = try knownPosition(call.job)
        let block = cluster.tasks(of: cluster.jobs[position])
        let key = UInt64(call.task) << 32 | UInt64(call.subtask)
        let isSubtask = call.operation.isOfSubtask
        guard let row = block.position(key: key), !isSubtask || call.subtask > 0 else {
            let name = "\(call.job).\(call.task)" + (isSubtask ? ".\(call.subtask)" : "")
            throw .notFound("The task with ID \(name) does not exist.")
        }
        guard block.rows[row].kind == .sweepMaster else { return (position, row..<(row + 1)) }
        let end = block.rows[(row + 1)...].firstIndex { $0.id != call.task } ?? block.rows.count
        return (position, (row + 1)..<end)
    }

    /// - Throws: 409 when no row is in a state that allows the command.
    private func require(
        _ command: TaskCommand,
        _ rows: Range<Int>,
        ofJobAt position: Int,
        _ what: String
    ) throws(APIError) {
        let job = cluster.jobs[position]
        let block = cluster.tasks(of: job)
        guard !block.rows[rows].contains(where: { command.isAllowed(in: $0.state) }),
            let row = block.rows[rows].first
        else { return }
        let name = "\(job.id).\(row.id)" + (row.instance > 0 ? ".\(row.instance)" : "")
        throw APIError(
            status: 409,
            message: "The task with ID \(name) cannot \(what) in the state \(row.state.name)."
        )
    }
}
