/// An answer; the listener adds what belongs to the connection.
///
/// `Date`, `Content-Length`, `Connection` and `X-Content-Type-Options` are added. Fields given for
/// framing (`Content-Length`, `Transfer-Encoding`, `Keep-Alive`) are left out, a given `Date` stands,
/// and a given `Connection: close` ends the connection. The answer to HEAD is cut after its head.
public struct HTTPResponse: Sendable, Equatable {
    /// The status; one outside 200...999 is sent as 500.
    public var status: Int

    /// The fields.
    public var headers: HTTPHeaders

    /// The body.
    ///
    /// Its storage is shared between all clients that are sent it, and never copied.
    public var body: [UInt8]

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - headers: The fields.
    ///   - body: The body.
    public init(status: Int, headers: HTTPHeaders = .init(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer in plain text.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - text: The body.
    /// - Returns: The answer, typed as UTF-8 text.
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
