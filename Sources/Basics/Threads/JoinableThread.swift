import Glibc

/// A POSIX thread that can be waited for to its very end, what libraries do as a thread ends included.
///
/// A thread that uses the TLS library must have ended before the process runs its exit handlers: one of them takes
/// the library down, and what the thread's end still does with it then crashes. No signal but that of a fault comes to it.
public final class JoinableThread: Sendable {
    /// The size of a thread's stack: 4 MiB hold every call chain of ours.
    private static let stackBytes = 4 << 20

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// The system's name for it; `nil` once it has been joined.
    private let thread: Mutex<pthread_t?>

    /// Runs `body` on a thread of its own.
    ///
    /// - Parameter body: What the thread does until it ends.
    public init(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, Self.stackBytes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        // The thread starts with the mask of its maker: signals stay with the threads that await them.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        // Those by which a fault ends the process stay: blocked, they would end it without a backtrace.
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
            // Without its threads the process is of no use, and starting is the only time for this. The text of
            // strerror, which is never null, is copied at once.
            fatalError("a thread could not be started: \(unsafe String(cString: strerror(code)))")
        }
        self.thread = Mutex(thread)
    }

    deinit {
        // Nobody waits for it any more; the system takes it back when it ends.
        if let thread = take() { pthread_detach(thread) }
    }

    /// Waits until the thread has ended; returns at once where another caller has waited or waits for it, and on
    /// the thread itself.
    public func join() {
        guard let thread = take() else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    private func take() -> pthread_t? {
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
    }
}

/// A detached POSIX thread: blocking work has threads of its own.
public enum Thread {
    /// Runs `body` on a thread of its own, for which nobody waits.
    ///
    /// - Parameter body: What the thread does until it ends.
    public static func start(_ body: @escaping @Sendable () -> Void) { _ = JoinableThread(body) }
}
