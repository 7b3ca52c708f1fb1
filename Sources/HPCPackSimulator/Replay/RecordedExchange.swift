import Basics

/// One request and its answer, as `hpcpack-exporter check --record` wrote them (docs/recordings.md#the-file).
struct RecordedExchange: Sendable {
    /// The request.
    let request: ReplayRequest
    /// The status of the answer; 0 when there was none.
    let status: Int
    /// The fields of the answer.
    let headers: [(name: String, value: String)]
    /// The body.
    let body: [UInt8]

    /// The fields that belong to how the body came, not to what it is: it was decompressed before it was recorded.
    private static let transferFields: Set<String> = [
        "content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive",
    ]

    /// Reads a file of a recording.
    ///
    /// - Throws: `MalformedText` when it does not have the form of one.
    init(_ bytes: ArraySlice<UInt8>) throws(MalformedText) {
        let end = bytes.indices.dropLast().first { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }
        guard let end, let head = String(validating: bytes[..<end], as: UTF8.self) else {
            throw MalformedText("no empty line ends the description")
        }
        var lines = head.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == "hpcpack-recording 1" else {
            throw MalformedText("it is not of version 1 of the format")
        }
        var request: ReplayRequest?
        var status: Int?
        var isCut = false
        var nextToken: String?
        var fields: [(name: String, value: String)] = []
        for line in lines {
            let (name, value) = Self.pair(line)
            switch name {
            case "request": request = ReplayRequest(line: value)
            case "status": status = Int(value)
            case "next-page":
                isCut = true
                nextToken = value.split(separator: " goes on at ").dropFirst().first.map(
                    String.init
                )
            case "field":
                let (name, value) = Self.pair(value)
                fields.append((String(name), String(value)))
            default: break
            }
        }
        guard let request, let status else { throw MalformedText("request or status is missing") }
        self.request = request
        self.status = status
        headers = fields.compactMap { name, value in
            let lower = name.lowercased()
            if Self.transferFields.contains(lower) { return nil }
            // A listing whose next page was left out goes on with a later one, or ends.
            guard isCut, lower == "x-ms-continuation-queryid" else { return (name, value) }
            return nextToken.map { (name, $0) }
        }
        body = Array(bytes[(end + 2)...])
    }

    /// The parts before and after the first colon and blank.
    private static func pair(_ line: Substring) -> (name: Substring, value: Substring) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], (parts.count > 1 ? parts[1] : "").trimmingBlanks())
    }
}

/// What a request asks for, in a form that can be compared.
struct ReplayRequest: Sendable, Hashable {
    /// The method.
    let method: String
    /// The path below `/hpc`, in decoded segments.
    let path: [String]
    /// The query parameters in the order of their names, decoded, without times.
    var query: [String: String]

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path below `/hpc`, percent-encoded.
    ///   - query: The query, percent-encoded.
    init?(_ method: String, _ path: some StringProtocol, _ query: some StringProtocol) {
        self.method = method
        var segments: [String] = []
        for segment in path.split(separator: "/") {
            guard let text = PercentCoding.decode(segment, plusIsSpace: false) else { return nil }
            segments.append(text)
        }
        self.path = segments
        self.query = [:]
        for parameter in query.split(separator: "&") {
            let sides = parameter.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = PercentCoding.decode(sides[0], plusIsSpace: true),
                let value = PercentCoding.decode(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
            else { return nil }
            self.query[name] = name == "$filter" ? Self.withoutTimes(value) : value
        }
    }

    /// Reads the line of a recording, such as `GET /jobs?rowsPerRead=10`.
    fileprivate init?(line: Substring) {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(String(words[0]), target[0], target.count > 1 ? target[1] : "")
    }

    /// The properties that it asks for, in lower case; `nil` for those of the server's choice.
    var properties: Set<String>? {
        query["properties"].map { Set($0.lowercased().split(separator: ",").map(String.init)) }
    }

    /// The same request without parameters.
    var resource: ReplayRequest {
        var copy = self
        copy.query = [:]
        return copy
    }

    /// The same request for any properties.
    var withoutProperties: ReplayRequest { without(["properties"]) }

    /// The first page of any size; `nil` for a later page.
    var firstPage: ReplayRequest? {
        query["queryId"] == nil && query["startRow"] == nil
            ? without(["properties", "rowsPerRead"]) : nil
    }

    /// The same request for any page by row number; `nil` when it does not ask by one.
    var withoutStartRow: ReplayRequest? {
        query["startRow"] == nil ? nil : without(["startRow", "properties"])
    }

    private func without(_ names: [String]) -> ReplayRequest {
        var copy = self
        for name in names { copy.query[name] = nil }
        return copy
    }

    /// The filter with a mark in place of each time, which is another one whenever somebody asks.
    private static func withoutTimes(_ filter: String) -> String {
        var terms: [String] = []
        for term in filter.split(separator: " and ") {
            let words = term.split(separator: " ", maxSplits: 2)
            let isTime = words.count == 3 && words[0].lowercased() == "changetimefrom"
            terms.append(isTime ? "\(words[0]) \(words[1]) *" : String(term))
        }
        return terms.joined(separator: " and ")
    }
}
