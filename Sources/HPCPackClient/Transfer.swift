import Basics

/// Takes the body of a response as it arrives.
protocol ResponseSink: AnyObject {
    /// A response with status 200 begins; what an earlier try brought is void.
    func begin()
    /// Takes the next bytes; `false` ends the transfer.
    func receive(_ bytes: Span<UInt8>) -> Bool
}

/// One transfer while it is under way: what libcurl's callbacks write to.
final class Transfer {
    var head = ResponseHead()
    /// Body bytes so far, after decompression.
    private(set) var bytes = 0
    /// Whether the body passed the size limit.
    private(set) var isTooLarge = false

    private let sink: any ResponseSink
    private let limit: Int
    private let cancellation: Cancellation
    private var hasBegun = false

    init(sink: any ResponseSink, limit: Int, cancellation: Cancellation) {
        self.sink = sink
        self.limit = limit
        self.cancellation = cancellation
    }

    var isCancelled: Bool { cancellation.isCancelled }

    /// Takes body bytes; `false` ends the transfer.
    func receive(_ chunk: Span<UInt8>) -> Bool {
        guard !isCancelled else { return false }
        bytes += chunk.count
        guard head.status == 200 else {
            // The text of a failure may hold a stack trace or echo a secret (FACTS: Errors), so nothing
            // of it is kept; reading a short one to its end keeps the connection.
            return bytes < 256 << 10
        }
        guard bytes <= limit else {
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
