/// The sizes at which a text stops being read.
///
/// A value outside the range a limit can take is brought into it, so that no sum of an offset and
/// a limit can overflow.
public struct JSONLimits: Sendable {
    /// How many arrays and objects may stand open at once, the top one included.
    public let depth: Int

    /// The longest string or number, in bytes of the response, the quotes not counted.
    public let stringBytes: Int

    /// The longest row, in bytes of the response from its first to its last, skipped parts included.
    public let rowBytes: Int

    /// Makes a set of limits.
    ///
    /// - Parameters:
    ///   - depth: open arrays and objects, 1 to 1,048,576.
    ///   - stringBytes: bytes of one string or number, 0 to 1,073,741,824.
    ///   - rowBytes: bytes of one row, 1 to 1,073,741,824.
    public init(depth: Int = 64, stringBytes: Int = 1 << 20, rowBytes: Int = 4 << 20) {
        self.depth = min(max(depth, 1), 1 << 20)
        self.stringBytes = min(max(stringBytes, 0), 1 << 30)
        self.rowBytes = min(max(rowBytes, 1), 1 << 30)
    }
}
