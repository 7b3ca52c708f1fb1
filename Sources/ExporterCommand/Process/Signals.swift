import Basics
import Glibc

/// The signals by which a supervisor stops or refreshes the program, handled on a thread of their own.
public enum Signals {
    /// What a signal requests.
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGTERM or SIGINT once more.
        case stopNow
        /// SIGHUP.
        case refresh
    }

    /// Ignores the signals of a failed write (SIGPIPE, SIGXFSZ), which would end the process; write(2) then returns
    /// the error.
    static func ignoreWriteFaults() {
        for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    }

    /// Blocks the signals in this thread and in all that it starts; call it before any thread is started.
    public static func block() {
        ignoreWriteFaults()
        var set = handled
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for signals on a thread of its own and calls `body` there for each.
    static func handle(_ body: @escaping @Sendable (Request) -> Void) throws(ThreadError) {
        try Thread.start {
            var set = handled
            var isStopping = false
            while true {
                var number: Int32 = 0
                guard unsafe sigwait(&set, &number) == 0 else { continue }
                if number == SIGHUP {
                    if !isStopping { body(.refresh) }
                } else {
                    body(isStopping ? .stopNow : .stop)
                    isStopping = true
                }
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
