import HPCPackClient
import Logging

/// What the collectors of one round share.
struct RoundContext: Sendable {
    /// How the server writes times; `nil` when it never told.
    let pattern: DateTimePattern?
    let groups: GroupTable
    let unrecognized: UnrecognizedValues
    let logger: Logger

    /// A decoder for one listing.
    func decoder() -> RowDecoder {
        let unrecognized = unrecognized
        return RowDecoder(pattern: pattern) { field, value in unrecognized.add(field, value) }
    }
}
