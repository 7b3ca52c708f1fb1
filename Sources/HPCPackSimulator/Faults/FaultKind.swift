/// What can go wrong with an answer.
enum FaultKind: Sendable {
    /// It comes late, by so many seconds.
    case latency(seconds: Double)
    /// Another status comes instead, and nothing is done.
    case status(Int)
    /// The connection is reset after so many bytes of it.
    case reset(afterBytes: Int)
    /// The connection is closed in good order after so many bytes of its body.
    case truncate(bodyBytes: Int)
    /// Something else comes.
    case garbage(Garbage)
    /// `Content-Length` is wrong by so many bytes.
    case contentLength(by: Int)
    /// The body comes in chunks that break the rules of RFC 9112 §7.1.
    case chunks(ChunkBreak)
    /// It comes in small pieces.
    case drip(bytes: Int, everySeconds: Double)
    /// It never comes.
    case hang
    /// The head node has forgotten its page tokens.
    case loseTokens
    /// A page that is not the first begins so many rows too late, or too early.
    case shiftPages(rows: Int)
    /// So many rows of a page stand in it twice.
    case duplicateRows(Int)
    /// `$filter` is not what it should be.
    case filter(Distortion.Filter)
    /// Times are written in another pattern than `dateTimeFormat` says.
    case dateFormat(DotNetDatePattern)
    /// The head node resets all connections, takes no new ones, and returns after so many seconds.
    case die(seconds: Double)

    /// What comes in place of an answer.
    enum Garbage: String, Sendable, CaseIterable {
        /// Seeded bytes where HTTP should be.
        case wire
        /// Seeded bytes as a body that says it is JSON.
        case body
        /// The page of some other service.
        case html
        /// The JSON value `null`.
        case null
        /// The first half of the JSON, with a length that fits.
        case half
    }

    /// How a chunked body is broken.
    enum ChunkBreak: String, Sendable, CaseIterable {
        /// The second size is no number.
        case size
        /// The connection ends before the last chunk.
        case end
        /// A chunk is longer than it says.
        case overrun
    }

    /// Reads a kind as it stands in a fault's text.
    ///
    /// - Throws: `ConfigurationError`, one sentence.
    init(_ name: String, value: String?) throws(ConfigurationError) {
        switch name {
        case "latency": self = .latency(seconds: try FaultValue.seconds(name, value))
        case "status": self = .status(try FaultValue.number(name, value, 200...599))
        case "reset":
            self = .reset(
                afterBytes: try FaultValue.number(name, value, 0...FaultValue.bytes, else: 0)
            )
        case "truncate":
            self = .truncate(
                bodyBytes: try FaultValue.number(name, value, 0...FaultValue.bytes, else: 0)
            )
        case "garbage": self = .garbage(try FaultValue.choice(name, value) ?? .wire)
        case "content-length":
            let limit = FaultValue.bytes
            self = .contentLength(by: try FaultValue.number(name, value, -limit...limit))
        case "chunks": self = .chunks(try FaultValue.choice(name, value) ?? .size)
        case "drip":
            let parts = (value ?? "").split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ConfigurationError("fault drip needs BYTES/DURATION, such as drip=16/100ms")
            }
            self = .drip(
                bytes: try FaultValue.number(name, parts[0], 1...FaultValue.bytes),
                everySeconds: try FaultValue.seconds(name, parts[1])
            )
        case "hang": self = .hang
        case "lose-tokens": self = .loseTokens
        case "shift-pages":
            self = .shiftPages(rows: try FaultValue.number(name, value, -1_000_000...1_000_000))
        case "duplicate-rows":
            self = .duplicateRows(try FaultValue.number(name, value, 1...1_000_000, else: 1))
        case "filter": self = .filter(try Self.filter(value))
        case "date-format":
            guard let value else { throw ConfigurationError("fault date-format needs a pattern") }
            self = .dateFormat(try DotNetDatePattern(value))
        case "die": self = .die(seconds: try FaultValue.seconds(name, value))
        default:
            let known = Self.names.joined(separator: ", ")
            throw ConfigurationError("fault \"\(name.prefix(60))\" is not one of \(known)")
        }
        guard value == nil || !["hang", "lose-tokens"].contains(name) else {
            throw ConfigurationError("fault \(name) takes no value")
        }
    }

    /// The name of every kind.
    static let names = [
        "latency", "status", "reset", "truncate", "garbage", "content-length", "chunks", "drip",
        "hang", "lose-tokens", "shift-pages", "duplicate-rows", "filter", "date-format", "die",
    ]

    private static func filter(_ value: String?) throws(ConfigurationError) -> Distortion.Filter {
        switch value {
        case "refused": return .refused
        case "ignored": return .ignored
        default:
            let parts = (value ?? "").split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.first == "leaves-out", parts.count == 2 else {
                throw ConfigurationError(
                    "fault filter is one of refused, ignored, leaves-out/N (one row in N)"
                )
            }
            return .leavesOut(oneIn: try FaultValue.number("filter", parts[1], 1...1_000_000))
        }
    }
}
