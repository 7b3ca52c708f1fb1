/// The operations on custom properties and environment variables of jobs and tasks.
extension HeadNode {
    /// Answers `GET …/customProperties`.
    ///
    /// A name that is not set is left out: the specification promises an empty value for
    /// environment variables only.
    func customProperties(of job: Job, task: UInt32?, _ context: Context) throws(APIError)
        -> APIResponse
    {
        try requireTask(task, of: job)
        let set = customProperties(of: job, task)
        guard let names = context.query.list("names") else { return pairs(set.pairs) }
        return pairs(names.compactMap { set.value($0) })
    }

    /// Answers `GET …/envVariables`.
    ///
    /// A name that is not set is answered with an empty value.
    func environment(of job: Job, task: UInt32?, _ context: Context) throws(APIError) -> APIResponse
    {
        try requireTask(task, of: job)
        let set = environment(of: job, task)
        guard let asked = context.query.list("names") else {
            // A variable that was set to an empty value is gone.
            return pairs(set.pairs.filter { !$0.value.isEmpty })
        }
        return pairs(asked.map { set.value($0) ?? NameValue(name: $0, value: "") })
    }

    /// Answers `POST …/customProperties` and `POST …/envVariables`.
    mutating func setDetails(
        _ call: OperationCall,
        _ body: RequestBody,
        _ list: WritableKeyPath<ClientDetails, NameValues>
    ) throws(APIError) -> APIResponse {
        let position = try knownPosition(call.job)
        let task = call.operation.isOfTask ? call.task : nil
        try requireTask(task, of: cluster.jobs[position])
        let sent = try body.properties()
        for pair in sent {
            guard pair.name.count <= 256, pair.value.count <= 32_767 else {
                throw .badRequest("The name or the value of '\(pair.name.prefix(64))' is too long.")
            }
        }
        let names = Set(sent.map { $0.name.lowercased() })
        let known = cluster.clientJobs[call.job]?.details(ofTask: task)[keyPath: list].pairs ?? []
        let sum = names.union(known.map { $0.name.lowercased() }).count
        guard sum <= NameValues.limit else {
            throw .badRequest("There are more than \(NameValues.limit) names.")
        }
        try requireRoom(forRows: 0)
        try convertToClientJob(at: position)
        cluster.updateClientJob(at: position) { run in
            run.clientJob.updateDetails(ofTask: task) { details in
                for pair in sent { details[keyPath: list].set(pair) }
            }
            if let task { run.markChanged(task, 0) } else { run.job.changeTime = run.now }
        }
        return .nothing
    }

    private func customProperties(of job: Job, _ task: UInt32?) -> NameValues {
        details(\.customProperties, of: job, task, drawn: Vocabulary.customNames, .customProperties)
        {
            String(1000 + $0 % 9000)
        }
    }

    private func environment(of job: Job, _ task: UInt32?) -> NameValues {
        let names = task == nil ? ["OMP_NUM_THREADS", "LICENSE"] : ["CASE", "SCRATCH"]
        return details(\.environment, of: job, task, drawn: names, .environment) {
            $0 % 3 == 0 ? "D:\\scratch\\\($0 % 100)" : String($0 % 64)
        }
    }

    /// Returns what a client has set, over what is drawn from the seed: a value for about seven in ten of
    /// `names`.
    private func details(
        _ list: KeyPath<ClientDetails, NameValues>,
        of job: Job,
        _ task: UInt32?,
        drawn names: [String],
        _ topic: Draws.Topic,
        _ value: (UInt64) -> String
    ) -> NameValues {
        var set = NameValues()
        let clientJob = cluster.clientJobs[job.id]
        let isDrawn =
            clientJob.map { clientJob in
                !clientJob.isCreatedByClient && task.flatMap { clientJob.tasks[$0] } == nil
            } ?? true
        for (position, name) in names.enumerated() where isDrawn {
            let draw = cluster.draws.value(topic, Int(job.id), Int(task ?? 0) * 8 + position)
            if draw % 10 < 7 { set.set(NameValue(name: name, value: value(draw / 10))) }
        }
        for pair in clientJob?.details(ofTask: task)[keyPath: list].pairs ?? [] { set.set(pair) }
        return set
    }

    private func requireTask(_ task: UInt32?, of job: Job) throws(APIError) {
        guard let task else { return }
        guard cluster.tasks(of: job).row(key: TaskRow.key(task)) != nil else {
            throw .notFound("The task with ID \(job.id).\(task) does not exist.")
        }
    }

    private func pairs(_ pairs: [NameValue]) -> APIResponse {
        APIResponse(json: JSONWriter.bytes { $0.pairs(pairs) })
    }
}
