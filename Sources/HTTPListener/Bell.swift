import CSockets
import Glibc

/// Wakes a thread that waits in `poll`, from any thread.
final class Bell: Sendable {
    private let event: Descriptor

    /// The descriptor's number, readable from the first ring on until ``silence()``.
    var number: Int32 { event.number }

    /// Creates a silent bell.
    ///
    /// - Throws: An error when the system has no descriptor left.
    init() throws(ListenerError) {
        // The flags of eventfd are those of socket (eventfd(2)).
        let opened = Descriptor(owning: eventfd(0, SystemCall.nonBlocking | SystemCall.closeOnExec))
        guard let event = opened else {
            let reason = SystemCall.text(errno)
            throw ListenerError(code: .system, message: "cannot create an eventfd: \(reason)")
        }
        self.event = event
    }

    /// Makes the bell ring until it is silenced.
    func ring() {
        var one: UInt64 = 1
        // It fails only when the counter is full, and then the bell rings already.
        _ = unsafe write(number, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes the bell silent.
    func silence() {
        var count: UInt64 = 0
        // It fails only when the bell is silent already.
        _ = unsafe read(number, &count, MemoryLayout<UInt64>.size)
    }

    /// Waits until the bell rings, and lets it ring on for others that wait.
    func wait() {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&entry, 1, -1) < 1 {}
    }
}
