import HPCPackClient
import JSONRows

/// Which columns the rows of a job listing carried.
///
/// A server may refuse a property list and answer a shorter one (FACTS: Properties); a value that was not
/// asked for must not be taken for one that went away, or came.
struct JobColumns: OptionSet, Sendable, Equatable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The columns of one row.
    init(_ row: borrowing Row) {
        var present: UInt8 = 0
        for column in JobColumn.allCases where row.isPresent(column.rawValue) {
            present |= 1 << UInt8(column.rawValue)
        }
        rawValue = present
    }

    private init(_ column: JobColumn) { rawValue = 1 << UInt8(column.rawValue) }

    static let groups = JobColumns(.nodeGroups)
    static let startTime = JobColumns(.startTime)
    static let changeTime = JobColumns(.changeTime)
}
