/// What stands around the labels of a family's series, ready to be copied.
final class SampleHeads: Sendable {
    /// `name{label="` for each label: what opens a series whose first label that is.
    let openings: [WordRun]
    /// `",label="` for each label: what stands between it and the one before.
    let joins: [WordRun]
    /// `name` and the space before the value: a series without labels.
    let bare: WordRun
    /// Where the labels begin, from the start of the series.
    let labelOffset: Int
    /// The most bytes of a series beside its label values.
    let mostBytes: Int

    /// What closes the labels of a series.
    let close = WordRun("\"} ")

    /// Makes the heads of a family.
    ///
    /// - Parameters:
    ///   - name: The name of the series.
    ///   - labels: The names of the labels, in their order.
    init(_ name: String, _ labels: [String]) {
        openings = labels.map { WordRun("\(name){\($0)=\"") }
        joins = labels.map { WordRun("\",\($0)=\"") }
        bare = WordRun(name + " ")
        labelOffset = name.utf8.count + 1
        mostBytes =
            bare.count + joins.reduce(0) { $0 + $1.count } + close.count
            + PageBuffer.numberBytes + 8
    }
}
