/// Observations in buckets.
public struct HistogramValue: Sendable, Equatable {
    /// The upper bounds, rising; `+Inf` is not among them.
    public let bounds: [Double]
    /// Observations by bucket, not cumulative; the last place is above every bound.
    public private(set) var counts: [Int]
    /// The sum of all observations.
    public private(set) var sum: Double

    /// An empty histogram.
    ///
    /// - Parameter bounds: The upper bounds, rising.
    public init(bounds: [Double]) {
        self.init(bounds: bounds, counts: [Int](repeating: 0, count: bounds.count + 1), sum: 0)
    }

    /// A histogram that was counted elsewhere.
    ///
    /// - Parameters:
    ///   - bounds: The upper bounds, rising.
    ///   - counts: Observations by bucket, one more than bounds.
    ///   - sum: The sum of all observations.
    public init(bounds: [Double], counts: [Int], sum: Double) {
        precondition(
            zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
                && counts.count == bounds.count + 1
        )
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    /// The number of observations.
    public var count: Int { counts.reduce(0, +) }

    /// Adds the observations of another histogram with the same bounds.
    public mutating func add(_ other: HistogramValue) {
        precondition(bounds == other.bounds)
        for place in counts.indices { counts[place] += other.counts[place] }
        sum += other.sum
    }

    /// Counts an observation.
    public mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
