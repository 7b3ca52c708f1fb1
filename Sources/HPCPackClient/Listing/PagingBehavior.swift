/// What is known of how the head nodes page, so that it is found out once and not with every listing
/// (docs/hpcpack-api.md#paging).
struct PagingBehavior: Sendable {
    private struct Key: Hashable {
        let operation: APIOperation
        let headNode: Int
    }
    private typealias Finding = (holds: Bool, end: ContinuousClock.Instant)

    /// The sizes of pages that are asked for after the configured one was refused; `nil` leaves it to the server.
    static let smallerSizes: [Int?] = [100, nil]

    private var sizes: [Int: (size: Int?, end: ContinuousClock.Instant)] = [:]
    private var tokens: [Key: Finding] = [:]
    private var rowStarts: [Key: Finding] = [:]

    /// The rows to ask for in a page: as configured, unless a head node refused that lately.
    ///
    /// - Returns: `nil` to leave the size to the server.
    func pageSize(
        configured: Int,
        at headNode: Int,
        now: ContinuousClock.Instant
    ) -> Int? {
        guard let entry = sizes[headNode], entry.end > now else { return configured }
        return entry.size
    }

    /// Notes a size that a head node took, after it had refused larger ones.
    mutating func recordPageSize(
        _ size: Int?,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        sizes[headNode] = (size, end)
    }

    /// Whether page tokens reach the client; `nil` when that was not found out lately.
    func passesTokens(
        _ operation: APIOperation,
        at headNode: Int,
        now: ContinuousClock.Instant
    ) -> Bool? {
        Self.current(tokens[Key(operation: operation, headNode: headNode)], now)
    }

    /// Whether `startRow` is served; `nil` when that was not found out lately.
    func servesStartRow(
        _ operation: APIOperation,
        at headNode: Int,
        now: ContinuousClock.Instant
    ) -> Bool? {
        Self.current(rowStarts[Key(operation: operation, headNode: headNode)], now)
    }

    /// Notes whether page tokens reach the client.
    mutating func recordTokens(
        pass: Bool,
        _ operation: APIOperation,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        tokens[Key(operation: operation, headNode: headNode)] = (pass, end)
    }

    /// Notes whether `startRow` is served.
    mutating func recordStartRow(
        isServed: Bool,
        _ operation: APIOperation,
        at headNode: Int,
        until end: ContinuousClock.Instant
    ) {
        rowStarts[Key(operation: operation, headNode: headNode)] = (isServed, end)
    }

    private static func current(_ finding: Finding?, _ now: ContinuousClock.Instant) -> Bool? {
        guard let finding, finding.end > now else { return nil }
        return finding.holds
    }

    /// Whether a page of so many rows without a token may be cut off: it is as full as it was asked for, or has the
    /// size of a page that a server chose, which is a round number.
    static func mayBeCut(rows: Int, asked: Int) -> Bool {
        guard rows > 0, rows < asked else { return rows > 0 }
        return rows % 10 == 0 || rows >= 16 && rows & (rows - 1) == 0
    }
}
