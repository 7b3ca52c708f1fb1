/// Bytes on their way to a client.
struct Outgoing: Sendable {
    /// What follows when all bytes are sent.
    enum Ending: Sendable, Equatable {
        /// The body of the request is read on.
        case readOn
        /// The next request is read.
        case keepAlive
        /// The connection is closed in good order.
        case close
        /// The connection is reset.
        case reset
        /// More bytes follow after a pause.
        case drip(Drip)

        /// What the handler of an exchange calls it.
        init(_ ending: HTTPEnding) {
            self =
                switch ending {
                case .keepAlive: .keepAlive
                case .close: .close
                case .reset: .reset
                }
        }
    }

    private let head: [UInt8]
    /// Shared with every other client that is sent the same bytes.
    private let body: [UInt8]
    let ending: Ending
    private(set) var sent = 0

    /// Creates an answer of which nothing is sent.
    init(head: [UInt8], body: [UInt8] = [], ending: Ending) {
        self.head = head
        self.body = body
        self.ending = ending
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
