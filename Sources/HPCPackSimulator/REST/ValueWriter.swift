/// Writes property values as the API spells them: strings all, booleans as `True` and `False`.
struct ValueWriter: Sendable {
    let cluster: Cluster
    let dates: DotNetDatePattern
    let neverTimes: SimulatorConfiguration.NeverTimes

    /// A time; one that was never set is empty or year 1 (FACTS: Values).
    ///
    /// `id` decides which of the two it is when the server mixes them.
    func append(_ unix: UInt32, of id: Int, to out: inout [UInt8]) {
        if unix != 0 {
            dates.append(CivilTime(unix: Int64(unix)), to: &out)
        } else if neverTimes == .yearOne || (neverTimes == .mixed && id % 2 == 1) {
            dates.append(.never, to: &out)
        }
    }

    func append(_ flag: Bool, to out: inout [UInt8]) {
        out.append(flag ? "True" : "False")
    }

    func append(_ text: String, to out: inout [UInt8]) {
        out.appendEscaped(text.utf8)
    }
}
