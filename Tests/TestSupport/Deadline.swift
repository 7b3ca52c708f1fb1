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
