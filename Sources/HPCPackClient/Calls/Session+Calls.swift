import Basics
public import JSONRows

/// The operations of the REST API that the exporter calls, typed (docs/hpcpack-api.md#operations).
extension Session {
    /// The version of HPC Pack: `GET /cluster/version`.
    public func clusterVersion() throws(RequestError) -> String {
        try string(APIRequest(.clusterVersion))
    }

    /// The name of the active head node: `GET /cluster/activeHeadNode`.
    public func activeHeadNode() throws(RequestError) -> String {
        try string(APIRequest(.activeHeadNode))
    }

    /// How the server writes times: `GET /cluster/info/dateTimeFormat`.
    ///
    /// - Throws: Also when the pattern names no full date and time.
    public func dateTimeFormat() throws(RequestError) -> DateTimePattern {
        let text = try string(APIRequest(.dateTimeFormat))
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
        try strings(APIRequest(.jobTemplates), .strings)
    }

    /// All jobs, or those changed since a time: `GET /jobs`, rows of `JobColumn`.
    ///
    /// - Parameters:
    ///   - changedFrom: The time in Unix seconds from which changes are asked for; `nil` for all jobs.
    ///   - properties: What is asked of each job.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    public func jobs(
        changedFrom: UInt32? = nil,
        asking properties: JobProperties = JobProperties(),
        into stage: any ListingStage
    ) throws(RequestError) {
        try list(
            Listing(
                request: filtered(APIRequest(.jobs), changedFrom),
                properties: properties.wanted,
                columns: JobColumn.set,
                searchesProperties: changedFrom == nil
            ),
            into: stage
        )
    }

    /// The jobs in a state: `GET /jobs`, rows of `JobColumn`.
    ///
    /// - Parameters:
    ///   - state: The state; the server may answer jobs that have just left it.
    ///   - properties: What is asked of each job.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    public func jobs(
        in state: JobState,
        asking properties: JobProperties,
        into stage: any ListingStage
    ) throws(RequestError) {
        try list(
            Listing(
                request: APIRequest(.jobs).adding("$filter", "JobState eq \(state.name)"),
                properties: properties.wanted,
                columns: JobColumn.set
            ),
            into: stage
        )
    }

    /// One job: `GET /jobs/{jobId}`, a row of `JobColumn`.
    ///
    /// - Parameters:
    ///   - job: The job's id.
    ///   - properties: What is asked of it.
    ///   - onRow: Called with the row.
    /// - Throws: The failure of the call; some 4xx for an unknown id.
    public func job(
        _ job: Int64,
        asking properties: JobProperties,
        onRow: @escaping (borrowing Row) -> Void
    ) throws(RequestError) {
        let list = properties.wanted.all.joined(separator: ",")
        let request = APIRequest(.job, path: "/jobs/\(job)", query: [("properties", list)])
        let sink = RowSink(
            shape: .properties(JobColumn.set),
            limits: client.configuration.limits,
            onRow: onRow
        )
        try fetch(request, into: sink)
    }

    /// The number of jobs, or of those in a state, by a `GET /jobs` for one row.
    ///
    /// - Parameter state: The state; `nil` for all jobs.
    /// - Returns: The number; `nil` where the server does not tell it (docs/hpcpack-api.md#paging).
    /// - Throws: The failure, other than a refusal of the call.
    public func jobCount(in state: JobState? = nil) throws(RequestError) -> Int? {
        let filter = state.map { [("$filter", "JobState eq \($0.name)")] } ?? []
        let request = APIRequest(
            .jobs,
            query: filter + [("properties", "Id"), ("rowsPerRead", "1"), ("startRow", "0")]
        )
        let sink = RowSink(
            shape: .objects(ColumnSet(["Id"])),
            limits: client.configuration.limits,
            onRow: { _ in }
        )
        do {
            return try fetch(request, into: sink).rowCount
        } catch  where error.mayBeRefusedFilter {
            return nil
        }
    }

    /// The tasks of a job, sweeps expanded: `GET /jobs/{jobId}/tasks`, rows of `TaskColumn`.
    ///
    /// - Parameters:
    ///   - job: The job's id.
    ///   - changedFrom: The time in Unix seconds from which changes are asked for; `nil` for all tasks.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    public func tasks(
        of job: Int64,
        changedFrom: UInt32? = nil,
        into stage: any ListingStage
    ) throws(RequestError) {
        let request = APIRequest(
            .tasks,
            path: "/jobs/\(job)/tasks",
            query: [("expandParametric", "true")]
        )
        try list(
            Listing(
                request: filtered(request, changedFrom),
                properties: TaskColumn.wanted,
                columns: TaskColumn.set,
                searchesProperties: changedFrom == nil
            ),
            into: stage
        )
    }

    /// Whether the scheduler still holds a job: `GET /jobs/{jobId}`.
    ///
    /// An unknown id gives some 4xx (docs/hpcpack-api.md#errors-authentication-and-addresses).
    public func holdsJob(_ job: Int64) throws(RequestError) -> Bool {
        let request = APIRequest(
            .job,
            path: "/jobs/\(job)",
            query: [("properties", "Id,State")]
        )
        do {
            _ = try strings(request, .objects(ColumnSet(["Id"])))
            return true
        } catch  where error.mayBeUnknownID {
            return false
        }
    }

    private func filtered(_ request: APIRequest, _ changedFrom: UInt32?) -> APIRequest {
        guard let changedFrom else { return request }
        return request.adding("$filter", Self.filter(changedFrom: changedFrom))
    }

    /// The filter for rows that changed at a time in Unix seconds or later.
    ///
    /// The grammar is `Name eq Value`; the time is `MM/dd/yyyy HH:mm:ss` in UTC
    /// (docs/hpcpack-api.md#filters-and-times).
    static func filter(changedFrom seconds: UInt32) -> String {
        let time = CivilTime(unixSeconds: Int(seconds))
        let month = CivilTime.twoDigits(time.date.month)
        let day = CivilTime.twoDigits(time.date.day)
        return "ChangeTimeFrom eq \(month)/\(day)/\(time.date.year) \(time.clock)"
    }

    private func string(_ request: APIRequest) throws(RequestError) -> String {
        try strings(request, .string).first ?? ""
    }

    /// Fetches a short answer whose rows have one column.
    func strings(_ request: APIRequest, _ shape: RowShape) throws(RequestError) -> [String] {
        let strings = Strings()
        let sink = RowSink(
            shape: shape,
            limits: client.configuration.limits,
            onBegin: { strings.values = [] },
            onRow: { row in strings.values.append(row.string(0)) }
        )
        try fetch(request, into: sink)
        return strings.values
    }
}

/// The rows of a short answer, which a closure and its maker share on one thread.
private final class Strings {
    var values: [String] = []
}
