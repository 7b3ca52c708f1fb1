import Glibc

/// The CPU time of a process, user and system, to the nanosecond.
struct CPUClock {
    private let clock: clockid_t

    /// The clock of this process.
    static let own = CPUClock(clock: CLOCK_PROCESS_CPUTIME_ID)

    private init(clock: clockid_t) { self.clock = clock }

    /// The clock of another process.
    ///
    /// - Throws: `BenchError` when there is no such process.
    init(of process: pid_t) throws(BenchError) {
        var found = clockid_t()
        guard unsafe clock_getcpuclockid(process, &found) == 0 else {
            throw BenchError("process \(process) has no CPU clock")
        }
        clock = found
    }

    /// Seconds so far.
    var seconds: Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
