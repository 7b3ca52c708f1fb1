import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Signals, taken by a thread of their own instead of in the middle of anything.
public enum Signals {
    /// What a signal asks for.
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case refresh
    }

    /// Blocks the signals in this thread and in all that it starts; call it before any thread is started.
    public static func block() {
        _ = signal(SIGPIPE, SIG_IGN)
        var set = handled
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Takes the signals on a thread of its own from now on.
    static func take(_ body: @escaping @Sendable (Request) -> Void) {
        Thread.start {
            var set = handled
            while true {
                var number: Int32 = 0
                guard unsafe sigwait(&set, &number) == 0 else { continue }
                body(number == SIGHUP ? .refresh : .stop)
            }
        }
    }

    private static var handled: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, number) }
        return set
    }
}
