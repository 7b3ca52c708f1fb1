/// Something that goes wrong on demand: what, with which requests, how often and how long.
///
/// Its text is `KIND[=VALUE][,OPTION=VALUE…]`, as in `status=503,retry-after=2,path=/jobs*,count=3`.
struct Fault: Sendable {
    /// What a refused client is told about when to come again.
    enum RetryAfter: Sendable, Equatable {
        case seconds(Int)
        /// A date so many seconds from now.
        case date(Int)
    }

    /// The text it was made from.
    let text: String
    let kind: FaultKind
    private(set) var retryAfter: RetryAfter?
    private(set) var path: PathPattern?
    /// The method, in upper case.
    private(set) var method: String?
    /// The number of the head node, from 1 on.
    private(set) var headNode: Int?
    /// How many requests that it could befall are spared first.
    private(set) var skip = 0
    /// How many requests it befalls at most.
    private(set) var count: Int?
    /// How likely it befalls a request.
    private(set) var probability = 1.0
    /// How many real seconds it lasts.
    private(set) var seconds: Double?

    /// The name of every option.
    static let options = [
        "path", "method", "head-node", "skip", "count", "probability", "for", "retry-after",
    ]

    /// Reads the text of a fault.
    ///
    /// - Throws: `ConfigurationError`, one sentence.
    init(_ text: String) throws(ConfigurationError) {
        self.text = text
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.pair)
        guard let first = parts.first, text.utf8.count <= 1000 else {
            throw ConfigurationError("a fault has at most 1000 bytes")
        }
        kind = try FaultKind(first.name, value: first.value)
        for option in parts.dropFirst() {
            guard let value = option.value, !value.isEmpty else {
                throw ConfigurationError("fault option \"\(option.name.prefix(60))\" needs a value")
            }
            try take(option.name, value)
        }
        if retryAfter != nil, case .status = kind { return }
        guard retryAfter == nil else {
            throw ConfigurationError("retry-after goes with a status only")
        }
    }

    private mutating func take(_ name: String, _ value: String) throws(ConfigurationError) {
        switch name {
        case "path": path = PathPattern(value)
        case "method": method = value.uppercased()
        case "head-node": headNode = try FaultValue.number(name, value, 1...2)
        case "skip": skip = try FaultValue.number(name, value, 0...1_000_000_000)
        case "count": count = try FaultValue.number(name, value, 1...1_000_000_000)
        case "probability":
            guard let number = Double(value), (0...1).contains(number) else {
                throw ConfigurationError("fault probability must be 0 to 1")
            }
            probability = number
        case "for": seconds = try FaultValue.seconds(name, value)
        case "retry-after":
            if value.hasPrefix("date:") {
                let rest = String(value.dropFirst(5))
                retryAfter = .date(try FaultValue.number(name, rest, 0...86_400))
            } else {
                retryAfter = .seconds(try FaultValue.number(name, value, 0...86_400))
            }
        default:
            let known = Self.options.joined(separator: ", ")
            throw ConfigurationError("fault option \"\(name.prefix(60))\" is not one of \(known)")
        }
    }

    private static func pair(_ part: Substring) -> (name: String, value: String?) {
        let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(halves.first ?? ""), halves.count > 1 ? String(halves[1]) : nil)
    }

    /// Whether a request is one that it can befall.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - headNode: The number of the head node that it came to.
    /// - Returns: Whether path, method and head node are those of the fault.
    func concerns(_ request: APIRequest, headNode: Int) -> Bool {
        if let path, !path.matches(request.path) { return false }
        if let method, method != request.method { return false }
        return self.headNode ?? headNode == headNode
    }
}
