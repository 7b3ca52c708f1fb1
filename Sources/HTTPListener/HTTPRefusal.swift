/// A request that the listener answers itself, without the handler.
public struct HTTPRefusal: Error, Sendable, Hashable {
    /// The status of the answer.
    public let status: Int

    /// What is wrong, in a few words; it stands in the answer and is fit for a log.
    public let reason: String

    /// The method of the request as far as it was read, else `nil`.
    public internal(set) var method: String?

    /// The value of `Allow` in the answer, for 405.
    let allow: String?

    /// Creates a refusal.
    init(_ status: Int, _ reason: String, method: String? = nil, allow: String? = nil) {
        self.status = status
        self.reason = reason
        self.method = method
        self.allow = allow
    }

    /// What the client gets.
    var response: HTTPResponse {
        var response = HTTPResponse.text(status, reason + "\n")
        if let allow { response.headers.add("Allow", allow) }
        return response
    }
}
