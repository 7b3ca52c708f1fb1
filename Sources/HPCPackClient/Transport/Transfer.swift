import Basics
import JSONRows

/// One transfer while it is under way: what libcurl's callbacks write to.
final class Transfer {
    var head = ResponseHead()
    /// Body bytes so far, after decompression.
    private(set) var bytes = 0
    /// Whether the body passed the size limit.
    private(set) var isTooLarge = false
    /// The largest size of the body.
    let byteLimit: Int
    let sink: RowSink

    private let cancellation: Cancellation
    private var hasBegun = false

    init(into sink: RowSink, byteLimit: Int, cancellation: Cancellation) {
        self.sink = sink
        self.byteLimit = byteLimit
        self.cancellation = cancellation
    }

    var isCancelled: Bool { cancellation.isCancelled }

    /// Feeds body bytes to the sink.
    ///
    /// - Returns: Whether the transfer goes on.
    func receive(_ chunk: Span<UInt8>) -> Bool {
        guard !isCancelled else { return false }
        bytes += chunk.count
        guard head.status == 200 else {
            // The text of a failure may hold a stack trace or echo a secret
            // (docs/hpcpack-api.md#errors-authentication-and-addresses), so nothing of it is kept; reading a short
            // one to its end keeps the connection.
            return bytes < 256 << 10
        }
        guard bytes <= byteLimit else {
            isTooLarge = true
            return false
        }
        beginOnce()
        return sink.receive(chunk)
    }

    /// Tells the sink that the response was 200, also when its body is empty.
    func beginOnce() {
        guard !hasBegun else { return }
        hasBegun = true
        sink.begin()
    }
}

/// Parses the body of a response into rows.
final class RowSink {
    private let shape: RowShape
    private let limits: JSONLimits
    private let onBegin: () -> Void
    private let onRow: (borrowing Row) -> Void
    private var reader: RowReader
    /// The first thing that was wrong with the text.
    private(set) var error: JSONRowsError?
    /// Rows of the current response so far.
    private(set) var rows = 0

    /// Makes a sink.
    ///
    /// - Parameters:
    ///   - shape: What the body is made of.
    ///   - limits: Bounds of nesting and of strings.
    ///   - onBegin: Called when a response with status 200 begins: what an earlier try brought is void.
    ///   - onRow: Called with each row.
    init(
        shape: RowShape,
        limits: ClientLimits,
        onBegin: @escaping () -> Void = {},
        onRow: @escaping (borrowing Row) -> Void
    ) {
        self.shape = shape
        self.limits = JSONLimits(depth: limits.depth, stringBytes: limits.stringBytes)
        self.onBegin = onBegin
        self.onRow = onRow
        reader = RowReader(shape: shape, limits: self.limits)
    }

    /// Begins a new text.
    func begin() {
        reader = RowReader(shape: shape, limits: limits)
        error = nil
        rows = 0
        onBegin()
    }

    /// Parses the next bytes of the text.
    ///
    /// - Returns: Whether the text is well-formed so far.
    func receive(_ bytes: Span<UInt8>) -> Bool {
        guard error == nil else { return false }
        do {
            try reader.feed(bytes, onRow: onRow)
        } catch {
            self.error = error
        }
        rows = reader.rows
        return error == nil
    }

    /// Ends the text.
    ///
    /// - Returns: What was wrong with it; `nil` when it was whole and well-formed.
    func finish() -> JSONRowsError? {
        guard error == nil else { return error }
        do {
            try reader.finish(onRow: onRow)
        } catch {
            self.error = error
        }
        rows = reader.rows
        return error
    }
}

/// What the client keeps of the head of a response.
struct ResponseHead: Sendable, Equatable {
    /// The HTTP status of the final response; 0 when none came.
    var status = 0
    /// The token of the next page (`x-ms-continuation-queryId`, in any case; docs/hpcpack-api.md#paging).
    var continuation: String?
    /// The rows of the whole listing (`x-ms-row-count`), where the server tells them.
    var rowCount: Int?
    /// The server's clock in Unix seconds, as `Date` tells it.
    var date: UInt32?
    private var retrySeconds: Int64?
    private var retryDate: UInt32?
    /// The media type, for messages.
    var contentType: String?
    /// Whether the head tells a length that is no length: then nobody knows whether the body came whole
    /// (RFC 9112 §6.3, rule 5).
    var hasInvalidLength = false

    /// How long the server asks to be left alone (RFC 9110 §10.2.3), from seconds or a date; at most a day.
    var retryAfter: Duration? {
        let until = retryDate.map { Int64($0) - Int64(date ?? WallClock.seconds) }
        guard let seconds = retrySeconds ?? until, seconds > 0 else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    /// Reads one line of the head, as libcurl hands it over.
    ///
    /// - Parameter line: The line with its line end.
    mutating func receive(_ line: Span<UInt8>) {
        if line.count > 5, line.extracting(0..<5).equalsIgnoringCase("HTTP/") {
            // A new status line: an interim 1xx response came before (RFC 9110 §15.2).
            self = ResponseHead()
            status = Self.statusCode(line)
            return
        }
        guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }) else {
            return
        }
        let name = line.extracting(0..<colon)
        let value = line.extracting((colon + 1)..<line.count).trimmed()
        guard value.count > 0 else { return }
        if name.equalsIgnoringCase("x-ms-continuation-queryid") {
            continuation = String(copying: value)
        } else if name.equalsIgnoringCase("x-ms-row-count") {
            rowCount = value.decimalInteger().map { Int($0) }
        } else if name.equalsIgnoringCase("content-type") {
            contentType = String(copying: value)
        } else if name.equalsIgnoringCase("content-length") {
            // libcurl treats one that is no number as none at all.
            if value.decimalInteger() == nil { hasInvalidLength = true }
        } else if name.equalsIgnoringCase("date") {
            date = HTTPDateText.unixSeconds(value)
        } else if name.equalsIgnoringCase("retry-after") {
            retrySeconds = value.decimalInteger()
            retryDate = HTTPDateText.unixSeconds(value)
        }
    }

    private static func statusCode(_ line: Span<UInt8>) -> Int {
        guard let space = line.indices.first(where: { line[$0] == 0x20 }), space + 3 < line.count
        else { return 0 }
        return Int(line.extracting((space + 1)..<(space + 4)).decimalInteger() ?? 0)
    }
}
