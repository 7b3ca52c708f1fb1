/// What the whole text must be.
public enum RowShape: Sendable {
    /// An array of objects with a list of properties each:
    /// `[{"Properties":[{"Name":"Id","Value":"1"}, …]}, …]`; a row is one object.
    case objects(ColumnSet)

    /// An array of strings, `["CN001","CN002"]`; a row is one string, in column 0.
    case strings

    /// One string, `"HEADNODE"`; it arrives as one row, in column 0.
    case string
}
