/// A request to the REST API, independent of any socket.
package struct APIRequest: Sendable {
    /// The HTTP method in upper case.
    package var method: String
    /// The path as it was sent, percent-encoded.
    package var path: String
    /// The query as it was sent, without `?`; `nil` when there was none.
    package var query: String?
    /// The header fields in the order sent.
    package var headers: [(name: String, value: String)]
    /// The body; empty for a GET.
    package var body: [UInt8]

    /// Creates a request.
    package init(
        _ method: String,
        _ path: String,
        query: String? = nil,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// Returns the first value of the header field `name`, in any letter case.
    func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// An answer of the REST API.
package struct APIResponse: Sendable {
    /// The HTTP status code.
    package var status: Int
    /// The header fields, without those that frame the message.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]

    /// Creates a JSON answer.
    package init(status: Int = 200, json: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", "application/json; charset=utf-8")] + headers
        body = json
    }

    init(_ error: APIError) {
        let json = JSONWriter.bytes {
            $0.object { $0.member("Message") { $0.string(error.message) } }
        }
        self.init(status: error.status, json: json, headers: error.headers)
    }
}

/// A refusal: a status, and the `Message` of its JSON body
/// (docs/hpcpack-api.md#errors-authentication-and-addresses).
package struct APIError: Error, Sendable {
    /// The HTTP status.
    package let status: Int
    /// The message of the answer, one sentence.
    package let message: String
    var headers: [(name: String, value: String)] = []

    static func badRequest(_ message: String) -> APIError {
        APIError(status: 400, message: message)
    }

    static func notFound(_ message: String) -> APIError {
        APIError(status: 404, message: message)
    }
}
