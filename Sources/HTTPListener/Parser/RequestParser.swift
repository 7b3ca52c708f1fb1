/// Turns the bytes of a connection into requests, without sockets and time.
///
/// Bytes are appended by ``append(_:)`` in pieces of any size; ``next()`` then returns one event at a time:
/// ```
/// "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HT"  →  .request(GET /), .needsMore
/// ```
/// The parser looks at each byte once, in order, and validates it at once, so how the bytes are split
/// into pieces changes nothing but the moment of the event. It is strict (RFC 9112): a message that two
/// readers could frame differently is refused, and after a refusal nothing more is read.
package struct RequestParser: Sendable {
    /// What the bytes so far amount to.
    package enum Event: Equatable, Sendable {
        /// The next request is incomplete.
        case needsMore
        /// The client waits for `100 Continue` before it sends the body; returned once per request.
        case wantsContinue
        /// A complete request.
        case request(HTTPRequest)
        /// The request cannot be served and the connection must end.
        case refused(HTTPRefusal)
    }

    /// The part of a request to which the next byte belongs.
    private enum Position: Sendable {
        case requestLine
        case fields
        case fixedBody
        case chunkSize
        case chunkData
        case chunkEnd
        case trailer
    }

    /// The request that is being read.
    private struct PartialRequest: Sendable {
        var position = Position.requestLine
        var emptyLines = 0
        var head: RequestHead?
        var headBytes = 0
        var body: [UInt8] = []
        /// The bytes that the body, or the current chunk of it, still lacks.
        var bodyBytesLeft = 0
        /// The bytes of chunk extensions and trailer.
        var overheadBytes = 0
        var trailerFields = 0
        /// Whether `100 Continue` is expected and has not been asked for.
        var expectsContinue = false
    }

    /// Empty lines before a request line, which some clients send after a body (RFC 9112 §2.2).
    private static let emptyLinesAllowed = 4

    private let limits: ListenerLimits
    private var input: [UInt8] = []
    /// Where the current line starts in `input`.
    private var lineStart = 0
    /// The next byte of `input` to look at.
    private var cursor = 0
    private var sawCarriageReturn = false
    private var current = PartialRequest()
    private var refusal: HTTPRefusal?

    /// Creates a parser at the start of a connection.
    ///
    /// - Parameter limits: The sizes it allows.
    package init(limits: ListenerLimits) {
        self.limits = limits
    }

    /// Whether no byte of a next request has come.
    var isIdle: Bool {
        current.position == .requestLine && cursor == lineStart && cursor == input.count
    }

    /// Whether the head of the next request is incomplete.
    var isInHead: Bool { current.position == .requestLine || current.position == .fields }

    /// How many bytes to append at most now: what the next event needs, and not much more, so that a
    /// client that pipelines cannot fill the memory.
    var room: Int {
        let unread = input.count - lineStart
        return isInHead ? max(limits.headBytes + 64 - unread, 0) : max(64 * 1024 - unread, 0)
    }

    /// Appends the next bytes of the connection.
    ///
    /// - Parameter bytes: The bytes.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if lineStart == input.count {
            input.removeAll(keepingCapacity: input.capacity <= 4096)
            cursor = 0
            lineStart = 0
        } else if lineStart > 0 {
            input.removeSubrange(..<lineStart)
            cursor -= lineStart
            lineStart = 0
        }
        input.append(contentsOf: bytes)
    }

    /// Reads up to the next event.
    ///
    /// - Returns: The event; a refusal is returned again by every later call.
    package mutating func next() -> Event {
        if let refusal { return .refused(refusal) }
        do throws(HTTPRefusal) {
            return try advance()
        } catch {
            var refusal = error
            refusal.method = refusal.method ?? current.head?.method
            self.refusal = refusal
            input = []
            lineStart = 0
            cursor = 0
            current.body = []
            return .refused(refusal)
        }
    }

    private mutating func advance() throws(HTTPRefusal) -> Event {
        while true {
            switch current.position {
            case .requestLine:
                guard let line = try nextLine() else { return .needsMore }
                if line.isEmpty {
                    current.emptyLines += 1
                    guard current.emptyLines <= Self.emptyLinesAllowed else {
                        throw HTTPRefusal(400, "empty lines instead of a request")
                    }
                    current.headBytes = 0
                    continue
                }
                current.head = try RequestHead(line: line, limits: limits)
                current.position = .fields
            case .fields:
                guard let line = try nextLine() else { return .needsMore }
                if line.isEmpty {
                    try startBody()
                } else {
                    try current.head?.add(fieldLine: line, limits: limits)
                }
            case .fixedBody:
                readBody()
                return current.bodyBytesLeft == 0 ? finishRequest() : eventWhileWaiting()
            case .chunkSize:
                guard let line = try nextLine() else { return eventWhileWaiting() }
                try startChunk(line)
            case .chunkData:
                readBody()
                guard current.bodyBytesLeft == 0 else { return .needsMore }
                current.position = .chunkEnd
            case .chunkEnd:
                guard let line = try nextLine() else { return .needsMore }
                guard line.isEmpty else { throw HTTPRefusal(400, "no CRLF after a chunk") }
                current.position = .chunkSize
            case .trailer:
                guard let line = try nextLine() else { return .needsMore }
                if line.isEmpty { return finishRequest() }
                try checkTrailer(line)
            }
        }
    }

    /// Returns `needsMore`, or `wantsContinue` once when nothing of an expected body has come.
    private mutating func eventWhileWaiting() -> Event {
        guard current.expectsContinue else { return .needsMore }
        current.expectsContinue = false
        return input.count == lineStart && current.body.isEmpty ? .wantsContinue : .needsMore
    }

    /// Validates the head that has just become complete, and prepares for its body.
    private mutating func startBody() throws(HTTPRefusal) {
        guard let framing = try current.head?.finish(limits: limits) else { return }
        current.expectsContinue = current.head?.expectsContinue ?? false
        switch framing {
        case .length(let count):
            current.bodyBytesLeft = count
            current.position = .fixedBody
            // The memory grows with what comes, not with what is announced.
            current.body.reserveCapacity(min(count, 64 * 1024))
        case .chunked:
            current.position = .chunkSize
        }
    }

    private mutating func startChunk(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        let size = try ChunkSizeLine.size(line)
        guard size > 0 else {
            current.position = .trailer
            return
        }
        guard size <= limits.bodyBytes - current.body.count else {
            throw HTTPRefusal(413, "the body is too large")
        }
        current.bodyBytesLeft = size
        current.position = .chunkData
    }

    /// Checks a trailer field, which is then ignored (RFC 9112 §7.1.2).
    private mutating func checkTrailer(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        _ = try RequestHead.field(line)
        current.trailerFields += 1
        guard current.trailerFields <= limits.fieldCount else {
            throw HTTPRefusal(431, "too many trailer fields")
        }
    }

    private mutating func readBody() {
        let count = min(current.bodyBytesLeft, input.count - cursor)
        current.body.append(contentsOf: input[cursor..<cursor + count])
        current.bodyBytesLeft -= count
        cursor += count
        lineStart = cursor
    }

    private mutating func finishRequest() -> Event {
        guard let head = current.head else { return .needsMore }
        let request = HTTPRequest(
            method: head.method,
            target: head.target,
            version: head.version,
            headers: head.headers,
            body: current.body
        )
        current = PartialRequest()
        return .request(request)
    }

    /// Reads up to the end of the line, or of the input.
    ///
    /// - Returns: The line without its CRLF, or `nil` when its end has not come.
    /// - Throws: 400 for a bare CR or LF or a control character, 414 or 431 when it grows too long.
    private mutating func nextLine() throws(HTTPRefusal) -> ArraySlice<UInt8>? {
        while cursor < input.count {
            let byte = input[cursor]
            cursor += 1
            try countLineByte()
            if sawCarriageReturn {
                guard byte == .lineFeed else { throw HTTPRefusal(400, "CR without LF") }
                sawCarriageReturn = false
                let line = input[lineStart..<cursor - 2]
                lineStart = cursor
                return line
            }
            if byte == .carriageReturn {
                sawCarriageReturn = true
            } else if byte == .lineFeed {
                throw HTTPRefusal(400, "LF without CR")
            } else if byte.isForbiddenControl {
                throw HTTPRefusal(400, "control character")
            } else if current.position == .chunkEnd {
                throw HTTPRefusal(400, "no CRLF after a chunk")
            }
        }
        return nil
    }

    /// Counts a byte of a line against the limit of the part to which it belongs.
    private mutating func countLineByte() throws(HTTPRefusal) {
        switch current.position {
        case .requestLine, .fields:
            current.headBytes += 1
            if current.position == .requestLine, current.headBytes > limits.requestLineBytes + 2 {
                throw HTTPRefusal(414, "the request line is too long")
            }
            if current.headBytes > limits.headBytes {
                throw HTTPRefusal(431, "the request head is too long")
            }
        case .chunkSize:
            // A size in hexadecimal is short: what goes beyond 20 bytes are extensions.
            if cursor - lineStart > 20 { try countOverhead(status: 400) }
        case .trailer:
            try countOverhead(status: 431)
        case .fixedBody, .chunkData, .chunkEnd:
            break
        }
    }

    private mutating func countOverhead(status: Int) throws(HTTPRefusal) {
        current.overheadBytes += 1
        guard current.overheadBytes <= limits.headBytes else {
            throw HTTPRefusal(status, "chunk extensions or trailer too long")
        }
    }
}
