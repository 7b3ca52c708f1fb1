/// One GET below the base URL of a head node.
struct APIRequest: Sendable {
    /// Which call this is, for metrics and messages.
    let endpoint: Endpoint
    /// The path below the base, percent-encoded, with a leading slash.
    let path: String
    /// The query parameters, not yet encoded, in the order in which they are sent.
    var query: [(name: String, value: String)] = []

    /// The whole address of the request at one head node.
    func url(at headNode: HeadNodeURL) -> String {
        var url = headNode.base + path
        var separator = "?"
        for (name, value) in query {
            url += separator + name + "=" + PercentEncoding.queryValue(value)
            separator = "&"
        }
        return url
    }

    /// The request with one more parameter.
    func adding(_ name: String, _ value: String) -> APIRequest {
        var copy = self
        copy.query.append((name, value))
        return copy
    }
}
