import Glibc
import Synchronization

/// A switch that ends waits and transfers of every thread at once, for good.
public final class Cancellation: Sendable {
    /// A pipe: its reading end becomes readable when the switch is thrown, and stays so.
    private let descriptor: Int32
    private let writer: Int32
    private let thrown = Atomic(false)
    private let handlers = Mutex<[@Sendable () -> Void]>([])

    /// Makes a switch that is not thrown.
    public init() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe (no descriptors left) a wait still ends when its time is over.
        if unsafe pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC) | fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        descriptor = ends[0]
        writer = ends[1]
    }

    deinit {
        if descriptor >= 0 { _ = close(descriptor) }
        if writer >= 0 { _ = close(writer) }
    }

    /// Whether the switch was thrown.
    public var isCancelled: Bool { thrown.load(ordering: .acquiring) }

    /// Throws the switch.
    public func cancel() {
        thrown.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        // A pipe that is full is readable already, so the result does not matter.
        _ = unsafe write(writer, &byte, 1)
        for handler in handlers.withLock({ $0 }) { handler() }
    }

    /// Adds what wakes threads that wait for something else, such as a lock's condition.
    ///
    /// - Parameter handler: Called on the thread that throws the switch, after `isCancelled` has become true; not
    ///   called where it was thrown before.
    public func onCancel(_ handler: @escaping @Sendable () -> Void) {
        handlers.withLock { $0.append(handler) }
    }

    /// Waits for a time, or until the switch is thrown.
    ///
    /// - Parameter duration: How long to wait.
    /// - Returns: Whether the whole time passed.
    public func wait(for duration: Duration) -> Bool {
        let end = ContinuousClock.now + duration
        while !isCancelled {
            let left = end - ContinuousClock.now
            guard left > .zero else { return true }
            let milliseconds = min(left / .milliseconds(1) + 1, 1_000_000)
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, Int32(milliseconds))
        }
        return false
    }
}
