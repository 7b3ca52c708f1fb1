import Basics
import CSockets
import Glibc
import HTTPListener

/// Bytes that a fault sends instead of a response.
struct RawResponse: Sendable {
    /// The bytes, head included.
    var bytes: [UInt8]
    /// The bytes that are sent at a time, at least 1.
    var pieceBytes = Int.max
    /// How long to wait between two pieces.
    var pause: Duration = .zero
    /// Whether the connection is reset once the client has received all bytes, instead of closed.
    var resets = false
}

/// Tells the transport of a request, from the handler, which bytes to send instead of the response.
final class ResponseReplacement: Sendable {
    private let response = Mutex<RawResponse?>(nil)

    /// Replaces the next response.
    func set(_ response: RawResponse) { self.response.withLock { $0 = response } }

    /// Returns the replacement of the next response and forgets it; `nil` without one.
    func consume() -> RawResponse? {
        response.withLock { response in
            defer { response = nil }
            return response
        }
    }
}

/// A transport that sends what a ``ResponseReplacement`` says instead of what the listener sends.
///
/// During a pause the event loop waits for a timer (timerfd(2)) instead of the socket.
final class FaultTransport: ByteTransport {
    /// How long a reset waits for the client to receive what was sent, and how often that is checked.
    private static let deliveryTimeout = Duration.seconds(2)
    private static let deliveryCheck = Duration.milliseconds(2)

    private let base: any ByteTransport
    private let replacement = ResponseReplacement()
    private var response: RawResponse?
    /// The number of bytes sent, and where the current piece ends.
    private var sent = 0
    private var pieceEnd = 0
    private var timer: Descriptor?
    private var isPausing = false
    private var deliveryDeadline: ContinuousClock.Instant?

    /// Creates a transport that sends over another one.
    init(_ base: any ByteTransport) { self.base = base }

    /// The ``ResponseReplacement`` of the connection, for the handler.
    var context: (any Sendable)? { replacement }

    var descriptor: Int32 {
        if isPausing, let number = timer?.number { return number }
        return base.descriptor
    }

    var deadline: ContinuousClock.Instant? { base.deadline }

    var hasBufferedInput: Bool { base.hasBufferedInput }

    func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome {
        base.receive(into: &buffer, atMost: count)
    }

    func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome {
        if response == nil, let next = replacement.consume() {
            response = next
            sent = 0
            pieceEnd = min(max(next.pieceBytes, 1), next.bytes.count)
        }
        guard let response else { return base.send(first, second) }
        guard isPauseOver() else { return .blocked(until: .reading) }
        while sent < response.bytes.count {
            let piece = response.bytes.span.extracting(sent..<pieceEnd)
            let outcome = base.send(piece, [UInt8]().span)
            guard case .moved(let count) = outcome else { return outcome }
            sent += count
            if sent == pieceEnd, sent < response.bytes.count {
                pieceEnd += min(max(response.pieceBytes, 1), response.bytes.count - sent)
                return pause(for: response.pause)
            }
        }
        guard response.resets else {
            self.response = nil
            return .moved(first.count + second.count)
        }
        let deadline = deliveryDeadline ?? ContinuousClock.now + Self.deliveryTimeout
        deliveryDeadline = deadline
        if !isDelivered, ContinuousClock.now < deadline { return pause(for: Self.deliveryCheck) }
        base.resetOnClose()
        return .failed
    }

    /// Whether the client's machine has received all bytes.
    private var isDelivered: Bool {
        var count: Int32 = 0
        return unsafe ioctl(base.descriptor, CSOCKETS_SIOCOUTQ, &count) != 0 || count == 0
    }

    /// Makes the event loop wait for a time before it sends again.
    private func pause(for time: Duration) -> TransferOutcome {
        if timer == nil {
            let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            // The flags of timerfd_create are those of socket.
            timer = Descriptor(owning: timerfd_create(CLOCK_MONOTONIC, flags))
        }
        let (seconds, attoseconds) = max(time, .nanoseconds(1)).components
        var value = itimerspec()
        value.it_value.tv_sec = Int(seconds)
        value.it_value.tv_nsec = Int(attoseconds / 1_000_000_000)
        guard let number = timer?.number, unsafe timerfd_settime(number, 0, &value, nil) == 0 else {
            return .failed
        }
        isPausing = true
        return .blocked(until: .reading)
    }

    private func isPauseOver() -> Bool {
        guard isPausing, let number = timer?.number else { return true }
        var expirations: UInt64 = 0
        isPausing = unsafe read(number, &expirations, MemoryLayout<UInt64>.size) < 0
        return !isPausing
    }

    func endOutput() { base.endOutput() }

    func resetOnClose() { base.resetOnClose() }
}
