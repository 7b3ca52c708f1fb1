/// Writes the series of one family.
///
/// Series may come in any order. Each is compared with the one before; only a family in which some came out
/// of order, or twice, is sorted at its end. Of two series with the same labels the last stays, since
/// Prometheus refuses a page that holds both.
public struct SampleWriter {
    /// One series: where its lines begin, and where its labels stand.
    private struct Series {
        var start: Int
        var labels: Range<Int>
    }

    private let descriptor: MetricDescriptor
    private let name: [UInt8]
    /// `label="` for each label.
    private let prefixes: [[UInt8]]
    private var bytes: [UInt8]
    private let begin: Int
    private var series: [Series] = []
    private var isSorted = true

    /// Takes over the buffer.
    init(_ descriptor: MetricDescriptor, _ bytes: consuming [UInt8]) {
        self.descriptor = descriptor
        name = Array(descriptor.name.utf8)
        prefixes = descriptor.labels.map { Array("\($0)=\"".utf8) }
        begin = bytes.count
        self.bytes = bytes
    }

    /// Writes the series of a family without labels.
    public mutating func sample(_ value: Double) { line(nil, nil, nil, value) }

    /// Writes a series; the labels stand in the order of the descriptor, and an absent or empty one is left out.
    public mutating func sample(_ label: LabelValue?, _ value: Double) {
        line(label, nil, nil, value)
    }

    /// Writes a series with a whole number.
    public mutating func sample(_ label: LabelValue?, _ value: Int) { line(label, nil, nil, value) }

    /// Writes a series with two labels.
    public mutating func sample(_ first: LabelValue?, _ second: LabelValue?, _ value: Double) {
        line(first, second, nil, value)
    }

    /// Writes a series with two labels and a whole number.
    public mutating func sample(_ first: LabelValue?, _ second: LabelValue?, _ value: Int) {
        line(first, second, nil, value)
    }

    /// Writes a series with three labels.
    public mutating func sample(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ value: Double
    ) {
        line(first, second, third, value)
    }

    /// Writes the lines of a histogram without labels.
    public mutating func histogram(_ value: HistogramValue) { histogram(nil, nil, value) }

    /// Writes the lines of a histogram with one label.
    public mutating func histogram(_ label: LabelValue?, _ value: HistogramValue) {
        histogram(label, nil, value)
    }

    /// Writes the lines of a histogram with two labels.
    public mutating func histogram(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ value: HistogramValue
    ) {
        let start = bytes.count
        var labels = 0..<0
        var cumulative = 0
        for (place, count) in value.counts.enumerated() {
            cumulative += count
            bytes += name
            bytes += "_bucket{".utf8
            let open = bytes.count
            append(first, second, nil)
            if place == 0 { labels = open..<bytes.count }
            if bytes.count > open { bytes.append(UInt8(ascii: ",")) }
            bytes += "le=\"".utf8
            if place < value.bounds.count {
                SampleNumber.append(value.bounds[place], to: &bytes)
            } else {
                bytes += "+Inf".utf8
            }
            bytes += "\"} ".utf8
            SampleNumber.append(cumulative, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        for suffix in ["_sum", "_count"] {
            bytes += name
            bytes += suffix.utf8
            appendLabels(first, second, nil)
            bytes.append(UInt8(ascii: " "))
            if suffix == "_sum" {
                SampleNumber.append(value.sum, to: &bytes)
            } else {
                SampleNumber.append(cumulative, to: &bytes)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        note(Series(start: start, labels: labels))
    }

    /// Gives the buffer back, with the series in order.
    mutating func finish() -> [UInt8] {
        if !isSorted { sort() }
        return bytes
    }

    private mutating func line(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ value: Double
    ) {
        open(first, second, third)
        SampleNumber.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func line(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ value: Int
    ) {
        open(first, second, third)
        SampleNumber.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func open(_ first: LabelValue?, _ second: LabelValue?, _ third: LabelValue?) {
        let start = bytes.count
        bytes += name
        let labels = appendLabels(first, second, third)
        bytes.append(UInt8(ascii: " "))
        note(Series(start: start, labels: labels))
    }

    @discardableResult
    private mutating func appendLabels(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?
    ) -> Range<Int> {
        let brace = bytes.count
        bytes.append(UInt8(ascii: "{"))
        append(first, second, third)
        if bytes.count == brace + 1 {
            bytes.removeLast()
            return brace..<brace
        }
        bytes.append(UInt8(ascii: "}"))
        return (brace + 1)..<(bytes.count - 1)
    }

    private mutating func append(_ first: LabelValue?, _ second: LabelValue?, _ third: LabelValue?)
    {
        var needsComma = append(first, 0, false)
        needsComma = append(second, 1, needsComma)
        _ = append(third, 2, needsComma)
    }

    private mutating func append(_ value: LabelValue?, _ place: Int, _ needsComma: Bool) -> Bool {
        guard let value, !value.isEmpty else { return needsComma }
        precondition(place < prefixes.count, "\(descriptor.name) has no label number \(place)")
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes += prefixes[place]
        bytes += value.escaped
        bytes.append(UInt8(ascii: "\""))
        return true
    }
}

extension SampleWriter {
    private mutating func note(_ next: Series) {
        if let last = series.last, isSorted, !isLess(last.labels, next.labels) { isSorted = false }
        series.append(next)
    }

    /// Compares two label sections as lists of values: a quote ends a value, and what ends first is less.
    private func isLess(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        var (leftIndex, rightIndex) = (left.lowerBound, right.lowerBound)
        while leftIndex < left.upperBound, rightIndex < right.upperBound {
            let (leftByte, rightByte) = (bytes[leftIndex], bytes[rightIndex])
            if leftByte != rightByte {
                if leftByte == UInt8(ascii: "\"") { return true }
                if rightByte == UInt8(ascii: "\"") { return false }
                return leftByte < rightByte
            }
            leftIndex += 1
            rightIndex += 1
        }
        return left.count < right.count
    }

    private mutating func sort() {
        let ends = series.dropFirst().map(\.start) + [bytes.count]
        let order = series.indices.sorted { left, right in
            if isLess(series[left].labels, series[right].labels) { return true }
            if isLess(series[right].labels, series[left].labels) { return false }
            return left < right
        }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(bytes.count - begin)
        for (place, index) in order.enumerated() {
            // The last of several with the same labels stays.
            if place + 1 < order.count,
                bytes[series[index].labels] == bytes[series[order[place + 1]].labels]
            {
                continue
            }
            sorted += bytes[series[index].start..<ends[index]]
        }
        bytes.replaceSubrange(begin..., with: sorted)
    }
}
