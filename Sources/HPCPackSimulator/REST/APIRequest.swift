/// One request to the REST face: bytes of HTTP already taken apart, no socket in sight.
package struct APIRequest: Sendable {
    /// The HTTP method in upper case.
    package var method: String
    /// The path as it was sent, percent-encoded.
    package var path: String
    /// The query as it was sent, without `?`; nil when there was none.
    package var query: String?
    /// Header fields in the order sent.
    package var headers: [(name: String, value: String)]
    /// The body; empty for a GET.
    package var body: [UInt8]

    /// A request.
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

    /// The first value of the header `name`, in any letter case.
    func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// One answer of the REST face.
package struct APIResponse: Sendable {
    /// The HTTP status code.
    package var status: Int
    /// Header fields beyond the ones that frame the message.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]

    /// A JSON answer.
    package init(status: Int = 200, json: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", "application/json; charset=utf-8")] + headers
        body = json
    }

    init(_ error: APIError) {
        var json: [UInt8] = []
        json.append("{\"Message\":")
        json.append(jsonString: error.message)
        json.append(UInt8(ascii: "}"))
        self.init(status: error.status, json: json, headers: error.headers)
    }
}

/// A refusal: a status and the `Message` of its JSON body (FACTS: Errors).
struct APIError: Error, Sendable {
    let status: Int
    let message: String
    var headers: [(name: String, value: String)] = []

    static func badRequest(_ message: String) -> APIError {
        APIError(status: 400, message: message)
    }

    static func notFound(_ message: String) -> APIError {
        APIError(status: 404, message: message)
    }
}
