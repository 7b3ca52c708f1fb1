import HTTPListener

extension ParserOracle {
    /// The parser of requests: in pieces as whole, and what it accepts means the same when it is
    /// written out anew.
    package static let request = ParserOracle(
        name: "request",
        dictionary: [
            "\r\n", "\r\n\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "=", "\"", "\\", "%20", "*",
            "GET ", "POST ", "HEAD ", "OPTIONS ", "CONNECT ", " HTTP/1.1\r\n", " HTTP/1.0\r\n",
            "HTTP/9.9", "http://a", "https://[::1]:1/", "/", "?", "#", "Host: a\r\n",
            "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n",
            "Connection: close\r\n", "chunked", "0\r\n\r\n", "5\r\nhello\r\n", ";a=\"b\"", "é",
        ],
        compare: { RequestOracle.check($0, $1) }
    )
}

/// The comparisons behind ``ParserOracle/request``.
private enum RequestOracle {
    private static let statuses: Set<Int> = [400, 405, 413, 414, 417, 431, 501, 505]

    static func check(_ bytes: [UInt8], _ cuts: ParserOracle.Cuts) -> ParserOracle.Verdict {
        let whole = ParserRun(bytes)
        for pieces in bytes.cut(cuts) {
            let run = ParserRun(pieces, limits: .tests)
            guard run == whole else { return .wrong("in pieces \(run), whole \(whole)") }
        }
        for request in whole.requests {
            if let wrong = contradiction(request) { return .wrong(wrong) }
        }
        if let refusal = whole.refusal {
            guard statuses.contains(refusal.status), !refusal.reason.isEmpty else {
                return .wrong("refused with \(refusal)")
            }
            return .refused
        }
        return whole.requests.isEmpty ? .refused : .accepted
    }

    /// Writes a request anew in the plainest way; another reader must see the same in it.
    private static func contradiction(_ request: HTTPRequest) -> String? {
        guard request.path.utf8.first == UInt8(ascii: "/") || request.path == "*" else {
            return "the path is \(request.path)"
        }
        guard request.body.count <= ListenerLimits.tests.bodyBytes else { return "a long body" }
        let isOld = request.version == .http10
        var text = "\(request.method) \(request.target) HTTP/1.\(isOld ? 0 : 1)\r\n"
        var isFramed = false
        for (name, value) in request.headers where name.lowercased() != "transfer-encoding" {
            isFramed = isFramed || name.lowercased() == "content-length"
            text += "\(name): \(value)\r\n"
        }
        // A body that came in chunks is told by its length.
        var added: [(name: String, value: String)] = []
        if !isFramed && !request.body.isEmpty {
            added.append(("Content-Length", String(request.body.count)))
            text += "Content-Length: \(request.body.count)\r\n"
        }
        // Bytes beyond ASCII have become UTF-8 and take more room.
        var limits = ListenerLimits.tests
        limits.headBytes *= 4
        limits.requestLineBytes *= 4
        limits.fieldCount += 1
        let again = ParserRun(
            [Array((text + "\r\n").utf8)[...], request.body[...]],
            limits: limits
        )
        guard again.refusal == nil, again.requests.count == 1, let other = again.requests.first
        else { return "written anew as \(text.debugDescription) it gives \(again)" }
        let fields = request.headers.filter { $0.name.lowercased() != "transfer-encoding" } + added
        guard other.method == request.method, other.path == request.path,
            other.query == request.query, other.body == request.body,
            other.headers.map(\.name) == fields.map(\.name),
            other.headers.map(\.value) == fields.map(\.value)
        else { return "written anew as \(text.debugDescription) it gives \(other)" }
        return nil
    }
}
