/// The operations that add, change and control tasks and subtasks.
extension HeadNode {
    mutating func addTask(to id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let task = try ClientTask().applying(body.properties().settings(of: TaskProperty.self))
        try require(.addTask, ofJobAt: position, "take a task")
        try requireRoom(forRows: task.kind == .sweepMaster ? task.sweep.count + 1 : 1)
        try convertToClientJob(at: position)
        try requireFit(task, inJobAt: position)
        var number: UInt32 = 0
        cluster.updateClientJob(at: position) { run in
            number = run.add(task)
            run.proceed()
        }
        if cluster.jobs[position].state == .queued { cluster.schedulePlacement() }
        return Self.number(number)
    }

    /// Checks that a job that has been validated can take a task.
    ///
    /// - Throws: 400 when the task needs more than the job has, or depends on an unknown task.
    private func requireFit(_ task: ClientTask, inJobAt position: Int) throws(APIError) {
        let job = cluster.jobs[position]
        guard job.state == .queued || job.state == .running,
            let clientJob = cluster.clientJobs[job.id]
        else { return }
        let unit = clientJob.demand?.unit ?? .core
        let slots =
            job.state == .running
            ? cluster.tasks[job.id]?.slots ?? 0 : clientJob.demand?.minimum ?? Int(job.minUnits)
        guard task.weight(in: unit) <= max(slots, 1) else {
            throw .badRequest("The task asks for more resources than the job has.")
        }
        do throws(MalformedText) {
            _ = try clientJob.dependencies(of: task)
        } catch {
            throw .badRequest(error.message)
        }
    }

    /// Returns the dependencies of a validated job with `task` changed.
    ///
    /// - Throws: 400 when they are not valid.
    private func dependencies(
        _ clientJob: ClientJob,
        with task: ClientTask,
        _ number: UInt32
    ) throws(APIError) -> [UInt32: [UInt32]] {
        var clientJob = clientJob
        clientJob.set(task, as: number)
        do throws(MalformedText) {
            return try clientJob.allDependencies()
        } catch {
            throw .badRequest(error.message)
        }
    }

    mutating func setTask(
        _ call: OperationCall,
        _ body: RequestBody
    ) throws(APIError) -> APIResponse {
        let (position, rows) = try knownRows(call)
        let settings = try body.properties().settings(of: TaskProperty.self)
        let isShape = settings.keys.contains { $0.isShape }
        try require(.set, rows, ofJobAt: position, "be changed")
        // Running instances keep the properties that they were started with, so a sweep that runs in part is
        // fixed.
        try requireIdle(rows, ofJobAt: position)
        let id = call.job
        let isInstance = call.subtask > 0
        guard
            let old = cluster.clientJobs[id]?.tasks[call.task] ?? (isInstance ? ClientTask() : nil)
        else {
            throw APIError(
                status: 409,
                message: "The task with ID \(id).\(call.task) is the simulation's own."
            )
        }
        let task = isInstance ? old : try old.applying(settings)
        guard !isShape || (!isInstance && isUntouched(position, call.task)) else {
            throw APIError(
                status: 409,
                message: "The steps of a task cannot be changed once it has been submitted."
            )
        }
        var dependencies: [UInt32: [UInt32]]?
        if !isInstance, let clientJob = cluster.clientJobs[id], clientJob.demand != nil {
            try requireFit(task, inJobAt: position)
            if settings[.name] != nil || settings[.dependsOn] != nil {
                dependencies = try self.dependencies(clientJob, with: task, call.task)
            }
        }
        let rowsMade = task.kind == .sweepMaster ? task.sweep.count + 1 : 1
        try requireRoom(forRows: isShape ? rowsMade : 0)
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { run in
            if isInstance {
                let key = TaskRow.key(call.task, call.subtask)
                run.clientJob.set(settings, ofInstance: key)
            } else {
                run.clientJob.set(task, as: call.task)
                if let dependencies { run.clientJob.dependencies = dependencies }
                if isShape { run.replaceRows(of: call.task, by: task) }
            }
            run.markChanged(call.task, call.subtask)
        }
        return .nothing
    }

    /// Whether the rows of a task may be replaced, because the job has never been submitted.
    private func isUntouched(_ position: Int, _ task: UInt32) -> Bool {
        let job = cluster.jobs[position]
        guard job.state == .configuring, job.submitTime == 0 else { return false }
        return cluster.tasks[job.id]?.rows.allSatisfy {
            $0.id != task || $0.state == .configuring
        } ?? false
    }

    private func requireIdle(_ rows: Range<Int>, ofJobAt position: Int) throws(APIError) {
        let job = cluster.jobs[position]
        let jobTasks = cluster.tasks(of: job)
        guard let row = jobTasks.rows[rows].first(where: { $0.state.isOnNode }) else { return }
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
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { run in
            if call.subtask == 0, rows.count > 1 { run.clientJob.canceledSweeps.insert(call.task) }
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
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { $0.finishRows(rows, message: message) }
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
            cluster.clientJobs[call.job]?.tasks[call.task]?.settings[.isRerunnable] != "False"
        guard isRerunnable else {
            throw APIError(
                status: 409,
                message: "The task with ID \(call.job).\(call.task) is not rerunnable."
            )
        }
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { $0.requeueRows(rows) }
        return .nothing
    }

    /// Returns the rows that a path names: one, or all instances of a sweep.
    private func knownRows(
        _ call: OperationCall
    ) throws(APIError) -> (position: Int, rows: Range<Int>) {
        let position = try knownPosition(call.job)
        let jobTasks = cluster.tasks(of: cluster.jobs[position])
        let key = TaskRow.key(call.task, call.subtask)
        let isSubtask = call.operation.isOfSubtask
        guard let row = jobTasks.index(key: key), !isSubtask || call.subtask > 0 else {
            let name = "\(call.job).\(call.task)" + (isSubtask ? ".\(call.subtask)" : "")
            throw .notFound("The task with ID \(name) does not exist.")
        }
        try requireExpanded(jobTasks.rows[row], of: cluster.jobs[position])
        guard jobTasks.rows[row].kind == .sweepMaster else { return (position, row..<(row + 1)) }
        let end =
            jobTasks.rows[(row + 1)...].firstIndex { $0.id != call.task } ?? jobTasks.rows.count
        return (position, (row + 1)..<end)
    }

    /// Checks that the state of at least one row allows a command.
    ///
    /// - Throws: 409 when none does.
    private func require(
        _ command: TaskCommand,
        _ rows: Range<Int>,
        ofJobAt position: Int,
        _ what: String
    ) throws(APIError) {
        let job = cluster.jobs[position]
        let jobTasks = cluster.tasks(of: job)
        guard !jobTasks.rows[rows].contains(where: { command.isAllowed(in: $0.state) }),
            let row = jobTasks.rows[rows].first
        else { return }
        let name = "\(job.id).\(row.id)" + (row.instance > 0 ? ".\(row.instance)" : "")
        throw APIError(
            status: 409,
            message: "The task with ID \(name) cannot \(what) in the state \(row.state.name)."
        )
    }
}
