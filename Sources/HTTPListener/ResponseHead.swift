/// Writes the head of an answer.
struct ResponseHead {
    /// What an answer looks like depends on the request it answers in these points.
    struct Context: Sendable {
        /// Whether the request was HEAD, so that no body follows.
        var isHead = false
        /// The version of the request.
        var version = HTTPVersion.http11
        /// Whether the connection lives on.
        var keepsAlive = false
    }

    /// The value of `Date`.
    var date: String

    /// Fields that only the listener may give, since they frame the message.
    private static let framing = [
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Upgrade",
    ]

    /// Writes the head of an answer, and says whether its body goes out too.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - context: What it depends on.
    /// - Returns: The bytes of the head, and whether the body follows.
    func bytes(for response: HTTPResponse, _ context: Context) -> (head: [UInt8], hasBody: Bool) {
        let status = (200...999).contains(response.status) ? response.status : 500
        // RFC 9112 §6.3: these two never have a body; RFC 9110 §8.6: 204 has no Content-Length.
        let isBodiless = status == 204 || status == 304
        var head: [UInt8] = []
        head.reserveCapacity(256)
        head.append(contentsOf: "HTTP/1.1 \(status) \(HTTPResponse.reason(status))\r\n".utf8)
        for field in response.headers.fields
        where !Self.framing.contains(where: { HTTPHeaders.areEqual($0, field.name) }) {
            Self.append(field, to: &head)
        }
        if response.headers["Date"] == nil { Self.append("Date", date, to: &head) }
        if !isBodiless { Self.append("Content-Length", String(response.body.count), to: &head) }
        if response.headers["X-Content-Type-Options"] == nil {
            Self.append("X-Content-Type-Options", "nosniff", to: &head)
        }
        if !context.keepsAlive {
            Self.append("Connection", "close", to: &head)
        } else if context.version == .http10 {
            Self.append("Connection", "keep-alive", to: &head)
        }
        head.append(contentsOf: "\r\n".utf8)
        return (head, !isBodiless && !context.isHead)
    }

    private static func append(_ name: String, _ value: String, to head: inout [UInt8]) {
        head.append(contentsOf: name.utf8)
        head.append(contentsOf: ": ".utf8)
        head.append(contentsOf: value.utf8)
        head.append(contentsOf: "\r\n".utf8)
    }

    /// Appends a field of the handler's; it can neither end its line nor the head.
    ///
    /// A name that is no token is left out, a control character in a value becomes a space.
    private static func append(_ field: HTTPHeaders.Field, to head: inout [UInt8]) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(ASCII.isToken) else { return }
        head.append(contentsOf: field.name.utf8)
        head.append(contentsOf: ": ".utf8)
        for byte in field.value.utf8 {
            head.append(ASCII.isFieldValue(byte) ? byte : ASCII.space)
        }
        head.append(contentsOf: "\r\n".utf8)
    }
}
