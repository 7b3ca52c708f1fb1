/// The REST face of the cluster: a request in, an answer out.
///
/// Holds the cluster and the page tokens; knows no sockets and no clock.
struct HeadNode: Sendable {
    var cluster: Cluster
    var tokens: ContinuationTokens
    let configuration: SimulatorConfiguration
    let credentials: Credentials
    let dates: DotNetDatePattern
    /// What is wrong on purpose with the answer to the next request.
    var distortion = Distortion()

    init(configuration: SimulatorConfiguration, cluster: Cluster) throws(ConfigurationError) {
        self.configuration = configuration
        self.cluster = cluster
        dates = try DotNetDatePattern(configuration.dateFormat)
        credentials = Credentials(accounts: configuration.accounts, owners: Vocabulary.owners)
        tokens = ContinuationTokens(
            seed: configuration.seed ^ 0x70CE_4E55,
            lifetimeSeconds: configuration.tokenLifetimeSeconds
        )
    }

    /// What a request is answered in.
    struct Context {
        let caller: Caller
        /// The lower-case name of the caller.
        var user: String { caller.key }
        /// The name that new jobs are owned by.
        var owner: String { caller.name.isEmpty ? "HPC\\anonymous" : caller.name }
        let path: String
        let query: QueryParameters
        /// Real seconds; page tokens age by them.
        let now: Int64
    }

    /// Answers `request` at `now`, in real seconds by any monotonic clock.
    mutating func answer(_ request: APIRequest, at now: Int64) -> APIResponse {
        let format = AnswerFormat(of: request)
        do throws(APIError) {
            let caller = try credentials.caller(of: request)
            try Permission(method: request.method, path: request.path).check(caller, in: cluster)
            let call = try OperationCall(method: request.method, path: request.path)
            let context = Context(
                caller: caller,
                path: request.path,
                query: try distortion.seen(QueryParameters(request.query)),
                now: now
            )
            let answer =
                request.method == "GET"
                ? try read(call, context)
                : try write(call, try RequestBody(of: request), context)
            return answer.written(in: format, as: call.operation.answer)
        } catch {
            return APIResponse(error).written(in: format, as: .refusal)
        }
    }

    private mutating func read(
        _ call: OperationCall,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        switch call.operation {
        case .getVersion: string(cluster.version)
        case .getActiveHeadNode: string(cluster.headNode)
        case .getDateTimeFormat: string(dates.text)
        case .getNodes: try listNodes(context)
        case .getNode: try node(named: call.name)
        case .getNodeGroups: nodeGroups()
        case .getNodeGroupMembers: try members(ofGroup: call.name)
        case .getJobs: try listJobs(context)
        case .getJob: try job(call.job, context)
        case .getJobTemplates: strings(cluster.templates)
        case .getJobCustomProperties:
            try customProperties(of: try knownJob(call.job), task: nil, context)
        case .getJobEnvironment: try environment(of: try knownJob(call.job), task: nil, context)
        case .getTasks: try listTasks(of: try knownJob(call.job), context)
        case .getSubtask:
            try subtask(call.task, instance: call.subtask, of: try knownJob(call.job), context)
        case .getTaskCustomProperties:
            try customProperties(of: try knownJob(call.job), task: call.task, context)
        case .getTaskEnvironment:
            try environment(of: try knownJob(call.job), task: call.task, context)
        default: try task(call.task, instance: 0, of: try knownJob(call.job), context)
        }
    }

    private mutating func write(
        _ call: OperationCall,
        _ body: RequestBody,
        _ context: Context
    ) throws(APIError) -> APIResponse {
        switch call.operation {
        case .createJob: try createJob(body, context)
        case .createJobFromXML: try createJobFromXML(body, context)
        case .setJob: try setJob(call.job, body)
        case .setJobCustomProperties, .setTaskCustomProperties:
            try setDetails(call, body, \.customProperties)
        case .setJobEnvironment, .setTaskEnvironment: try setDetails(call, body, \.environment)
        case .submitJob: try submitJob(call.job, body)
        case .cancelJob: try cancelJob(call.job, body, context)
        case .finishJob: try finishJob(call.job, body)
        case .requeueJob: try requeueJob(call.job)
        case .addTask: try addTask(to: call.job, body)
        case .setTask, .setSubtask: try setTask(call, body)
        case .cancelTask, .cancelSubtask: try cancelTask(call, body, context)
        case .finishTask, .finishSubtask: try finishTask(call, body)
        default: try requeueTask(call, body)
        }
    }

    var values: ValueWriter {
        ValueWriter(
            cluster: cluster,
            dates: distortion.dates ?? dates,
            neverTimes: configuration.neverTimes
        )
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
