/// The change stamps of one listing, with the few that lie absurdly far ahead told from the rest.
///
/// One row that claims to have changed in the year 2100 must not end the reading of changes. A server whose
/// clock really is far ahead stamps most rows so.
struct StampTally: Sendable, Equatable {
    private let ceiling: UInt32
    private var rows = 0
    private var beyond = 0
    private var believed: (time: UInt32, job: Int64) = (0, 0)
    private var latest: (time: UInt32, job: Int64) = (0, 0)

    /// Makes an empty tally.
    ///
    /// - Parameter ceiling: Stamps after this moment are outliers unless most are.
    init(ceiling: UInt32) { self.ceiling = ceiling }

    /// Takes in a row; a stamp of 0 is none.
    mutating func add(_ time: UInt32, job: Int64) {
        guard time != 0 else { return }
        rows += 1
        if time > latest.time { latest = (time, job) }
        if time > ceiling {
            beyond += 1
        } else if time > believed.time {
            believed = (time, job)
        }
    }

    /// The newest stamp that is believed, with its job.
    var newest: (time: UInt32, job: Int64)? {
        let found = beyond >= 2 && beyond * 2 > rows ? latest : believed
        return found.time == 0 ? nil : found
    }

    static func == (left: StampTally, right: StampTally) -> Bool {
        left.ceiling == right.ceiling && left.rows == right.rows && left.beyond == right.beyond
            && left.believed == right.believed && left.latest == right.latest
    }
}
