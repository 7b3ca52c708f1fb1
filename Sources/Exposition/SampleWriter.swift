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
    private let template: SeriesTemplate
    private var buffer: PageBuffer
    private let begin: Int
    private var series: [Series] = []
    private var isSorted = true
    private var histogramTemplate: HistogramTemplate?

    /// Takes over the buffer.
    init(_ descriptor: MetricDescriptor, _ buffer: consuming PageBuffer) {
        self.descriptor = descriptor
        template = SeriesTemplate(descriptor.name, descriptor.labels)
        begin = buffer.count
        self.buffer = buffer
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

    /// Writes a series with any number of labels.
    public mutating func sample(_ labels: [LabelValue?], _ value: Double) {
        let lengths = labels.reduce(0) { $0 + ($1?.run.count ?? 0) }
        buffer.reserve(template.mostBytes + lengths)
        let start = buffer.count
        var hasLabels = false
        for (place, label) in labels.enumerated() {
            hasLabels = append(label, place, template, hasLabels)
        }
        // The quote that comes next ends the last value.
        let range = hasLabels ? start + template.labelOffset..<buffer.count + 1 : start..<start
        close(template, hasLabels: hasLabels)
        buffer.append(value)
        buffer.append(UInt8(ascii: "\n"))
        note(Series(start: start, labels: range))
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
        let template = histogramTemplate ?? HistogramTemplate(descriptor, value.bounds)
        histogramTemplate = template
        let edges =
            template.bounds == value.bounds ? template.edges : HistogramTemplate.edges(value.bounds)
        let start = buffer.count
        let last = descriptor.labels.count
        var labels = 0..<0
        var cumulative = 0
        for place in value.counts.indices {
            cumulative += value.counts[place]
            let line = open(template.bucket, first, second, nil, edges[place].count)
            if place == 0 { labels = line }
            buffer.append(
                line.isEmpty ? template.bucket.openings[last] : template.bucket.joins[last]
            )
            buffer.append(edges[place])
            buffer.append(cumulative)
            buffer.append(UInt8(ascii: "\n"))
        }
        close(template.sum, hasLabels: !open(template.sum, first, second, nil).isEmpty)
        buffer.append(value.sum)
        buffer.append(UInt8(ascii: "\n"))
        close(template.count, hasLabels: !open(template.count, first, second, nil).isEmpty)
        buffer.append(cumulative)
        buffer.append(UInt8(ascii: "\n"))
        note(Series(start: start, labels: labels))
    }

    /// Gives the buffer back, with the series in order.
    mutating func finish() -> PageBuffer {
        if !isSorted { sort() }
        return buffer
    }

    private mutating func line(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ value: Double
    ) {
        let start = buffer.count
        let labels = open(template, first, second, third)
        close(template, hasLabels: !labels.isEmpty)
        buffer.append(value)
        buffer.append(UInt8(ascii: "\n"))
        note(Series(start: start, labels: labels))
    }

    private mutating func line(
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ value: Int
    ) {
        let start = buffer.count
        let labels = open(template, first, second, third)
        close(template, hasLabels: !labels.isEmpty)
        buffer.append(value)
        buffer.append(UInt8(ascii: "\n"))
        note(Series(start: start, labels: labels))
    }

    /// Writes name and labels, without the quote behind the last one, and makes room for the whole line.
    ///
    /// - Returns: Where the labels stand; empty without any, and then nothing is written.
    private mutating func open(
        _ template: SeriesTemplate,
        _ first: LabelValue?,
        _ second: LabelValue?,
        _ third: LabelValue?,
        _ more: Int = 0
    ) -> Range<Int> {
        let lengths =
            more + (first?.run.count ?? 0) + (second?.run.count ?? 0) + (third?.run.count ?? 0)
        buffer.reserve(template.mostBytes + lengths)
        let start = buffer.count
        var hasLabels = append(first, 0, template, false)
        hasLabels = append(second, 1, template, hasLabels)
        hasLabels = append(third, 2, template, hasLabels)
        // The quote that comes next ends the last value.
        return hasLabels
            ? start + template.labelOffset..<buffer.count + 1
            : start..<start
    }

    private mutating func close(_ template: SeriesTemplate, hasLabels: Bool) {
        buffer.append(hasLabels ? template.close : template.bare)
    }

    private mutating func append(
        _ value: LabelValue?,
        _ place: Int,
        _ template: SeriesTemplate,
        _ hasLabels: Bool
    ) -> Bool {
        guard let value, !value.isEmpty else { return hasLabels }
        precondition(
            place < descriptor.labels.count,
            "\(descriptor.name) has no label number \(place)"
        )
        buffer.append(hasLabels ? template.joins[place] : template.openings[place])
        buffer.append(value.run)
        return true
    }
}

extension SampleWriter {
    private mutating func note(_ next: Series) {
        if let last = series.last, isSorted, !buffer.isLess(last.labels, next.labels) {
            isSorted = false
        }
        series.append(next)
    }

    private mutating func sort() {
        let ends = series.dropFirst().map(\.start) + [buffer.count]
        let order = series.indices.sorted { left, right in
            if buffer.isLess(series[left].labels, series[right].labels) { return true }
            if buffer.isLess(series[right].labels, series[left].labels) { return false }
            return left < right
        }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(buffer.count - begin)
        for (place, index) in order.enumerated() {
            // The last of several with the same labels stays.
            if place + 1 < order.count,
                buffer[series[index].labels] == buffer[series[order[place + 1]].labels]
            {
                continue
            }
            sorted += buffer[series[index].start..<ends[index]]
        }
        buffer.replace(from: begin, with: sorted)
    }
}
