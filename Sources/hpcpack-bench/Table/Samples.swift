/// Measurements of one thing.
struct Samples {
    private(set) var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    /// The middle one; of an even number, the mean of the two in the middle.
    var median: Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median of the ratios of neighbours: what slows both down for a while leaves it alone.
    func ratio(to other: Samples) -> Double {
        var ratios = Samples()
        for (left, right) in zip(values, other.values) { ratios.add(left / right) }
        return ratios.median
    }

    /// The differences of neighbours.
    func less(_ other: Samples) -> Samples {
        var differences = Samples()
        for (left, right) in zip(values, other.values) { differences.add(left - right) }
        return differences
    }
}

extension Double {
    /// The number with so many digits behind the point.
    func digits(_ count: Int) -> String {
        guard isFinite else { return "?" }
        let scale = [1.0, 10, 100, 1000][Swift.min(count, 3)]
        let whole = Int((Swift.abs(self) * scale).rounded())
        let sign = self < 0 && whole > 0 ? "-" : ""
        guard count > 0 else { return sign + String(whole) }
        let fraction = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: Swift.max(0, count - fraction.count))
        return "\(sign)\(whole / Int(scale)).\(zeros)\(fraction)"
    }

    /// Seconds as milliseconds.
    var milliseconds: String { "\((self * 1000).digits(self < 0.1 ? 2 : 0)) ms" }
}
