import Basics
import Glibc

/// Signals, taken by a thread of their own instead of in the middle of anything.
public enum Signals {
    /// What a signal asks for.
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGTERM or SIGINT once more.
        case stopNow
        /// SIGHUP.
        case refresh
    }

    /// Lets a write fail, with an error that is dealt with, where it would end the process: a connection
    /// or pipe that nobody reads any more, a log file that may grow no further.
    static func ignoreWriteFaults() {
        for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
    }

    /// Blocks the signals in this thread and in all that it starts; call it before any thread is started.
    public static func block() {
        ignoreWriteFaults()
        var set = handled
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Takes the signals on a thread of its own from now on.
    static func take(_ body: @escaping @Sendable (Request) -> Void) {
        Thread.start {
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
