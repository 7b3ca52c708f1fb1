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
        let set = drawn(Vocabulary.customNames, .customProperties, job, task) { draw in
            String(1000 + draw % 9000)
        }
        guard let names = context.query.list("names") else { return pairs(set) }
        return pairs(
            names.compactMap { name in set.first { $0.name.lowercased() == name.lowercased() } }
        )
    }

    /// Answers `GET …/envVariables`.
    ///
    /// A name that is not set is answered with an empty value.
    func environment(of job: Job, task: UInt32?, _ context: Context) throws(APIError) -> APIResponse
    {
        try requireTask(task, of: job)
        let names = task == nil ? ["OMP_NUM_THREADS", "LICENSE"] : ["CASE", "SCRATCH"]
        let set = drawn(names, .environment, job, task) { draw in
            draw % 3 == 0 ? "D:\\scratch\\\(draw % 100)" : String(draw % 64)
        }
        guard let asked = context.query.list("names") else { return pairs(set) }
        return pairs(
            asked.map { name in
                set.first { $0.name.lowercased() == name.lowercased() } ?? (name, "")
            }
        )
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
    ) -> [(name: String, value: String)] {
        names.enumerated().compactMap { position, name in
            let draw = cluster.draws.value(topic, Int(job.id), Int(task ?? 0) * 8 + position)
            return draw % 10 < 7 ? (name, value(draw / 10)) : nil
        }
    }

    private func pairs(_ pairs: [(name: String, value: String)]) -> APIResponse {
        var json: [UInt8] = [UInt8(ascii: "[")]
        for (name, value) in pairs {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append("{\"Name\":")
            json.append(jsonString: name)
            json.append(",\"Value\":")
            json.append(jsonString: value)
            json.append(UInt8(ascii: "}"))
        }
        json.append(UInt8(ascii: "]"))
        return APIResponse(json: json)
    }
}
