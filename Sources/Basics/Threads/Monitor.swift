import Glibc

/// A value behind a lock, and threads that wait until it fulfils a condition.
///
/// `Mutex` has no condition variable; this is a POSIX mutex with one.
@safe
// Sendable, unchecked: the value is accessed between lock and unlock only; the two POSIX objects may be used
// from many threads, their addresses never change, and they are freed when no reference is left.
public final class Monitor<Value: ~Copyable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Creates a monitor that protects `value`.
    public init(_ value: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // Setting the wall clock must not change how long a wait takes.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        self.value = value
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Calls `body` with exclusive access to the value, and wakes all waiting threads.
    ///
    /// - Parameter body: Changes the value, in a short time.
    /// - Returns: What `body` returns.
    public func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body(&value)
    }

    /// Calls `body` with the value, without waking a thread.
    public func read<Result>(_ body: (borrowing Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(value)
    }

    /// Waits until the value fulfils `isReady` or the deadline has passed, then calls `body`.
    ///
    /// - Parameters:
    ///   - deadline: When to stop waiting; `nil` to wait without limit.
    ///   - isReady: The condition; called under the lock.
    ///   - body: Changes the value, without waking a thread; called under the lock.
    /// - Returns: What `body` returns.
    public func wait<Result>(
        deadline: ContinuousClock.Instant? = nil,
        until isReady: (borrowing Value) -> Bool,
        _ body: (inout Value) -> Result
    ) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while !isReady(value) {
            guard let deadline else {
                unsafe pthread_cond_wait(condition, mutex)
                continue
            }
            let left = deadline - ContinuousClock.now
            guard left > .zero else { break }
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            let (seconds, attoseconds) = min(left, .seconds(86_400)).components
            let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
            time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
            time.tv_nsec = nanoseconds % 1_000_000_000
            unsafe pthread_cond_timedwait(condition, mutex, &time)
        }
        return body(&value)
    }
}
