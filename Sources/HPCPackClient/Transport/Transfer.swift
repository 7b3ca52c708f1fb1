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
    /// A copy of the answer; `nil` when nobody records it.
    private(set) var capture: ExchangeCapture?

    init(
        into sink: RowSink,
        byteLimit: Int,
        cancellation: Cancellation,
        capture: ExchangeCapture? = nil
    ) {
        self.sink = sink
        self.byteLimit = byteLimit
        self.cancellation = cancellation
        self.capture = capture
    }

    var isCancelled: Bool { cancellation.isCancelled }

    /// Reads one line of the head, with its line end.
    func receiveHead(_ line: Span<UInt8>) {
        head.receive(line)
        capture?.receiveHead(line)
    }

    /// Feeds body bytes to the sink.
    ///
    /// - Returns: Whether the transfer goes on.
    func receive(_ chunk: Span<UInt8>) -> Bool {
        guard !isCancelled else { return false }
        bytes += chunk.count
        capture?.receiveBody(chunk)
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
