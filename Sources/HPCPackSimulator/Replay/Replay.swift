import Basics

/// Answers requests as a recording does.
///
/// A request that was recorded several times gets its answers in order, and the last one from then on. One that asks
/// for other properties than any recorded one, as a newer client may, gets the answer to a recorded one if it asks for
/// nothing that was never answered, and is refused like an unknown property otherwise.
struct Replay: Sendable {
    private struct Answers {
        var exchanges: [RecordedExchange] = []
        var next = 0

        mutating func draw() -> RecordedExchange {
            defer { next = min(next + 1, exchanges.count - 1) }
            return exchanges[next]
        }
    }

    private var answers: [ReplayRequest: Answers] = [:]
    /// Answers with status 200, to requests without their properties, and to first pages without their size too.
    private var nearest: [ReplayRequest: Answers] = [:]
    /// The properties that were answered, by path.
    private var properties: [ReplayRequest: Set<String>] = [:]
    private var paths: Set<ReplayRequest> = []
    private var listings: Set<ReplayRequest> = []

    /// Reads a recording.
    ///
    /// - Parameter archive: The file that `hpcpack-exporter check --record` wrote.
    /// - Throws: `MalformedText` when it is no such file.
    init(archive: [UInt8]) throws(MalformedText) {
        for (name, contents) in try TarReader.files(in: GzipReader.decompress(archive))
        where name.hasSuffix(".txt") {
            do throws(MalformedText) {
                add(try RecordedExchange(contents))
            } catch {
                throw MalformedText("\(name): \(error.message)")
            }
        }
        guard !answers.isEmpty else { throw MalformedText("it holds no answer") }
    }

    private mutating func add(_ exchange: RecordedExchange) {
        // Nothing came: a client that asks again was answered later, or never.
        guard exchange.status != 0 else { return }
        let request = exchange.request
        answers[request, default: Answers()].exchanges.append(exchange)
        paths.insert(request.resource)
        if let listing = request.withoutStartRow { listings.insert(listing) }
        guard exchange.status == 200 else { return }
        properties[request.resource, default: []].formUnion(request.properties ?? [])
        for key in Set([request.withoutProperties, request.firstPage].compactMap(\.self)) {
            nearest[key, default: Answers()].exchanges.append(exchange)
        }
    }

    /// The answer to a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path as it was sent.
    ///   - query: The query as it was sent.
    /// - Returns: The recorded answer, or a 404.
    mutating func answer(_ method: String, _ path: String, _ query: String?) -> APIResponse {
        let base = "/hpc"
        let isBelow = path.lowercased().hasPrefix(base + "/")
        let request = ReplayRequest(
            method,
            isBelow ? path.dropFirst(base.count)[...] : path[...],
            query ?? ""
        )
        guard let request else { return APIResponse(.badRequest("The address cannot be decoded.")) }
        if let exchange = answers[request]?.draw() { return APIResponse(exchange) }
        let known = properties[request.resource] ?? []
        if let unknown = request.properties?.subtracting(known).min(),
            paths.contains(request.resource)
        {
            return APIResponse(.badRequest("The recording knows no property \(unknown)."))
        }
        for key in [request.withoutProperties, request.firstPage].compactMap(\.self) {
            if let exchange = nearest[key]?.draw() { return APIResponse(exchange) }
        }
        // Past the rows that were recorded the service answers an empty page (docs/hpcpack-api.md#paging).
        if let listing = request.withoutStartRow, listings.contains(listing) {
            return APIResponse(json: Array("[]".utf8))
        }
        return APIResponse(
            .notFound(
                "The recording holds no answer to \(method) /\(request.path.joined(separator: "/")) with these parameters."
            )
        )
    }
}

extension APIResponse {
    fileprivate init(_ exchange: RecordedExchange) {
        self.init(status: exchange.status, json: exchange.body)
        headers = exchange.headers
    }
}
