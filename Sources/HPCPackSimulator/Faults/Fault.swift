/// A fault that is injected on demand: what goes wrong, with which requests, how often and how long.
///
/// Its text is `KIND[=VALUE][,OPTION=VALUE…]`, as in `status=503,retry-after=2,path=/jobs*,count=3`.
struct Fault: Sendable {
    /// The value of `Retry-After` in a refusal.
    enum RetryAfter: Sendable, Equatable {
        case seconds(Int)
        /// A date so many seconds from now.
        case date(Int)
    }

    /// The text that it was parsed from.
    let text: String
    let kind: FaultKind
    private(set) var retryAfter: RetryAfter?
    private(set) var path: PathPattern?
    /// The method, in upper case.
    private(set) var method: String?
    /// The number of the head node, from 1 on.
    private(set) var headNode: Int?
    /// How many matching requests are left alone first.
    private(set) var skip = 0
    /// The most requests that it hits.
    private(set) var count: Int?
    /// The probability with which it hits a matching request.
    private(set) var probability = 1.0
    /// How many real seconds it lasts.
    private(set) var seconds: Double?

    /// The name of every option.
    static let options = FaultReference.options.map(\.name)

    /// Parses the text of a fault.
    ///
    /// - Throws: `ConfigurationError` with what is wrong.
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
            try setOption(option.name, value)
        }
        if retryAfter != nil, case .status = kind { return }
        guard retryAfter == nil else {
            throw ConfigurationError("retry-after goes with a status only")
        }
    }

    private mutating func setOption(_ name: String, _ value: String) throws(ConfigurationError) {
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

    /// Whether path, method and head node of a request are those of the fault.
    func matches(_ request: APIRequest, headNode: Int) -> Bool {
        if let path, !path.matches(request.path) { return false }
        if let method, method != request.method { return false }
        return self.headNode ?? headNode == headNode
    }
}

/// A pattern for paths below `/hpc`: `*` is anything, `?` any one byte, letter case does not matter.
///
/// `/jobs*` is all that begins with `/jobs`; `/jobs/?*/tasks` the tasks of any job.
struct PathPattern: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.lowercased().utf8)
    }

    /// Whether the path of a request, base path included, matches.
    func matches(_ path: String) -> Bool {
        let path = path.lowercased()
        return matches(Array((path.hasPrefix("/hpc") ? path.dropFirst(4) : path[...]).utf8))
    }

    /// Matches without going back further than the last `*`, so that no pattern takes long.
    private func matches(_ text: [UInt8]) -> Bool {
        var position = 0
        var index = 0
        var star: (position: Int, index: Int)?
        while index < text.count {
            if position < bytes.count, bytes[position] == UInt8(ascii: "*") {
                star = (position, index)
                position += 1
            } else if position < bytes.count,
                bytes[position] == text[index] || bytes[position] == UInt8(ascii: "?")
            {
                position += 1
                index += 1
            } else if let last = star {
                star = (last.position, last.index + 1)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return bytes[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
