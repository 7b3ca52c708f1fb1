import Basics
import FoundationEssentials
import Glibc
import HTTPListener

/// A head node that answers from memory: it keeps every response, byte for byte.
///
/// `/bench/requests` and `/bench/change` are for the benchmark: both return the number of requests since one
/// of them was called last; the second changes jobs and nodes, and drops the responses that depend on them.
struct PreparedHeadNode {
    private struct CachedResponse {
        let response: HTTPResponse
        /// The jobs of which a change makes the response outdated.
        let jobs: Range<Int>
    }

    private var jobs: PreparedJobs
    private var nodes: PreparedNodes
    private let size: ClusterSize
    private var cache: [String: CachedResponse] = [:]
    private var requests = 0

    init(_ size: ClusterSize) {
        self.size = size
        jobs = PreparedJobs(size)
        nodes = PreparedNodes(size.nodes)
    }

    /// Runs the benchmark as a head node, `hpcpack-bench serve` and the numbers of ``ClusterSize``.
    ///
    /// It serves until standard input ends, so that it never outlives the process that started it.
    ///
    /// - Returns: The exit code.
    static func serve(_ arguments: [String]) -> Int32 {
        guard let size = ClusterSize(arguments: arguments) else { return 2 }
        do {
            let headNode = Mutex(PreparedHeadNode(size))
            let server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) {
                let request = $0.request
                $0.respond(headNode.withLock { $0.response(to: request) })
            }
            try server.start()
            print("port \(server.addresses[0].port)")
            fflush(nil)
            while readLine() != nil {}
            server.stop(within: .seconds(1))
            server.join()
            return 0
        } catch {
            print("cannot serve: \(error)")
            return 1
        }
    }

    /// Returns the response to a request.
    mutating func response(to request: HTTPRequest) -> HTTPResponse {
        if request.path.hasPrefix("/bench/") { return control(request) }
        requests += 1
        if let cached = cache[request.target] { return cached.response }
        let (response, jobs) = makeResponse(request)
        if response.status == 200 {
            cache[request.target] = CachedResponse(response: response, jobs: jobs)
        }
        return response
    }

    private mutating func control(_ request: HTTPRequest) -> HTTPResponse {
        if request.path == "/bench/change" {
            let query = Query(request)
            let changed = jobs.change(Int(query["count"] ?? "") ?? 0)
            cache = cache.filter { _, cached in !cached.jobs.overlaps(changed) }
            if let count = Int(query["nodes"] ?? ""), count > 0 {
                nodes.change(count)
                cache = cache.filter { target, _ in !target.hasPrefix("/hpc/nodes?") }
            }
        }
        defer { requests = 0 }
        return .text(200, "\(requests)\n")
    }

    /// Makes a response.
    ///
    /// - Returns: The response, and the indices of the jobs of which a change makes it outdated.
    private func makeResponse(_ request: HTTPRequest) -> (HTTPResponse, Range<Int>) {
        let query = Query(request)
        let none = 0..<0
        switch request.path.dropFirst("/hpc".count) {
        case "/cluster/version": return (Self.json("\"5.3.6450.0\"".utf8), none)
        case "/cluster/activeHeadNode": return (Self.json("\"HEADNODE-1\"".utf8), none)
        case "/cluster/info/dateTimeFormat":
            return (Self.json("\"M/d/yyyy h:mm:ss tt\"".utf8), none)
        case "/jobs/templates": return (Self.json("[\"Default\",\"Long\"]".utf8), none)
        case "/nodes/groups":
            let names: [Substring] = ["Id", "Name", "Description", "Managed"]
            let rows = Self.rows(
                PreparedGroups.names.indices,
                zip(names, names.compactMap(PreparedGroups.writer))
            )
            return (Self.json(rows), none)
        case "/nodes": return (page(query, 0..<size.nodes, nodes.writer).0, none)
        case "/cluster/nodes/metrics" where size.tellsUse: return (Self.json(nodes.figures), none)
        case "/jobs":
            let listed: [Int]
            if let time = query.changedSince {
                listed = jobs.indices.filter { jobs.changeTime($0) >= time }
            } else if let state = query.state {
                listed = jobs.indices.filter { jobs.state($0) == state }
            } else {
                return page(query, jobs.indices, jobs.writer)
            }
            let (response, _) = page(query, listed.indices) { property in
                jobs.writer(property).map { write in { write(listed[$0], &$1) } }
            }
            return (response, jobs.indices)
        default: break
        }
        // /hpc/jobs/ID, and /hpc/jobs/ID/tasks
        let components = request.path.split(separator: "/")
        guard components.count >= 3, components[1] == "jobs", let id = Int(components[2]),
            let index = jobs.index(ofID: id)
        else { return (.text(404, "{\"Message\":\"There is no such resource.\"}"), none) }
        let job = index..<index + 1
        if components.count == 3 { return page(query, job, jobs.writer) }
        let tasks = PreparedTasks(
            job: id,
            count: size.tasksPerJob,
            newestChange: jobs.changeTime(index)
        )
        let changed = tasks.changed(since: query.changedSince ?? 0)
        return (page(query, changed, tasks.writer).0, job)
    }

    /// Makes one page of a listing.
    ///
    /// The token of the next page is the index of its first row (docs/hpcpack-api.md#paging).
    ///
    /// - Parameters:
    ///   - query: The wanted properties, page size and token.
    ///   - all: The indices of the whole listing.
    ///   - writer: Returns the writer of a property.
    /// - Returns: The response, and the indices of its rows.
    private func page(
        _ query: Query,
        _ all: Range<Int>,
        _ writer: (Substring) -> PropertyWriter?
    ) -> (HTTPResponse, Range<Int>) {
        let names = (query["properties"] ?? "Id,State").split(separator: ",")
        let writers = names.compactMap(writer)
        let first = query["queryId"].map { Int($0) ?? -1 } ?? all.lowerBound
        guard writers.count == names.count, first >= all.lowerBound, first <= all.upperBound else {
            return (.text(400, "{\"Message\":\"A property or a token is unknown.\"}"), 0..<0)
        }
        let count = max(1, Int(query["rowsPerRead"] ?? "") ?? 10)
        let rows = first..<min(first + count, all.upperBound)
        var response = Self.json(Self.rows(rows, zip(names, writers)))
        if rows.upperBound < all.upperBound {
            response.headers.set("x-ms-continuation-QueryId", String(rows.upperBound))
        }
        return (response, rows)
    }

    /// Writes rows as a list of `RestObject`, each a list of named properties (docs/hpcpack-api.md#values).
    private static func rows(
        _ indices: Range<Int>,
        _ properties: some Sequence<(Substring, PropertyWriter)>
    ) -> [UInt8] {
        let properties = properties.enumerated().map { column, property in
            let separator = column == 0 ? "" : ","
            return (Array("\(separator){\"Name\":\"\(property.0)\",\"Value\":\"".utf8), property.1)
        }
        var bytes = [UInt8(ascii: "[")]
        for index in indices {
            bytes += (index == indices.lowerBound ? "" : ",").utf8
            bytes += "{\"Properties\":[".utf8
            for (prefix, write) in properties {
                bytes += prefix
                write(index, &bytes)
                bytes += "\"}".utf8
            }
            bytes += "]}".utf8
        }
        return bytes + [UInt8(ascii: "]")]
    }

    private static func json(_ body: some Sequence<UInt8>) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: HTTPHeaders([("Content-Type", "application/json; charset=utf-8")]),
            body: Array(body)
        )
    }
}

/// The query of a request, decoded.
private struct Query {
    private let items: [URLQueryItem]

    init(_ request: HTTPRequest) {
        items = URLComponents(string: request.target)?.queryItems ?? []
    }

    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// The state of `$filter=JobState eq …` (docs/hpcpack-api.md#filters-and-times).
    var state: String? {
        let prefix = "JobState eq "
        guard let filter = self["$filter"], filter.hasPrefix(prefix) else { return nil }
        return String(filter.dropFirst(prefix.count))
    }

    /// The time of `$filter=ChangeTimeFrom eq MM/dd/yyyy HH:mm:ss`, in Unix seconds
    /// (docs/hpcpack-api.md#filters-and-times).
    var changedSince: UInt32? {
        let prefix = "ChangeTimeFrom eq "
        guard let filter = self["$filter"], filter.hasPrefix(prefix) else { return nil }
        let fields = filter.dropFirst(prefix.count).split { "/: ".contains($0) }
            .compactMap { Int($0) }
        guard fields.count == 6,
            let date = CivilDate(year: fields[2], month: fields[0], day: fields[1])
        else { return nil }
        return UInt32(
            exactly: date.daysSince1970 * 86_400 + fields[3] * 3600 + fields[4] * 60 + fields[5]
        )
    }
}
