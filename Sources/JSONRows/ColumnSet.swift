/// The names of the wanted properties; a name's index is its column.
///
/// Names match without regard to ASCII case, for a server takes them in any case and answers in its
/// own (FACTS: Values).
public struct ColumnSet: Sendable {
    /// The names as they were given, in column order.
    public let names: [String]

    /// The names in lower case, as bytes.
    let folded: [[UInt8]]

    /// Makes a set of columns.
    ///
    /// - Parameter names: at most 64 different names; more, or one twice, is a mistake in the
    ///   calling code and stops the process.
    public init(_ names: [String]) {
        precondition(names.count <= Row.maximumColumns, "A row has at most 64 columns.")
        self.names = names
        folded = names.map { name in name.utf8.map(\.asciiLowercased) }
        precondition(Set(folded).count == names.count, "A column is named twice.")
    }

    /// The column of a property name, or nil for one that is not wanted.
    func column(of name: borrowing Span<UInt8>) -> Int? {
        for column in folded.indices where name.equalsIgnoringCase(folded[column]) { return column }
        return nil
    }
}

extension UInt8 {
    /// The byte, or its lower-case form if it is an ASCII capital.
    var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension Span<UInt8> {
    /// Whether these bytes are `lowercased` when ASCII case is ignored.
    func equalsIgnoringCase(_ lowercased: [UInt8]) -> Bool {
        guard count == lowercased.count else { return false }
        for index in indices where self[index].asciiLowercased != lowercased[index] { return false }
        return true
    }
}
