import JSONRows

/// The calls of the REST API that the exporter makes, typed (rest-api-2016: Paths).
extension Session {
    /// The version of HPC Pack: `GET /cluster/version`.
    public func clusterVersion() throws(RequestError) -> String {
        try text(APIRequest(endpoint: .clusterVersion, path: "/cluster/version"))
    }

    /// The name of the active head node: `GET /cluster/activeHeadNode`.
    public func activeHeadNode() throws(RequestError) -> String {
        try text(APIRequest(endpoint: .activeHeadNode, path: "/cluster/activeHeadNode"))
    }

    /// How the server writes times: `GET /cluster/info/dateTimeFormat`.
    ///
    /// - Throws: Also when the pattern names no full date and time.
    public func dateTimeFormat() throws(RequestError) -> DateTimePattern {
        let request = APIRequest(endpoint: .dateTimeFormat, path: "/cluster/info/dateTimeFormat")
        let text = try text(request)
        guard let pattern = DateTimePattern(text) else {
            throw RequestError(
                .malformed,
                .dateTimeFormat,
                "the server's date-time format \"\(text.prefix(80))\" does not tell a full date and time"
            )
        }
        return pattern
    }

    /// The names of the job templates: `GET /jobs/templates`.
    public func jobTemplates() throws(RequestError) -> [String] {
        try strings(APIRequest(endpoint: .jobTemplates, path: "/jobs/templates"))
    }

    /// The names of all node groups: `GET /nodes/groups`.
    public func nodeGroups() throws(RequestError) -> [String] {
        let names = Names()
        let sink = RowSink(
            shape: .objects(ColumnSet(["Name"])),
            limits: client.configuration.limits
        ) { row in
            names.append(row)
        }
        sink.onBegin = { names.removeAll() }
        _ = try fetch(APIRequest(endpoint: .nodeGroups, path: "/nodes/groups"), sink)
        guard !names.values.contains("") else {
            throw RequestError(.malformed, .nodeGroups, "GET /nodes/groups: a group has no name")
        }
        return names.values
    }

    /// The names of a group's nodes: `GET /nodes/groups/{name}`.
    public func nodeGroupMembers(_ group: String) throws(RequestError) -> [String] {
        let path = "/nodes/groups/" + PercentEncoding.pathPart(group)
        return try strings(APIRequest(endpoint: .nodeGroupMembers, path: path))
    }

    /// All nodes: `GET /nodes`, rows of `NodeColumn`.
    public func nodes(into stage: any ListingStage) throws(RequestError) {
        let request = APIRequest(endpoint: .nodes, path: "/nodes")
        try list(request, ladder: NodeColumn.ladder, columns: NodeColumn.set, into: stage)
    }

    /// All jobs, or those changed since a time: `GET /jobs`, rows of `JobColumn`.
    ///
    /// - Parameters:
    ///   - changedFrom: The time in Unix seconds from which changes are asked for; `nil` for all jobs.
    ///   - stage: Takes the rows.
    /// - Throws: The failure that ended the listing.
    public func jobs(changedFrom: UInt32? = nil, into stage: any ListingStage) throws(RequestError)
    {
        let request = filtered(APIRequest(endpoint: .jobs, path: "/jobs"), changedFrom)
        try list(
            request,
            ladder: JobColumn.ladder,
            columns: JobColumn.set,
            climbs: changedFrom == nil,
            into: stage
        )
    }

    /// The tasks of a job, sweeps expanded: `GET /jobs/{jobId}/tasks`, rows of `TaskColumn`.
    ///
    /// - Parameters:
    ///   - job: The job's id.
    ///   - changedFrom: The time in Unix seconds from which changes are asked for; `nil` for all tasks.
    ///   - stage: Takes the rows.
    /// - Throws: The failure that ended the listing.
    public func tasks(
        of job: Int64,
        changedFrom: UInt32? = nil,
        into stage: any ListingStage
    ) throws(RequestError) {
        let request = APIRequest(
            endpoint: .tasks,
            path: "/jobs/\(job)/tasks",
            query: [("expandParametric", "true")]
        )
        try list(
            filtered(request, changedFrom),
            ladder: TaskColumn.ladder,
            columns: TaskColumn.set,
            climbs: changedFrom == nil,
            into: stage
        )
    }

    /// Whether the scheduler still holds a job: `GET /jobs/{jobId}`.
    ///
    /// An unknown id gives some 4xx (FACTS: Errors).
    public func holdsJob(_ job: Int64) throws(RequestError) -> Bool {
        let request = APIRequest(
            endpoint: .job,
            path: "/jobs/\(job)",
            query: [("properties", "Id,State")]
        )
        let sink = RowSink(shape: .objects(ColumnSet(["Id"])), limits: client.configuration.limits)
        { _ in }
        do {
            _ = try fetch(request, sink)
            return true
        } catch  where error.mayBeUnknownID {
            return false
        }
    }

    /// The filter grammar is `Name eq Value`; the time is `MM/dd/yyyy HH:mm:ss` in UTC (FACTS: Filters).
    private func filtered(_ request: APIRequest, _ changedFrom: UInt32?) -> APIRequest {
        guard let changedFrom else { return request }
        return request.adding("$filter", "ChangeTimeFrom eq " + FilterTime.text(changedFrom))
    }

    private func text(_ request: APIRequest) throws(RequestError) -> String {
        let names = Names()
        let sink = RowSink(shape: .string, limits: client.configuration.limits) { row in
            names.append(row)
        }
        sink.onBegin = { names.removeAll() }
        _ = try fetch(request, sink)
        return names.values.first ?? ""
    }

    private func strings(_ request: APIRequest) throws(RequestError) -> [String] {
        let names = Names()
        let sink = RowSink(shape: .strings, limits: client.configuration.limits) { row in
            names.append(row)
        }
        sink.onBegin = { names.removeAll() }
        _ = try fetch(request, sink)
        return names.values
    }
}

/// The texts of a short answer.
private final class Names {
    private(set) var values: [String] = []

    func append(_ row: borrowing Row) { values.append(row.string(0)) }

    func removeAll() { values = [] }
}
