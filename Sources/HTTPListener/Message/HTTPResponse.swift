import Basics

/// A response, without the fields that frame it and govern its connection.
///
/// The listener adds `Date`, `Content-Length`, `Connection` and `X-Content-Type-Options`. It omits given
/// fields for framing (`Content-Length`, `Transfer-Encoding`, `Keep-Alive`), keeps a given `Date`, and
/// closes the connection after a given `Connection: close`. The response to HEAD has no body.
public struct HTTPResponse: Sendable, Equatable {
    /// The status; one outside 200...999 is sent as 500.
    public var status: Int

    /// The fields.
    public var headers: HTTPHeaders

    /// The parts of the body in the order in which they are sent.
    ///
    /// Their storage is shared by all clients to which they are sent, and never copied.
    public var bodyParts: [[UInt8]]

    /// The body as a whole.
    public var body: [UInt8] {
        get { bodyParts.count == 1 ? bodyParts[0] : Array(bodyParts.joined()) }
        set { bodyParts = [newValue] }
    }

    /// The bytes of the body.
    public var bodyLength: Int { bodyParts.reduce(0) { $0 + $1.count } }

    /// Creates a response.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The fields.
    ///   - body: The body.
    public init(status: Int, headers: HTTPHeaders = .init(), body: [UInt8] = []) {
        self.init(status: status, headers: headers, bodyParts: [body])
    }

    /// Creates a response with a body in parts.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The fields.
    ///   - bodyParts: The parts of the body.
    public init(status: Int, headers: HTTPHeaders, bodyParts: [[UInt8]]) {
        self.status = status
        self.headers = headers
        self.bodyParts = bodyParts
    }

    /// Creates a response in plain text.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - text: The body.
    /// - Returns: The response, typed as UTF-8 text.
    public static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")]),
            body: Array(text.utf8)
        )
    }

    /// The name of a status (RFC 9110 §15), empty for one without a name.
    ///
    /// - Parameter status: The status.
    /// - Returns: The name, such as `Not Found`.
    public static func reason(_ status: Int) -> String { reasons[status] ?? "" }

    private static let reasons: [Int: String] = [
        100: "Continue", 101: "Switching Protocols",
        200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information",
        204: "No Content", 205: "Reset Content", 206: "Partial Content",
        300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other",
        304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict",
        410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
        416: "Range Not Satisfiable", 417: "Expectation Failed", 421: "Misdirected Request",
        422: "Unprocessable Content", 426: "Upgrade Required", 428: "Precondition Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}

/// The head of a response as it is sent.
struct ResponseHead {
    /// The properties of the request and its connection on which a response depends.
    struct Context: Sendable {
        /// Whether the request was HEAD, so that no body follows.
        var isHead = false
        /// The version of the request.
        var version = HTTPVersion.http11
        /// Whether the connection persists.
        var keepsAlive = false
    }

    /// Fields that only the listener may write, since they frame the message.
    private static let reserved = [
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Upgrade",
    ]

    /// Status line and fields, with the empty line after them.
    private(set) var bytes: [UInt8] = []

    /// Whether the body of the response follows.
    let hasBody: Bool

    /// Writes the head of a response.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - context: The properties of the request.
    ///   - date: The value of `Date`.
    init(_ response: HTTPResponse, _ context: Context, date: String) {
        let status = (200...999).contains(response.status) ? response.status : 500
        // RFC 9112 §6.3: these two never have a body; RFC 9110 §8.6: 204 has no Content-Length.
        let isBodiless = status == 204 || status == 304
        hasBody = !isBodiless && !context.isHead
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "HTTP/1.1 \(status) \(HTTPResponse.reason(status))\r\n".utf8)
        for field in response.headers.fields
        where !Self.reserved.contains(where: field.name.equalsIgnoringCase) {
            append(field.name, field.value)
        }
        if response.headers["Date"] == nil { append("Date", date) }
        if !isBodiless { append("Content-Length", String(response.bodyLength)) }
        if response.headers["X-Content-Type-Options"] == nil {
            append("X-Content-Type-Options", "nosniff")
        }
        if !context.keepsAlive {
            append("Connection", "close")
        } else if context.version == .http10 {
            append("Connection", "keep-alive")
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// Appends a field, which can end neither its line nor the head.
    ///
    /// A field whose name is no token is omitted; control characters in a value become spaces.
    private mutating func append(_ name: String, _ value: String) {
        guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenCharacter) else { return }
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: ": ".utf8)
        for byte in value.utf8 { bytes.append(byte.isFieldValueCharacter ? byte : .space) }
        bytes.append(contentsOf: "\r\n".utf8)
    }
}
