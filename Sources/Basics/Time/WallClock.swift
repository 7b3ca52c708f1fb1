import Glibc

/// The clock that people read, which can be set; ages are measured by the continuous clock instead.
public enum WallClock {
    /// The present moment in Unix seconds.
    public static var now: Double {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The present moment in whole Unix seconds, clamped to what a `UInt32` holds.
    public static var seconds: UInt32 { UInt32(clamping: Int64(now)) }
}
