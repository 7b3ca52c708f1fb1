import Glibc
import Synchronization

/// A cancellation that all threads share, and that is never undone.
public final class Cancellation: Sendable {
    /// The reading end of a pipe, which becomes readable on cancellation, and stays so.
    private let reader: Int32
    private let writer: Int32
    private let cancelled = Atomic(false)
    private let handlers = Mutex<[@Sendable () -> Void]>([])

    /// Creates a cancellation that has not happened.
    public init() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe, when no descriptors are left, a wait still ends when its time is over.
        if unsafe pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC) | fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        if reader >= 0 { _ = close(reader) }
        if writer >= 0 { _ = close(writer) }
    }

    /// Whether ``cancel()`` was called.
    public var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Ends all waits, and calls all handlers.
    public func cancel() {
        cancelled.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        // The result does not matter: a full pipe is readable already.
        _ = unsafe write(writer, &byte, 1)
        for handler in handlers.withLock({ $0 }) { handler() }
    }

    /// Adds a handler, which wakes threads that wait for something else, such as a condition variable.
    ///
    /// - Parameter handler: Called by ``cancel()`` on its thread, after `isCancelled` has become true; not
    ///   called by itself when that has happened before.
    public func onCancel(_ handler: @escaping @Sendable () -> Void) {
        handlers.withLock { $0.append(handler) }
    }

    /// Waits for a time, or until the cancellation.
    ///
    /// - Parameter duration: How long to wait.
    /// - Returns: Whether the whole time passed.
    public func wait(for duration: Duration) -> Bool {
        let end = ContinuousClock.now + duration
        while !isCancelled {
            let left = end - ContinuousClock.now
            guard left > .zero else { return true }
            let milliseconds = min(left / .milliseconds(1) + 1, 1_000_000)
            var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, Int32(milliseconds))
        }
        return false
    }
}
