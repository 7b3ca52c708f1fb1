/// A request that waits for its answer.
///
/// It may be answered from any thread, at any time. One that goes without an answer is answered
/// with 500, so that its client does not wait in vain.
public final class HTTPExchange: Sendable {
    /// The request.
    public let request: HTTPRequest

    private let ticket: ExchangeTicket
    private let mailbox: Mailbox

    init(request: HTTPRequest, ticket: ExchangeTicket, mailbox: Mailbox) {
        self.request = request
        self.ticket = ticket
        self.mailbox = mailbox
    }

    deinit {
        respond(.text(500, "no answer\n"))
    }

    /// Whether the client is still there, as far as the listener can tell: `false` once the
    /// connection has failed, or the answer is written.
    ///
    /// A client that has only ended its own sending is there: it may wait for the answer.
    public var isOpen: Bool { ticket.isOpen }

    /// Answers the request; only the first answer counts.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - delay: How long the client is kept waiting for it.
    public func respond(_ response: HTTPResponse, after delay: Duration = .zero) {
        send(.response(response), after: delay)
    }

    /// Answers the request with bytes as they are, for simulated faults; only the first answer counts.
    ///
    /// - Parameters:
    ///   - bytes: All that goes over the wire, head included.
    ///   - ending: What happens to the connection then.
    ///   - delay: How long the client is kept waiting for it.
    public func respondRaw(
        _ bytes: [UInt8],
        then ending: HTTPEnding,
        after delay: Duration = .zero
    ) {
        send(.raw(bytes, ending), after: delay)
    }

    /// Answers the request with bytes as they are, piece by piece, for simulated faults; only the
    /// first answer counts.
    ///
    /// - Parameters:
    ///   - bytes: All that goes over the wire, head included.
    ///   - pieceBytes: The size of a piece.
    ///   - pause: How long the client is kept waiting between two pieces.
    ///   - ending: What happens to the connection then.
    ///   - delay: How long the client is kept waiting for the first piece.
    public func respondRaw(
        _ bytes: [UInt8],
        inPiecesOf pieceBytes: Int,
        every pause: Duration,
        then ending: HTTPEnding,
        after delay: Duration = .zero
    ) {
        let drip = Drip(bytes, pieceBytes: pieceBytes, pause: pause, ending: ending)
        send(.drip(drip), after: delay)
    }

    private func send(_ content: Answer.Content, after delay: Duration) {
        guard ticket.claim() else { return }
        let due = delay > .zero ? ContinuousClock.now.advanced(by: delay) : nil
        mailbox.post(Answer(content: content, due: due), for: ticket)
    }
}
