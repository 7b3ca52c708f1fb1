/// The operations that create, change and control jobs.
extension HeadNode {
    mutating func createJob(_ body: RequestBody, _ context: Context) throws(APIError) -> APIResponse
    {
        let settings = try [JobProperty: String](sent: body.properties()).completed()
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
            cluster.updateClientJob(at: position) { run in
                run.clientJob.updateDetails(ofTask: nil) { details in
                    for pair in file.customProperties { details.customProperties.set(pair) }
                    for pair in file.environment { details.environment.set(pair) }
                }
                for task in file.tasks {
                    let number = run.add(task.task)
                    run.clientJob.updateDetails(ofTask: number) { details in
                        for pair in task.customProperties { details.customProperties.set(pair) }
                        for pair in task.environment { details.environment.set(pair) }
                    }
                }
            }
        }
    }

    /// Creates a job, and removes it again when `fill` throws.
    private mutating func createJob(
        _ context: Context,
        _ fill: (inout Cluster, Int) throws(APIError) -> Void
    ) throws(APIError) -> APIResponse {
        let (id, position) = cluster.createJob(owner: context.owner)
        do throws(APIError) {
            try fill(&cluster, position)
        } catch {
            cluster.discardJob(id)
            throw error
        }
        cluster.record(.created, cluster.jobs[position])
        return Self.number(id)
    }

    /// Checks the limits of client jobs.
    ///
    /// - Throws: 403 when they are reached.
    func requireRoom(forRows rows: Int) throws(APIError) {
        guard cluster.clientJobs.count < Cluster.maxClientJobs,
            cluster.clientTaskRows + rows <= Cluster.maxClientTaskRows,
            cluster.clientTextBytes < Cluster.maxClientTextBytes
        else {
            throw APIError(
                status: 403,
                message: "The scheduler holds too many jobs and tasks of clients."
            )
        }
    }

    mutating func setJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let sent = try [JobProperty: String](sent: body.properties())
        try requireRoom(forRows: 0)
        let state = cluster.jobs[position].state
        if !JobCommand.set.isAllowed(in: state) {
            let isSmall = sent.keys.allSatisfy { $0.isSetWhileRunning }
            try require(isSmall ? .setWhileRunning : .set, ofJobAt: position, "be changed")
        }
        guard state != .queued || sent[.name] == nil else {
            throw APIError(
                status: 409,
                message: "The Name of the job with ID \(id) cannot be changed in the state Queued."
            )
        }
        let settings = try sent.completed(over: cluster.clientJobs[id]?.settings ?? [:])
        try convertToClientJob(at: position)
        try setChecked(settings, ofJobAt: position)
        cluster.updateClientJob(at: position) { $0.settingsChanged(settings) }
        return .nothing
    }

    /// Sets properties; a queued job is validated again.
    ///
    /// - Throws: 400, with nothing changed, when the job could never run with them.
    private mutating func setChecked(
        _ settings: [JobProperty: String],
        ofJobAt position: Int
    ) throws(APIError) {
        let job = cluster.jobs[position]
        guard job.state == .queued, let clientJob = cluster.clientJobs[job.id] else {
            try cluster.set(settings, ofJobAt: position)
            return
        }
        try cluster.set(settings, ofJobAt: position)
        guard let failure = cluster.validate(jobAt: position) else { return }
        cluster.dequeue(cluster.jobs[position])
        cluster.jobs[position] = job
        cluster.clientTextBytes += clientJob.bytes - (cluster.clientJobs[job.id]?.bytes ?? 0)
        cluster.clientJobs[job.id] = clientJob
        cluster.enqueue(job)
        throw .badRequest(failure)
    }

    mutating func submitJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        let sent = try [JobProperty: String](sent: body.properties())
        try require(.submit, ofJobAt: position, "be submitted")
        let settings = try sent.completed(over: cluster.clientJobs[id]?.settings ?? [:])
        try convertToClientJob(at: position)
        try cluster.set(settings, ofJobAt: position)
        cluster.updateClientJob(at: position) { run in
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
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { $0.cancel(message: message, isForced: isForced) }
        return .nothing
    }

    mutating func finishJob(_ id: UInt32, _ body: RequestBody) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        _ = try body.message()
        try require(.finish, ofJobAt: position, "be finished")
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { $0.finish() }
        return .nothing
    }

    mutating func requeueJob(_ id: UInt32) throws(APIError) -> APIResponse {
        let position = try knownPosition(id)
        try require(.requeue, ofJobAt: position, "be requeued")
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { $0.requeue(isCounted: true) }
        return .nothing
    }

    func knownPosition(_ id: UInt32) throws(APIError) -> Int {
        guard let position = cluster.position(ofJob: id) else {
            throw .notFound("The job with ID \(id) does not exist.")
        }
        return position
    }

    /// Checks that the state of a job allows a command.
    ///
    /// - Throws: 409 when it does not.
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

    /// Makes a job a client job.
    ///
    /// - Throws: 403 when there are too many already.
    mutating func convertToClientJob(at position: Int) throws(APIError) {
        if cluster.clientJobs[cluster.jobs[position].id] == nil { try requireRoom(forRows: 0) }
        cluster.convertToClientJob(at: position)
    }

    static func number(_ value: UInt32) -> APIResponse {
        APIResponse(json: Array(String(value).utf8))
    }
}

extension APIResponse {
    /// The answer 204, with neither a body nor a content type.
    static var nothing: APIResponse {
        var answer = APIResponse(status: 204, json: [])
        answer.headers = []
        return answer
    }
}
