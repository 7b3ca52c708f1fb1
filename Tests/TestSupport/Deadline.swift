import Foundation

/// Waits for conditions instead of sleeping for a guess.
public enum Deadline {
    /// Asks again and again until it is so, or the time is over.
    ///
    /// The time is long, for a machine that does much else; what holds is told at once.
    ///
    /// - Returns: Whether it became so.
    public static func wait(seconds: Double = 60, _ isSo: () throws -> Bool) rethrows -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if try isSo() { return true }
            Foundation.Thread.sleep(forTimeInterval: 0.005)
        }
        return try isSo()
    }
}

/// Bounds on how long something takes, on machines that do much else.
public enum Bound {
    /// Whether one of three turns keeps to a bound: a busy machine makes a turn long, a defect each of them.
    ///
    /// - Parameters:
    ///   - bound: The longest time.
    ///   - turn: Does it once.
    /// - Returns: Whether a turn took less than the bound.
    /// - Throws: What a turn throws.
    public static func isKept(_ bound: Duration, _ turn: () throws -> Duration) rethrows -> Bool {
        for _ in 0..<3 where try turn() < bound { return true }
        return false
    }
}
