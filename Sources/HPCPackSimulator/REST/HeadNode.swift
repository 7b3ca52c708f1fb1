/// The REST face of the cluster: a request in, an answer out.
///
/// Holds the cluster and the page tokens; knows no sockets and no clock.
struct HeadNode: Sendable {
    var cluster: Cluster
    var tokens: ContinuationTokens
    let configuration: SimulatorConfiguration
    let credentials: Credentials
    let dates: DotNetDatePattern

    init(configuration: SimulatorConfiguration, cluster: Cluster) throws(ConfigurationError) {
        self.configuration = configuration
        self.cluster = cluster
        dates = try DotNetDatePattern(configuration.dateFormat)
        credentials = Credentials(accounts: configuration.accounts)
        tokens = ContinuationTokens(
            seed: configuration.seed ^ 0x70CE_4E55,
            lifetimeSeconds: configuration.tokenLifetimeSeconds
        )
    }

    /// What a request is answered in.
    struct Context {
        let user: String
        let path: String
        let query: QueryParameters
        /// Real seconds; page tokens age by them.
        let now: Int64
    }

    /// Answers `request` at `now`, in real seconds by any monotonic clock.
    mutating func answer(_ request: APIRequest, at now: Int64) -> APIResponse {
        do throws(APIError) {
            let user = try credentials.user(of: request)
            let operation = try Operation(path: request.path)
            guard request.method == "GET" else {
                throw APIError(
                    status: 405,
                    message: "The requested resource does not support http method "
                        + "'\(request.method)'.",
                    headers: [("Allow", "GET")]
                )
            }
            let context = Context(
                user: user,
                path: request.path,
                query: try QueryParameters(request.query),
                now: now
            )
            return try read(operation, context)
        } catch {
            return APIResponse(error)
        }
    }

    private mutating func read(
        _ operation: Operation,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        switch operation {
        case .version: string(cluster.version)
        case .activeHeadNode: string(cluster.headNode)
        case .dateTimeFormat: string(dates.text)
        case .nodes: try listNodes(context)
        case .node(let name): try node(named: name)
        case .nodeGroups: nodeGroups()
        case .nodeGroupMembers(let name): try members(ofGroup: name)
        case .jobs: try listJobs(context)
        case .job(let id): try job(id, context)
        case .jobTemplates: strings(cluster.templates)
        case .jobCustomProperties(let id):
            try customProperties(of: try knownJob(id), task: nil, context)
        case .jobEnvironment(let id): try environment(of: try knownJob(id), task: nil, context)
        case .tasks(let id): try listTasks(of: try knownJob(id), context)
        case .task(let id, let task):
            try self.task(task, instance: 0, of: try knownJob(id), context)
        case .subtask(let id, let task, let instance):
            try subtask(task, instance: instance, of: try knownJob(id), context)
        case .taskCustomProperties(let id, let task):
            try customProperties(of: try knownJob(id), task: task, context)
        case .taskEnvironment(let id, let task):
            try environment(of: try knownJob(id), task: task, context)
        }
    }

    var values: ValueWriter {
        ValueWriter(cluster: cluster, dates: dates, neverTimes: configuration.neverTimes)
    }

    private func string(_ text: String) -> APIResponse {
        var json: [UInt8] = []
        json.append(jsonString: text)
        return APIResponse(json: json)
    }

    func strings(_ texts: some Sequence<String>) -> APIResponse {
        var json: [UInt8] = [UInt8(ascii: "[")]
        for text in texts {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json.append(jsonString: text)
        }
        json.append(UInt8(ascii: "]"))
        return APIResponse(json: json)
    }

    func knownJob(_ id: UInt32) throws(APIError) -> Job {
        guard let job = cluster.job(id) else {
            throw .notFound("The job with ID \(id) does not exist.")
        }
        return job
    }
}
