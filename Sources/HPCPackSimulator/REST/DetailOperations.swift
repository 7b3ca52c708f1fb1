/// Custom properties and environment variables of jobs and tasks.
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
            // One that was set to nothing is not there any more.
            return pairs(set.pairs.filter { !$0.value.isEmpty })
        }
        return pairs(asked.map { set.value($0) ?? NameValue(name: $0, value: "") })
    }

    /// Answers `POST …/customProperties` and `POST …/envVariables`.
    mutating func setDetails(
        _ call: OperationCall,
        _ body: RequestBody,
        _ list: WritableKeyPath<DrivenDetails, NameValues>
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
        let known = cluster.driven[call.job]?.details(ofTask: task)[keyPath: list].pairs ?? []
        let sum = names.union(known.map { $0.name.lowercased() }).count
        guard sum <= NameValues.limit else {
            throw .badRequest("There are more than \(NameValues.limit) names.")
        }
        try requireRoom(forRows: 0)
        try takeOver(position)
        cluster.drive(jobAt: position) { run in
            run.notes.change(ofTask: task) { details in
                for pair in sent { details[keyPath: list].set(pair) }
            }
            if let task { run.stamp(task, 0) } else { run.job.changeTime = run.now }
        }
        return .nothing
    }

    private func customProperties(of job: Job, _ task: UInt32?) -> NameValues {
        var set = NameValues()
        if isDrawn(job, task) {
            for pair in drawn(
                Vocabulary.customNames,
                .customProperties,
                job,
                task,
                { String(1000 + $0 % 9000) }
            ) {
                set.set(pair)
            }
        }
        let own = cluster.driven[job.id]?.details(ofTask: task).customProperties
        for pair in own?.pairs ?? [] { set.set(pair) }
        return set
    }

    private func environment(of job: Job, _ task: UInt32?) -> NameValues {
        var set = NameValues()
        if isDrawn(job, task) {
            let names = task == nil ? ["OMP_NUM_THREADS", "LICENSE"] : ["CASE", "SCRATCH"]
            for pair in drawn(
                names,
                .environment,
                job,
                task,
                { $0 % 3 == 0 ? "D:\\scratch\\\($0 % 100)" : String($0 % 64) }
            ) {
                set.set(pair)
            }
        }
        let own = cluster.driven[job.id]?.details(ofTask: task).environment
        for pair in own?.pairs ?? [] { set.set(pair) }
        return set
    }

    /// Whether the seed says what a job or a task has, beside what was set.
    private func isDrawn(_ job: Job, _ task: UInt32?) -> Bool {
        guard let notes = cluster.driven[job.id] else { return true }
        return !notes.isMadeByAPI && task.flatMap { notes.tasks[$0] } == nil
    }

    private func requireTask(_ task: UInt32?, of job: Job) throws(APIError) {
        guard let task else { return }
        guard cluster.tasks(of: job).row(key: UInt64(task) << 32) != nil else {
            throw .notFound("The task with ID \(job.id).\(task) does not exist.")
        }
    }

    private func drawn(
        _ names: [String],
        _ topic: Draws.Topic,
        _ job: Job,
        _ task: UInt32?,
        _ value: (UInt64) -> String
    ) -> [NameValue] {
        names.enumerated().compactMap { position, name in
            let draw = cluster.draws.value(topic, Int(job.id), Int(task ?? 0) * 8 + position)
            return draw % 10 < 7 ? NameValue(name: name, value: value(draw / 10)) : nil
        }
    }

    private func pairs(_ pairs: [NameValue]) -> APIResponse {
        var json: [UInt8] = [UInt8(ascii: "[")]
        for pair in pairs {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append("{\"Name\":")
            json.append(jsonString: pair.name)
            json.append(",\"Value\":")
            json.append(jsonString: pair.value)
            json.append(UInt8(ascii: "}"))
        }
        json.append(UInt8(ascii: "]"))
        return APIResponse(json: json)
    }
}
