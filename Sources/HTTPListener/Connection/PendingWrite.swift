/// What happens to a connection after a write.
enum ConnectionDisposition: Sendable {
    /// The rest of the current request, its body, is read.
    case readBody
    /// The next request is read.
    case keepAlive
    /// The connection is closed once the client has received all bytes.
    case close
}

/// Bytes that are being sent to a client.
struct PendingWrite: Sendable {
    private let head: [UInt8]
    /// Shared with every other client to which the same body is sent.
    private let body: [UInt8]
    private var sent = 0

    /// What happens to the connection when all bytes are sent.
    let disposition: ConnectionDisposition

    /// Creates a write of which nothing is sent.
    init(head: [UInt8], body: [UInt8] = [], disposition: ConnectionDisposition) {
        self.head = head
        self.body = body
        self.disposition = disposition
    }

    /// Whether all bytes are sent.
    var isSent: Bool { sent >= head.count + body.count }

    /// The bytes of the head that are not sent yet.
    var unsentHead: Span<UInt8> {
        @_lifetime(borrow self) borrowing get {
            head.span.extracting(droppingFirst: min(sent, head.count))
        }
    }

    /// The bytes of the body that are not sent yet.
    var unsentBody: Span<UInt8> {
        @_lifetime(borrow self) borrowing get {
            body.span.extracting(droppingFirst: min(max(sent - head.count, 0), body.count))
        }
    }

    /// Counts bytes as sent.
    mutating func advance(by count: Int) { sent += count }
}
