import Basics

/// What goes wrong with an answer.
enum FaultKind: Sendable {
    /// The answer is delayed.
    case latency(seconds: Double)
    /// Another status is answered, and the operation is not carried out.
    case status(Int)
    /// The connection is reset after some bytes of the answer.
    case reset(afterBytes: Int)
    /// The connection is closed in good order after some bytes of the body.
    case truncate(bodyBytes: Int)
    /// The answer is replaced.
    case garbage(Garbage)
    /// `Content-Length` is off by some bytes.
    case contentLength(by: Int)
    /// The body is sent in chunks that violate RFC 9112 §7.1.
    case chunks(ChunkBreak)
    /// The answer is sent in small pieces.
    case drip(bytes: Int, everySeconds: Double)
    /// The answer is never sent.
    case hang
    /// The head node loses its page tokens first.
    case loseTokens
    /// A page has no page token though more rows follow.
    case dropTokens
    /// Every page but the first begins some rows too late, or too early when negative.
    case shiftPages(rows: Int)
    /// Some rows of a page are in it twice.
    case duplicateRows(Int)
    /// `$filter` is refused, ignored or applied wrongly.
    case filter(ListingFaults.Filter)
    /// Times are written in another pattern than `dateTimeFormat` answers.
    case dateFormat(DotNetDatePattern)
    /// The head node resets all connections and accepts none, until so many seconds have passed.
    case die(seconds: Double)

    /// What replaces an answer.
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

    /// How a chunked body violates the format.
    enum ChunkBreak: String, Sendable, CaseIterable {
        /// The second size is no number.
        case size
        /// The connection ends before the last chunk.
        case end
        /// A chunk is longer than it says.
        case overrun
    }

    /// Parses the kind in a fault's text.
    ///
    /// - Throws: `ConfigurationError` with what is wrong.
    init(_ name: String, value: String?) throws(ConfigurationError) {
        switch name {
        case "latency": self = .latency(seconds: try FaultValue.seconds(name, value))
        case "status": self = .status(try FaultValue.number(name, value, 200...599))
        case "reset":
            self = .reset(
                afterBytes: try FaultValue.number(name, value, 0...FaultValue.bytes, default: 0)
            )
        case "truncate":
            self = .truncate(
                bodyBytes: try FaultValue.number(name, value, 0...FaultValue.bytes, default: 0)
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
        case "drop-tokens": self = .dropTokens
        case "shift-pages":
            self = .shiftPages(rows: try FaultValue.number(name, value, -1_000_000...1_000_000))
        case "duplicate-rows":
            self = .duplicateRows(try FaultValue.number(name, value, 1...1_000_000, default: 1))
        case "filter": self = .filter(try Self.filter(value))
        case "date-format":
            guard let value else { throw ConfigurationError("fault date-format needs a pattern") }
            self = .dateFormat(try DotNetDatePattern(value))
        case "die": self = .die(seconds: try FaultValue.seconds(name, value))
        default:
            let known = Self.names.joined(separator: ", ")
            throw ConfigurationError("fault \"\(name.prefix(60))\" is not one of \(known)")
        }
        guard value == nil || !["hang", "lose-tokens", "drop-tokens"].contains(name) else {
            throw ConfigurationError("fault \(name) takes no value")
        }
    }

    /// The name of every kind.
    static let names = FaultReference.kinds.map(\.name)

    private static func filter(_ value: String?) throws(ConfigurationError) -> ListingFaults.Filter
    {
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

/// Parsers of the values in a fault's text.
enum FaultValue {
    /// The most bytes that a fault can name.
    static let bytes = 1 << 30

    /// Parses a whole number within a range.
    static func number(
        _ name: String,
        _ text: String?,
        _ range: ClosedRange<Int>,
        default defaultValue: Int? = nil
    ) throws(ConfigurationError) -> Int {
        guard let text else {
            guard let defaultValue else { throw ConfigurationError("fault \(name) needs a number") }
            return defaultValue
        }
        guard let number = Int(text), range.contains(number) else {
            throw ConfigurationError(
                "fault \(name): \"\(text.prefix(60))\" is no number from \(range.lowerBound) to "
                    + "\(range.upperBound)"
            )
        }
        return number
    }

    /// Parses a duration such as `250ms`, `5s`, `2m` or `1h`, a number alone being seconds, and returns
    /// seconds.
    static func seconds(_ name: String, _ text: String?) throws(ConfigurationError) -> Double {
        let text = text ?? ""
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
        for (unit, seconds) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.utf8.count)
            guard digits.utf8.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: ".") }),
                let count = Double(digits), count * seconds <= 86_400
            else { break }
            return count * seconds
        }
        throw ConfigurationError(
            "fault \(name): \"\(text.prefix(60))\" is no duration of at most a day, such as 250ms, 5s "
                + "or 2m"
        )
    }

    /// Parses one of the words of a choice; `nil` when there is no value.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ text: String?
    ) throws(ConfigurationError) -> Choice? {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(
                "fault \(name): \"\(text.prefix(60))\" is not one of \(words)"
            )
        }
        return choice
    }
}
