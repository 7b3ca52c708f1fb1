/// The REST API of the cluster, without sockets or a clock: a request in, an answer out.
struct HeadNode: Sendable {
    var cluster: Cluster
    var tokens: ContinuationTokens
    let configuration: SimulatorConfiguration
    let credentials: Credentials
    let dates: DotNetDatePattern
    /// The properties that are refused, in lower case.
    private let refusedProperties: Set<String>
    /// The faults in the rows of the next answer.
    var listingFaults = ListingFaults()

    init(configuration: SimulatorConfiguration, cluster: Cluster) throws(ConfigurationError) {
        self.configuration = configuration
        self.cluster = cluster
        dates = try DotNetDatePattern(configuration.dateFormat)
        refusedProperties = Set(configuration.refusedProperties.map { $0.lowercased() })
        credentials = Credentials(accounts: configuration.accounts, owners: Vocabulary.owners)
        tokens = ContinuationTokens(
            seed: configuration.seed ^ 0x70CE_4E55,
            lifetimeSeconds: configuration.tokenLifetimeSeconds
        )
    }

    /// What the answer to a request depends on, beside the cluster.
    struct Context {
        let caller: Caller
        /// The lower-case name of the caller.
        var user: String { caller.key }
        /// The owner of new jobs.
        var owner: String { caller.name.isEmpty ? "HPC\\anonymous" : caller.name }
        let path: String
        let query: QueryParameters
        /// The time in real seconds, by which page tokens age.
        let now: Int64
    }

    /// Answers a request; `now` is in real seconds by any monotonic clock.
    mutating func answer(_ request: APIRequest, at now: Int64) -> APIResponse {
        let format = AnswerFormat(of: request)
        do throws(APIError) {
            let caller = try credentials.caller(of: request)
            try Permission(method: request.method, path: request.path).check(caller, in: cluster)
            let call = try OperationCall(
                method: request.method,
                path: request.path,
                product: cluster.product
            )
            let context = Context(
                caller: caller,
                path: request.path,
                query: try listingFaults.applied(to: QueryParameters(request.query)),
                now: now
            )
            let answer =
                request.method == "GET"
                ? try read(call, context)
                : try write(
                    call,
                    call.operation.hasBody ? try RequestBody(of: request) : .none,
                    context
                )
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
        case .getVersion: string(cluster.product.version)
        case .getActiveHeadNode: string(cluster.headNode)
        case .getDateTimeFormat: string(dates.text)
        case .getNodes: try listNodes(context)
        case .getNode: try node(named: call.name)
        case .getNodeGroups: nodeGroups()
        case .getNodeGroupMembers, .getClusterNodeGroupMembers: try members(ofGroup: call.name)
        case .getUserRoles: userRoles(context)
        case .getMetricDefinitions: metricDefinitions()
        case .getMetricHistory: try metricHistory(named: call.name, context)
        case .getJobMetrics: jobMetrics()
        case .getClusterNodes: try clusterNodes(context)
        case .getClusterNode: try clusterNode(named: call.name)
        case .getNodeMetrics: try nodeMetrics(context)
        case .getNodesByState: nodesByState()
        case .getNodesByHealth: nodesByHealth()
        case .getOperationLogs: try operationLogs(context)
        case .getFirstOperationLog: try firstOperationLog(context)
        case .getOperationLog: try operationLog(call.name)
        case .getClusterNodeGroups: clusterNodeGroups()
        case .getClusterNodeGroup: try clusterNodeGroup(named: call.name)
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
            dates: listingFaults.dates ?? dates,
            neverTimes: configuration.neverTimes,
            firstWaiting: cluster.firstWaitingJob()
        )
    }

    /// Returns the properties without those that are refused.
    func accepted<Property: RowProperty>(_ properties: [Property]) -> [Property] {
        guard !refusedProperties.isEmpty else { return properties }
        return properties.filter { !refusedProperties.contains($0.rawValue.lowercased()) }
    }

    /// Returns the properties that a client asks for, or `defaults`.
    func selection<Property: RowProperty>(
        _ context: Context,
        defaults: [Property],
        available: [Property] = Array(Property.allCases)
    ) throws(APIError) -> PropertySelection<Property> {
        try PropertySelection(
            asked: context.query.list("properties"),
            defaults: accepted(defaults),
            available: accepted(available),
            ignoresUnknown: configuration.ignoresUnknownProperties
        )
    }

    private func string(_ text: String) -> APIResponse {
        APIResponse(json: JSONWriter.bytes { $0.string(text) })
    }

    func strings(_ texts: [String]) -> APIResponse {
        APIResponse(json: JSONWriter.bytes { $0.array(texts) { $0.string($1) } })
    }

    func knownJob(_ id: UInt32) throws(APIError) -> Job {
        guard let job = cluster.job(id) else {
            throw .notFound("The job with ID \(id) does not exist.")
        }
        return job
    }
}
