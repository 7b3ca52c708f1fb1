import Basics

/// An operation of the REST API that the exporter calls; the raw values are the fixed set of the `operation` label.
public enum APIOperation: String, CaseIterable, Sendable {
    case clusterVersion = "cluster_version"
    case activeHeadNode = "active_head_node"
    case dateTimeFormat = "date_time_format"
    case nodes
    case nodeGroups = "node_groups"
    case nodeGroupMembers = "node_group_members"
    case clusterNodes = "cluster_nodes"
    case clusterNodeGroups = "cluster_node_groups"
    case clusterNodeGroupMembers = "cluster_node_group_members"
    case clusterNodeMetrics = "cluster_node_metrics"
    case jobs
    case job
    case tasks
    case jobTemplates = "job_templates"

    /// The path below the base URL, with its parameters in braces.
    var path: StaticString {
        switch self {
        case .clusterVersion: "/cluster/version"
        case .activeHeadNode: "/cluster/activeHeadNode"
        case .dateTimeFormat: "/cluster/info/dateTimeFormat"
        case .nodes: "/nodes"
        case .nodeGroups: "/nodes/groups"
        case .nodeGroupMembers: "/nodes/groups/{name}"
        case .clusterNodes: "/cluster/nodes"
        case .clusterNodeGroups: "/cluster/nodeGroups"
        case .clusterNodeGroupMembers: "/cluster/nodeGroups/{name}/nodes"
        case .clusterNodeMetrics: "/cluster/nodes/metrics"
        case .jobs: "/jobs"
        case .job: "/jobs/{jobId}"
        case .tasks: "/jobs/{jobId}/tasks"
        case .jobTemplates: "/jobs/templates"
        }
    }
}

/// One GET below the base URL of a head node.
struct APIRequest: Sendable {
    /// The operation, for metrics and messages.
    let operation: APIOperation
    /// The path below the base URL, percent-encoded, with a leading slash.
    let path: String
    /// The query parameters, not yet encoded, in the order in which they are sent.
    var query: [(name: String, value: String)]
    /// The cookies that the requests of a listing share; `nil` to send none.
    var cookies: CookieJar?
    /// Whether the server may lack what is asked for: a failure then is not tried again, and says nothing about the
    /// head node.
    var isOptional = false

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - operation: The operation.
    ///   - path: The path with its parameters filled in and percent-encoded; the operation's own where it has none.
    ///   - query: The query parameters, not yet encoded.
    init(
        _ operation: APIOperation,
        path: String? = nil,
        query: [(name: String, value: String)] = []
    ) {
        self.operation = operation
        self.path = path ?? "\(operation.path)"
        self.query = query
    }

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

    /// The request with another value of a query parameter.
    func replacing(_ name: String, _ value: String) -> APIRequest {
        var copy = self
        copy.query = query.map { $0.name == name ? (name, value) : $0 }
        return copy
    }

    /// The request with one more query parameter.
    func adding(_ name: String, _ value: String) -> APIRequest {
        var copy = self
        copy.query.append((name, value))
        return copy
    }
}

/// Percent-encoding of path segments and query values (RFC 3986 §2.1).
enum PercentEncoding {
    /// Encodes one segment of a path, so that a name with `/`, `?`, `#`, `%` or any Unicode stays one segment.
    static func pathSegment(_ text: String) -> String {
        // "." and ".." would be removed as steps of the path (RFC 3986 §5.2.4).
        if text == "." { return "%2E" }
        if text == ".." { return "%2E%2E" }
        return encode(text, keeping: nil)
    }

    /// Encodes the value of a query parameter; a comma separates property names and stays.
    static func queryValue(_ text: String) -> String { encode(text, keeping: UInt8(ascii: ",")) }

    private static func encode(_ text: String, keeping kept: UInt8?) -> String {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || byte == kept {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 3986 §2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "-._~".utf8.contains(byte)
    }
}
