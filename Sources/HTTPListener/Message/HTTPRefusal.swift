/// A request that the listener rejects itself, without the handler.
public struct HTTPRefusal: Error, Sendable, Hashable {
    /// The status of the response.
    public let status: Int

    /// What is wrong, in a few words; the body of the response, and safe to log.
    public let reason: String

    /// The method of the request; `nil` when it was refused before its method was read.
    public internal(set) var method: String?

    /// The value of `Allow` in the response, for 405.
    let allow: String?

    /// Creates a refusal.
    init(_ status: Int, _ reason: String, method: String? = nil, allow: String? = nil) {
        self.status = status
        self.reason = reason
        self.method = method
        self.allow = allow
    }

    /// The response that the client gets.
    var response: HTTPResponse {
        var response = HTTPResponse.text(status, reason + "\n")
        if let allow { response.headers.add("Allow", allow) }
        return response
    }
}
