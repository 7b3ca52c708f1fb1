import Basics
import ClusterCollector
import HPCPackClient
import HTTPListener

/// `/sd/nodes`: the nodes of the cluster as Prometheus' HTTP service discovery reads them
/// (docs/service-discovery.md).
struct ServiceDiscovery {
    /// Why a query cannot be answered.
    struct Refusal: Error, Equatable {
        let status: Int
        /// One sentence.
        let text: String
    }

    /// The port of each target.
    let port: Int
    /// What follows the node's name in the address of each target.
    private(set) var suffix = ""
    /// The names of groups of which a node must be in one, in lower case; empty for any node.
    private(set) var groups: [String] = []
    /// The states of which a node must be in one, in lower case; empty for any state.
    private(set) var states: [String] = []

    /// Reads the query of a request.
    ///
    /// - Parameter query: What follows the `?` of the target; `nil` without one.
    /// - Throws: Why the query is none.
    init(query: String?) throws(Refusal) {
        var port: String?
        var suffix: String?
        for pair in (query ?? "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]),
                let value = Self.decoded(sides.count > 1 ? sides[1] : "")
            else { throw Self.bad("A parameter is not percent-encoded UTF-8.") }
            switch name {
            case "port" where port == nil: port = value
            case "suffix" where suffix == nil: suffix = value
            case "port", "suffix": throw Self.bad("The parameter \(name) stands there twice.")
            case "group":
                guard !value.isEmpty else { throw Self.bad("The parameter group has no name.") }
                groups.append(value.lowercased())
            case "state":
                let known = NodeDialect.hpcPack2019.states.map { "\($0.name)" }
                guard known.contains(where: { $0.lowercased() == value.lowercased() }) else {
                    throw Self.bad(
                        "The parameter state is one of \(known.joined(separator: ", "))."
                    )
                }
                states.append(value.lowercased())
            default:
                throw Self.bad("The parameters are port, suffix, group and state, and no others.")
            }
        }
        guard let number = port?.decimalInteger, (1...65535).contains(number) else {
            throw Self.bad("The parameter port is needed, a number from 1 to 65535: ?port=9182.")
        }
        self.port = Int(number)
        guard suffix?.utf8.allSatisfy(Self.isHostCharacter) ?? true else {
            throw Self.bad("The parameter suffix is the end of a host name, such as .example.com.")
        }
        self.suffix = suffix ?? ""
    }

    private static func bad(_ text: String) -> Refusal { Refusal(status: 400, text: text) }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || byte.isASCIIDigit || "-._".utf8.contains(byte)
    }

    /// The text of a part of a query, in which `+` stands for a space.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalDigit,
                    let low = rest.popFirst()?.hexadecimalDigit
                else { return nil }
                bytes.append(UInt8(high << 4 | low))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The target groups as JSON, one for each node that the filters let through.
    ///
    /// - Parameter cluster: The nodes; `nil` while they are not known.
    /// - Returns: The text.
    /// - Throws: Why there is no answer: a list without the nodes would make Prometheus drop its targets.
    func body(_ cluster: DiscoveredNodes?) throws(Refusal) -> String {
        guard let cluster else {
            throw Refusal(status: 503, text: "The nodes of the cluster are not known now.")
        }
        let known = Set(cluster.groups.map { $0.lowercased() })
        guard groups.allSatisfy(known.contains) else {
            throw Refusal(status: 404, text: "There is no such node group.")
        }
        let shown = cluster.nodes.filter { node in
            (states.isEmpty || states.contains(node.state.lowercased()))
                && (groups.isEmpty || node.groups.contains { groups.contains($0.lowercased()) })
        }
        return "[" + shown.map(targetGroup).joined(separator: ",\n") + "]\n"
    }

    private func targetGroup(_ node: DiscoveredNodes.Node) -> String {
        let groups = node.groups.isEmpty ? nil : ",\(node.groups.joined(separator: ",")),"
        let labels = [
            ("node", node.name), ("node_state", node.state),
            ("node_reachable", node.isReachable.map { $0 ? "true" : "false" }),
            ("node_location", node.location), ("node_template", node.template),
            ("node_groups", groups),
        ]
        let shown = labels.compactMap { name, value in
            value.map { "\"__meta_hpcpack_\(name)\":\(Self.quoted($0))" }
        }
        return "{\"targets\":[\(Self.quoted("\(node.name)\(suffix):\(port)"))],"
            + "\"labels\":{\(shown.joined(separator: ","))}}"
    }

    /// A text as a string of JSON (RFC 8259 §7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - query: The query of the request.
    ///   - cluster: The nodes; `nil` while they are not known.
    /// - Returns: The target groups, or why there are none.
    static func answer(_ query: String?, _ cluster: () -> DiscoveredNodes?) -> HTTPResponse {
        do throws(Refusal) {
            let body = try ServiceDiscovery(query: query).body(cluster())
            let headers = HTTPHeaders([("Content-Type", "application/json; charset=utf-8")])
            return HTTPResponse(status: 200, headers: headers, body: Array(body.utf8))
        } catch {
            return .text(error.status, error.text + "\n")
        }
    }
}
