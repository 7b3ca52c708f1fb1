#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A value behind a lock: copy out, release, then work with the copy.
///
/// The same as `Synchronization.Mutex`, over POSIX's mutex. On Linux that one leaves waiting to a futex whose
/// owner the kernel writes, which Thread Sanitizer cannot see: it then takes every contended lock for a race.
@safe
// Sendable, unchecked: the value is touched between lock and unlock only; the mutex is made for use from
// many threads, its address never changes, and it is freed when no reference is left.
public final class Locked<Value: ~Copyable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    /// Puts a value behind a lock.
    ///
    /// - Parameter value: The value, which nobody else may hold.
    public init(_ value: consuming sending Value) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        self.value = value
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Reads or changes the value while nobody else can.
    ///
    /// - Parameter body: Must be short, and must not lock the same value.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
