/// What happens to a connection after a write.
enum ConnectionDisposition: Sendable {
    /// The rest of the current request, its body, is read.
    case readBody
    /// The next request is read.
    case keepAlive
    /// The connection is closed once the client has received all bytes.
    case close
}

/// Bytes that are being sent to a client: the head of a response, then the parts of its body.
struct PendingWrite: Sendable {
    /// The parts of the body, shared with every other client to which they are sent.
    private let body: [[UInt8]]
    /// How many of them have become `next`.
    private var used = 0
    /// What is being sent: the head, or a part of the body.
    private var current: [UInt8]
    /// The part after that.
    private var following: [UInt8] = []
    /// The bytes of `current` that are sent.
    private var sent = 0

    /// What happens to the connection when all bytes are sent.
    let disposition: ConnectionDisposition

    /// Creates a write of which nothing is sent.
    init(head: [UInt8], body: [[UInt8]] = [], disposition: ConnectionDisposition) {
        self.body = body
        self.disposition = disposition
        current = head
        following = nextPart()
        advance(by: 0)
    }

    /// Whether all bytes are sent.
    var isSent: Bool { sent >= current.count }

    /// The bytes of the current part that are not sent yet.
    var unsent: Span<UInt8> {
        @_lifetime(borrow self) borrowing get {
            current.span.extracting(droppingFirst: sent)
        }
    }

    /// The bytes of the part after that, of which none is sent.
    var next: Span<UInt8> {
        @_lifetime(borrow self) borrowing get { following.span }
    }

    /// Counts bytes of ``unsent`` and ``next`` as sent.
    mutating func advance(by count: Int) {
        sent += count
        while sent >= current.count, !following.isEmpty {
            sent -= current.count
            current = following
            following = nextPart()
        }
    }

    /// The next part of the body that is not empty; empty after the last.
    private mutating func nextPart() -> [UInt8] {
        while used < body.count {
            used += 1
            if !body[used - 1].isEmpty { return body[used - 1] }
        }
        return []
    }
}
