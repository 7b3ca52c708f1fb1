/// Random numbers that the same seed brings again: SplitMix64.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins a series.
    ///
    /// - Parameter seed: The same seed leads to the same numbers.
    public init(_ seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of the range.
    public mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// Whether one of `of` equal chances comes true.
    public mutating func chance(_ one: Int = 1, of: Int) -> Bool { number(1...of) <= one }

    /// One of the values.
    ///
    /// - Parameter values: At least one.
    /// - Returns: Any of them.
    public mutating func pick<Value>(_ values: [Value]) -> Value {
        values[number(0...(values.count - 1))]
    }
}
