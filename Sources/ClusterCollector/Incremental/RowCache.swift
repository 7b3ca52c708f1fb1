import JSONRows

/// What a row of a listing is decoded to, if it is cached from round to round.
protocol CachedRow: Equatable, Sendable {
    /// Whether the other value tells of the same thing, under the same name.
    func hasSameIdentity(as other: Self) -> Bool
}

/// The decoded rows of a listing in its order, kept from one round to the next.
///
/// A row whose text is that of the row with its index last time is not decoded again. Nothing depends on it: rows that
/// move are decoded.
struct RowCache<Value: CachedRow>: Sendable {
    /// One row.
    struct Entry: Sendable {
        fileprivate(set) var value: Value
        /// The round in which the value last changed.
        fileprivate(set) var version: UInt64
        /// The fingerprint of the text; `nil` to decode the next one in any case.
        fileprivate var fingerprint: Int?
    }

    /// How the next row of a listing compares with the one of its index last time.
    enum Comparison {
        /// It tells of the same thing.
        case same
        /// It tells of another thing, or there was none.
        case other
    }

    private var kept: [Entry] = []
    /// The rows of the listing so far.
    private(set) var count = 0
    /// The round under way.
    private(set) var round: UInt64 = 0
    /// The round in which a value last changed, came or went.
    private(set) var lastChange: UInt64 = 0
    /// The round in which a row last told of another thing than the row of its index before.
    private(set) var lastMove: UInt64 = 0

    /// Creates an empty cache.
    ///
    /// - Parameter round: The last round, so that versions of an earlier cache do not come again.
    init(after round: UInt64 = 0) {
        self.round = round + 1
        lastChange = self.round
        lastMove = self.round
    }

    /// The rows of the listing so far.
    var rows: ArraySlice<Entry> { kept[..<count] }

    subscript(index: Int) -> Entry { kept[index] }

    /// Begins a listing, or begins it again.
    mutating func begin() {
        count = 0
        round += 1
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - columns: The columns of a shape whose values have kinds; 0 for other shapes.
    ///   - decode: Decodes it; the second part of the result is whether it was understood as a whole.
    /// - Returns: `nil` when the row has no value.
    mutating func add(
        _ row: borrowing Row,
        plainColumns columns: Int = 0,
        decode: (borrowing Row) -> (value: Value, isUnderstood: Bool)?
    ) -> Comparison? {
        let fingerprint = row.fingerprint(plainColumns: columns)
        if count < kept.count, kept[count].fingerprint == fingerprint {
            count += 1
            return .same
        }
        guard let (value, isUnderstood) = decode(row) else { return nil }
        // What is not understood is reported each time it comes.
        var entry = Entry(
            value: value,
            version: round,
            fingerprint: isUnderstood ? fingerprint : nil
        )
        defer { count += 1 }
        guard count < kept.count else {
            kept.append(entry)
            (lastChange, lastMove) = (round, round)
            return .other
        }
        let old = kept[count]
        if old.value == value { entry.version = old.version } else { lastChange = round }
        let isSame = value.hasSameIdentity(as: old.value)
        if !isSame { lastMove = round }
        kept[count] = entry
        return isSame ? .same : .other
    }

    /// Ends a listing that came whole.
    mutating func end() {
        guard count < kept.count else { return }
        kept.removeLast(kept.count - count)
        (lastChange, lastMove) = (round, round)
    }
}
