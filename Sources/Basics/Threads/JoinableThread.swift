import Glibc

/// A POSIX thread that can be waited for until it has ended, its thread-local destructors included.
///
/// A thread that uses the TLS library must have ended before the process runs its exit handlers: one of them
/// deinitializes the library, and the library's thread-local destructors would crash after that. Signals are
/// blocked on the thread, apart from those of faults.
public final class JoinableThread: Sendable {
    /// The size of the stack in bytes: more than any call chain of ours needs.
    private static let stackBytes = 4 << 20

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The handle; `nil` once the thread was joined or detached.
    private let handle: Mutex<pthread_t?>

    /// Runs `body` on a thread of its own.
    ///
    /// - Parameter body: What the thread does until it ends.
    /// - Throws: `ThreadError` when the system gives no further thread; `body` is not run then.
    public init(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, Self.stackBytes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        // The thread inherits this mask: signals are delivered to the threads that wait for them.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        // The signals of faults are not blocked: the process would end without a backtrace.
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] {
            unsafe sigdelset(&all, fault)
        }
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        // The new thread releases what is retained here.
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                }
                return nil
            },
            work.toOpaque()
        )
        guard code == 0 else {
            unsafe work.release()
            throw ThreadError(code)
        }
        handle = Mutex(thread)
    }

    deinit {
        // Nobody can join the thread any more; a detached one is freed when it ends.
        if let thread = removeHandle() { pthread_detach(thread) }
    }

    /// Waits until the thread has ended; returns at once when another caller has joined it or does so now,
    /// and on the thread itself.
    public func join() {
        guard let thread = removeHandle() else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    private func removeHandle() -> pthread_t? {
        handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
    }
}

/// Detached POSIX threads, for work that blocks.
public enum Thread {
    /// Runs `body` on a thread of its own, which is not joined.
    ///
    /// - Parameter body: What the thread does until it ends.
    /// - Throws: `ThreadError` when the system gives no further thread.
    public static func start(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        _ = try JoinableThread(body)
    }
}

/// Why a thread could not be started: as a rule a limit of processes and threads, or of memory, is reached.
public struct ThreadError: Error, Equatable, CustomStringConvertible {
    /// The error of `pthread_create`.
    public let code: Int32

    init(_ code: Int32) { self.code = code }

    /// The system's reason and the limits to look at, in one line.
    public var description: String {
        // The text of strerror, which is never null, is copied at once.
        "a thread could not be started: \(unsafe String(cString: strerror(code))); look at ulimit -u, TasksMax of "
            + "the service and pids.max of the container"
    }
}
