/// Turns the bytes of a connection into requests; it knows no socket and no time.
///
/// Bytes come in by ``append(_:)``, in pieces of any size; ``next()`` then gives one step at a time:
/// ```
/// "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HT"  →  .request(GET /), .needsMore
/// ```
/// The parser looks at each byte once, in order, and judges it at once, so how the bytes are cut into
/// pieces changes nothing but the moment of the answer. It is strict (RFC 9112): a message that two
/// readers could frame differently is refused, and after a refusal nothing more is read.
struct RequestParser: Sendable {
    /// What the bytes so far amount to.
    enum Step: Equatable, Sendable {
        /// The next request is not whole yet.
        case needsMore
        /// The client waits for `100 Continue` before it sends the body; given once a request.
        case wantsContinue
        /// A whole request.
        case request(HTTPRequest)
        /// The request cannot be served and the connection must end.
        case refused(HTTPRefusal)
    }

    /// Where in a request the next byte stands.
    enum Position: Sendable {
        case requestLine
        case fields
        case fixedBody
        case chunkSize
        case chunkData
        case chunkEnd
        case trailer
    }

    /// Empty lines before a request line that some clients send after a body (RFC 9112 §2.2).
    private static let emptyLinesAllowed = 4

    private let limits: ListenerLimits
    private var input: [UInt8] = []
    /// Where the line that is being read starts in `input`.
    private var lineStart = 0
    /// The next byte of `input` to look at.
    private var cursor = 0
    private var sawCarriageReturn = false

    private(set) var position = Position.requestLine
    private var head: RequestHead?
    private var headCount = 0
    private var emptyLines = 0
    private var body: [UInt8] = []
    private var bodyDue = 0
    private var overheadCount = 0
    private var trailerCount = 0
    private var continueDue = false
    private var refusal: HTTPRefusal?

    /// Creates a parser at the start of a connection.
    ///
    /// - Parameter limits: The sizes it allows.
    init(limits: ListenerLimits) {
        self.limits = limits
    }

    /// Whether no byte of a next request has come.
    var isIdle: Bool {
        position == .requestLine && cursor == lineStart && cursor == input.count
    }

    /// Whether the head of the next request is not whole yet.
    var isInHead: Bool { position == .requestLine || position == .fields }

    /// How many bytes it makes sense to append now: what is needed for the next step, and not much
    /// more, so that a client that pipelines cannot fill the memory.
    var room: Int {
        let unread = input.count - lineStart
        return isInHead ? max(limits.headBytes + 64 - unread, 0) : max(64 * 1024 - unread, 0)
    }

    /// Takes the next bytes of the connection.
    ///
    /// - Parameter bytes: The bytes.
    mutating func append(_ bytes: some Collection<UInt8>) {
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

    /// Reads on as far as the next step.
    ///
    /// - Returns: The step; a refusal is given again and again.
    mutating func next() -> Step {
        if let refusal { return .refused(refusal) }
        do throws(HTTPRefusal) {
            return try advance()
        } catch {
            var refusal = error
            refusal.method = refusal.method ?? head?.method
            self.refusal = refusal
            input = []
            body = []
            lineStart = 0
            cursor = 0
            return .refused(refusal)
        }
    }

    private mutating func advance() throws(HTTPRefusal) -> Step {
        while true {
            switch position {
            case .requestLine:
                guard let line = try nextLine() else { return .needsMore }
                if line.isEmpty {
                    emptyLines += 1
                    guard emptyLines <= Self.emptyLinesAllowed else {
                        throw HTTPRefusal(400, "empty lines instead of a request")
                    }
                    headCount = 0
                    continue
                }
                head = try RequestHead(line: line, limits: limits)
                position = .fields
            case .fields:
                guard let line = try nextLine() else { return .needsMore }
                if !line.isEmpty {
                    try head?.add(fieldLine: line, limits: limits)
                } else if let request = try startBody() {
                    return .request(request)
                }
            case .fixedBody:
                takeBody()
                if bodyDue == 0 { return finishRequest() }
                return stepWhileWaiting()
            case .chunkSize:
                guard let line = try nextLine() else { return stepWhileWaiting() }
                try startChunk(line)
            case .chunkData:
                takeBody()
                guard bodyDue == 0 else { return .needsMore }
                position = .chunkEnd
            case .chunkEnd:
                guard let line = try nextLine() else { return .needsMore }
                guard line.isEmpty else { throw HTTPRefusal(400, "no CRLF after a chunk") }
                position = .chunkSize
            case .trailer:
                guard let line = try nextLine() else { return .needsMore }
                if line.isEmpty { return finishRequest() }
                try checkTrailer(line)
            }
        }
    }

    /// `needsMore`, or `wantsContinue` once when nothing of an expected body has come.
    private mutating func stepWhileWaiting() -> Step {
        guard continueDue else { return .needsMore }
        continueDue = false
        return input.count == lineStart && body.isEmpty ? .wantsContinue : .needsMore
    }

    /// Judges the head that has just become whole; gives the request when it has no body.
    private mutating func startBody() throws(HTTPRefusal) -> HTTPRequest? {
        guard let framing = try head?.finish(limits: limits) else { return nil }
        continueDue = head?.expectsContinue ?? false
        switch framing {
        case .length(let count):
            bodyDue = count
            position = .fixedBody
            if count == 0, case .request(let request) = finishRequest() { return request }
            // The memory grows with what comes, not with what is announced.
            body.reserveCapacity(min(count, 64 * 1024))
        case .chunked:
            position = .chunkSize
        }
        return nil
    }

    private mutating func startChunk(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        let size = try ChunkLine.size(line)
        guard size > 0 else {
            position = .trailer
            return
        }
        guard size <= limits.bodyBytes - body.count else {
            throw HTTPRefusal(413, "the body is too large")
        }
        bodyDue = size
        position = .chunkData
    }

    /// Checks a trailer field and drops it (RFC 9112 §7.1.2).
    private mutating func checkTrailer(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        _ = try RequestHead.field(line)
        trailerCount += 1
        guard trailerCount <= limits.fieldCount else {
            throw HTTPRefusal(431, "too many trailer fields")
        }
    }

    private mutating func takeBody() {
        let count = min(bodyDue, input.count - cursor)
        body.append(contentsOf: input[cursor..<cursor + count])
        bodyDue -= count
        cursor += count
        lineStart = cursor
    }

    private mutating func finishRequest() -> Step {
        guard let head else { return .needsMore }
        let request = HTTPRequest(
            method: head.method,
            target: head.target,
            version: head.version,
            headers: head.headers,
            body: body
        )
        self.head = nil
        body = []
        position = .requestLine
        headCount = 0
        emptyLines = 0
        overheadCount = 0
        trailerCount = 0
        continueDue = false
        return .request(request)
    }

    /// Reads on to the end of the line, or of the input.
    ///
    /// - Returns: The line without its CRLF, or `nil` when its end has not come.
    /// - Throws: 400 for a bare CR or LF or a control character, 414 or 431 when it grows too long.
    private mutating func nextLine() throws(HTTPRefusal) -> ArraySlice<UInt8>? {
        while cursor < input.count {
            let byte = input[cursor]
            cursor += 1
            try countLineByte()
            if sawCarriageReturn {
                guard byte == ASCII.lineFeed else { throw HTTPRefusal(400, "CR without LF") }
                sawCarriageReturn = false
                let line = input[lineStart..<cursor - 2]
                lineStart = cursor
                return line
            }
            if byte == ASCII.carriageReturn {
                sawCarriageReturn = true
            } else if byte == ASCII.lineFeed {
                throw HTTPRefusal(400, "LF without CR")
            } else if ASCII.isForbiddenControl(byte) {
                throw HTTPRefusal(400, "control character")
            } else if position == .chunkEnd {
                throw HTTPRefusal(400, "no CRLF after a chunk")
            }
        }
        return nil
    }

    /// Counts a byte of a line against the limit of the part it stands in.
    private mutating func countLineByte() throws(HTTPRefusal) {
        switch position {
        case .requestLine, .fields:
            headCount += 1
            if position == .requestLine, headCount > limits.requestLineBytes + 2 {
                throw HTTPRefusal(414, "the request line is too long")
            }
            if headCount > limits.headBytes {
                throw HTTPRefusal(431, "the request head is too long")
            }
        case .chunkSize:
            // The size of each chunk is part of the body's cost; its extensions are not.
            if cursor - lineStart > 20 { try countOverhead(status: 400) }
        case .trailer:
            try countOverhead(status: 431)
        case .fixedBody, .chunkData, .chunkEnd:
            break
        }
    }

    private mutating func countOverhead(status: Int) throws(HTTPRefusal) {
        overheadCount += 1
        guard overheadCount <= limits.headBytes else {
            throw HTTPRefusal(status, "chunk extensions or trailer too long")
        }
    }
}
