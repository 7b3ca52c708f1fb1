#if THREAD_SANITIZER
    import Glibc
    // As in other builds, whoever imports this module has the atomics too.
    @_exported public import struct Synchronization.Atomic

    /// `Synchronization.Mutex` over POSIX's mutex, for builds with Thread Sanitizer.
    ///
    /// On Linux the standard library's mutex waits on a futex whose owner the kernel writes. Thread Sanitizer
    /// cannot see that write and reports every contended lock as a race.
    public struct Mutex<Value: ~Copyable>: ~Copyable, Sendable {
        private let storage: Storage

        /// Creates a mutex that protects `initialValue`.
        public init(_ initialValue: consuming sending Value) { storage = Storage(initialValue) }

        /// Calls `body` with exclusive access to the value.
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try storage.withLock(body)
        }

        @safe
        // Sendable, unchecked: the value is accessed between lock and unlock only; the mutex may be used from
        // many threads, its address never changes, and it is freed when no reference is left.
        private final class Storage: @unchecked Sendable {
            private let mutex: UnsafeMutablePointer<pthread_mutex_t>
            // Unsafe: `withLock` alone touches it, between lock and unlock of `mutex`.
            private nonisolated(unsafe) var value: Value

            init(_ value: consuming sending Value) {
                unsafe mutex = .allocate(capacity: 1)
                unsafe pthread_mutex_init(mutex, nil)
                unsafe self.value = value
            }

            deinit {
                unsafe pthread_mutex_destroy(mutex)
                unsafe mutex.deallocate()
            }

            func withLock<Result: ~Copyable, Failure: Error>(
                _ body: (inout sending Value) throws(Failure) -> sending Result
            ) throws(Failure) -> sending Result {
                unsafe pthread_mutex_lock(mutex)
                defer { unsafe pthread_mutex_unlock(mutex) }
                return try unsafe body(&value)
            }
        }
    }
#else
    @_exported public import Synchronization
#endif
