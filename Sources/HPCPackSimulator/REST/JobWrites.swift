/// The operations that make, change and steer jobs.
extension HeadNode {
    mutating func createJob(_ body: RequestBody, _ context: Context) throws(APIError) -> APIResponse
    {
        var settings = try JobSettings(try body.properties())
        settings.impliesCalculation()
        try settings.check(with: [:])
        try requireRoom(forRows: 0)
        return try createJob(context) { (cluster, position) throws(APIError) in
            try cluster.set(settings, ofJobAt: position)
        }
    }

    mutating func createJobFromXML(
        _ body: RequestBody,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        let file = try JobFile(try body.jobXML())
        let count = file.tasks.reduce(0) { count, task in
            count + (task.task.kind == .sweepMaster ? task.task.sweep.count + 1 : 1)
        }
        try requireRoom(forRows: count)
        return try createJob(context) { (cluster, position) throws(APIError) in
            try cluster.set(file.job, ofJobAt: position)
            cluster.drive(jobAt: position) { run in
                run.notes.change(ofTask: nil) { details in
                    for pair in file.customProperties { details.customProperties.set(pair) }
                    for pair in file.environment { details.environment.set(pair) }
                }
                for task in file.tasks {
                    let number = run.add(task.task)
                    run.notes.change(ofTask: number) { details in
                        for pair in task.customProperties { details.customProperties.set(pair) }
                        for pair in task.environment { details.environment.set(pair) }
                    }
                }
            }
        }
    }

    /// Makes a job; nothing is left of it when `fill` throws.
    private mutating func createJob(
        _ context: Context,
        _ fill: (inout Cluster, Int) throws(APIError) -> Void
    ) throws(APIError) -> APIResponse {
        let (id, position) = cluster.createJob(owner: context.owner)
        do throws(APIError) {
            try fill(&cluster, position)
        } catch {
            cluster.takeBackJob(id)
            throw error
        }
        cluster.log.note(
            .created,
            cluster.jobs[position],
            groups: cluster.groupLists.texts[Int(cluster.jobs[position].groups)],
            at: cluster.now
        )
        return Self.number(id)
    }

    /// - Throws: 403 when jobs made through the API take all the room there is for them.
    func requireRoom(forRows rows: Int) throws(APIError) {
        guard cluster.driven.count < Cluster.maxDrivenJobs,
            cluster.drivenRows + rows <= Cluster.maxDrivenRows,
            cluster.drivenBytes < Cluster.maxDrivenBytes
        else {
            throw APIError(
                status: 403,
                message: "The scheduler holds too many jobs and tasks of clients."
            )
        }
    }

    mutating func setJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        var settings = try JobSettings(try body.properties())
        try requireRoom(forRows: 0)
        let state = cluster.jobs[position].state
        if !JobCommand.set.isAllowed(in: state) {
            let isSmall = settings.values.keys.allSatisfy { $0.isSetWhileRunning }
            try require(isSmall ? .setWhileRunning : .set, ofJobAt: position, "be changed")
        }
        settings.impliesCalculation()
        try settings.check(with: cluster.driven[id]?.settings ?? [:])
        try takeOver(position)
        try setChecked(settings, ofJobAt: position)
        cluster.drive(jobAt: position) { $0.follow(settings) }
        return .nothing
    }

    /// Sets properties; a job that is queued is validated again.
    ///
    /// - Throws: 400, with nothing changed, when the job could never run with them.
    private mutating func setChecked(
        _ settings: JobSettings,
        ofJobAt position: Int
    ) throws(APIError) {
        let job = cluster.jobs[position]
        guard job.state == .queued, let notes = cluster.driven[job.id] else {
            try cluster.set(settings, ofJobAt: position)
            return
        }
        try cluster.set(settings, ofJobAt: position)
        guard let failure = cluster.validate(jobAt: position) else { return }
        cluster.dequeue(cluster.jobs[position])
        cluster.jobs[position] = job
        cluster.drivenBytes += notes.bytes - (cluster.driven[job.id]?.bytes ?? 0)
        cluster.driven[job.id] = notes
        cluster.enqueue(job)
        throw .badRequest(failure)
    }

    mutating func submitJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        var settings = try JobSettings(try body.properties())
        try require(.submit, ofJobAt: position, "be submitted")
        settings.impliesCalculation()
        try settings.check(with: cluster.driven[id]?.settings ?? [:])
        try takeOver(position)
        try cluster.set(settings, ofJobAt: position)
        cluster.drive(jobAt: position) { run in
            if run.job.state == .configuring { run.submit() } else { run.requeue(isCounted: false) }
        }
        return .nothing
    }

    mutating func cancelJob(
        _ id: UInt32,
        _ body: RequestBody,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let isForced = try context.query.boolean("forced") ?? false
        let message = try body.message()
        try require(isForced ? .cancelByForce : .cancel, ofJobAt: position, "be canceled")
        try takeOver(position)
        cluster.drive(jobAt: position) { $0.cancel(message: message, isForced: isForced) }
        return .nothing
    }

    mutating func finishJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let message = try body.message()
        try require(.finish, ofJobAt: position, "be finished")
        try takeOver(position)
        cluster.drive(jobAt: position) { $0.finish(message: message) }
        return .nothing
    }

    mutating func requeueJob(_ id: UInt32) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        try require(.requeue, ofJobAt: position, "be requeued")
        try takeOver(position)
        cluster.drive(jobAt: position) { $0.requeue(isCounted: true) }
        return .nothing
    }

    func knownPosition(_ id: UInt32) throws(APIError) -> Int {
        guard let position = cluster.position(ofJob: id) else {
            throw .notFound("The job with ID \(id) does not exist.")
        }
        return position
    }

    /// - Throws: 409 when the state of the job does not allow the command.
    func require(
        _ command: JobCommand,
        ofJobAt position: Int,
        _ what: String
    ) throws(APIError) {
        let job = cluster.jobs[position]
        guard command.isAllowed(in: job.state) else {
            throw APIError(
                status: 409,
                message: "The job with ID \(job.id) cannot \(what) in the state \(job.state.name)."
            )
        }
    }

    /// Makes room for a seeded job to be driven.
    mutating func takeOver(_ position: Int) throws(APIError) {
        if cluster.driven[cluster.jobs[position].id] == nil { try requireRoom(forRows: 0) }
        cluster.takeOver(jobAt: position)
    }

    static func number(_ value: UInt32) -> APIResponse {
        APIResponse(json: Array(String(value).utf8))
    }
}

extension APIResponse {
    /// 204, with neither a body nor a content type.
    static var nothing: APIResponse {
        var answer = APIResponse(status: 204, json: [])
        answer.headers = []
        return answer
    }
}
