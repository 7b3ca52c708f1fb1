import HTTPListener

/// A head node that answers from memory: every answer is made once and kept, byte for byte.
///
/// Used by the listener's one thread only. Filters are answered from the rows as they are; a change makes
/// the answers that it touches void.
final class PreparedHeadNode {
    private struct Kept {
        let response: HTTPResponse
        /// The jobs on a page of the whole list; `nil` for an answer to a filter, or of no jobs.
        let places: Range<Int>?
        let isFiltered: Bool
    }

    private var jobs: PreparedJobs
    private let size: ClusterSize
    private var kept: [String: Kept] = [:]
    private var requests = 0

    init(_ size: ClusterSize) {
        self.size = size
        jobs = PreparedJobs(size)
    }

    /// Answers one request.
    func answer(_ request: HTTPRequest) -> HTTPResponse {
        if request.path.hasPrefix("/bench/") { return control(request) }
        requests += 1
        if let answer = kept[request.target] { return answer.response }
        let made = make(request)
        if made.response.status == 200 { kept[request.target] = made }
        return made.response
    }

    /// What the benchmark itself asks for: changes, and how many requests there were.
    private func control(_ request: HTTPRequest) -> HTTPResponse {
        if request.path == "/bench/change" {
            let places = jobs.change(Int(HeadNodeQuery(request.query)["count"] ?? "") ?? 0)
            kept = kept.filter { _, answer in
                !answer.isFiltered && !(answer.places?.overlaps(places) ?? false)
            }
        }
        defer { requests = 0 }
        return .text(200, "\(requests)\n")
    }

    private func make(_ request: HTTPRequest) -> Kept {
        let path = request.path.hasPrefix("/hpc/") ? request.path.dropFirst(4) : "/"
        let query = HeadNodeQuery(request.query)
        switch path {
        case "/cluster/version": return fixed("\"5.3.6450.0\"")
        case "/cluster/activeHeadNode": return fixed("\"HEADNODE-1\"")
        case "/cluster/info/dateTimeFormat": return fixed("\"\(ServerTime.pattern)\"")
        case "/jobs/templates": return fixed("[\"Default\",\"Long\"]")
        case "/nodes/groups": return keep(Self.json(PreparedGroups.list))
        case "/nodes":
            return page(query, 0..<size.nodes, PreparedNodes.value)
        case "/jobs": return jobPage(query)
        default: break
        }
        let steps = path.split(separator: "/")
        guard steps.count >= 2, steps[0] == "jobs", let id = Int(steps[1]),
            let place = jobs.place(id)
        else { return keep(.text(404, "{\"Message\":\"There is no such thing.\"}")) }
        if steps.count == 2 { return page(query, place..<place + 1, jobs.value) }
        let tasks = PreparedTasks(
            job: id,
            count: size.tasksPerJob,
            newest: jobs.changes[place]
        )
        return page(
            query,
            tasks.changed(from: query.changedFrom ?? 0),
            tasks.value,
            isFiltered: true
        )
    }

    private func jobPage(_ query: HeadNodeQuery) -> Kept {
        guard let from = query.changedFrom else {
            return page(query, 0..<jobs.count, jobs.value, isJobs: true)
        }
        let places = jobs.changes.indices.filter { jobs.changes[$0] >= from }
        let value = { [jobs] (property: Substring) -> ((Int, inout [UInt8]) -> Void)? in
            jobs.value(property).map { value in { value(places[$0], &$1) } }
        }
        return page(query, 0..<places.count, value, isFiltered: true)
    }

    /// One page of a listing; the token of the next is its first place (REST API: paging).
    private func page(
        _ query: HeadNodeQuery,
        _ all: Range<Int>,
        _ value: (Substring) -> ((Int, inout [UInt8]) -> Void)?,
        isJobs: Bool = false,
        isFiltered: Bool = false
    ) -> Kept {
        let names = (query["properties"] ?? "Id,State").split(separator: ",")
        let values = names.compactMap(value)
        let first = query["queryId"].map { Int($0) ?? -1 } ?? all.lowerBound
        guard values.count == names.count, first >= all.lowerBound, first <= all.upperBound else {
            return keep(.text(400, "{\"Message\":\"A property or a token is not known.\"}"))
        }
        let rows = max(1, Int(query["rowsPerRead"] ?? "") ?? 10)
        let places = first..<min(first + rows, all.upperBound)
        var list = RestObjects(names)
        for place in places { list.append { values[$0](place, &$1) } }
        var response = Self.json(list.finished)
        if places.upperBound < all.upperBound {
            response.headers.set("x-ms-continuation-QueryId", String(places.upperBound))
        }
        return Kept(response: response, places: isJobs ? places : nil, isFiltered: isFiltered)
    }

    private func fixed(_ text: String) -> Kept { keep(Self.json(Array(text.utf8))) }

    private func keep(_ response: HTTPResponse) -> Kept {
        Kept(response: response, places: nil, isFiltered: false)
    }

    private static func json(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: HTTPHeaders([("Content-Type", "application/json; charset=utf-8")]),
            body: body
        )
    }
}
