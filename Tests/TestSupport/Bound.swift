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
