/// One page, ready to be sent, with what a person's page is made from; never changed once made.
struct Snapshot: Sendable {
    /// The page in the text format.
    let plain: [UInt8]
    /// The same, compressed; `nil` when that failed.
    let gzip: [UInt8]?
    /// Whether a first round has ended.
    let isReady: Bool
    /// Makes the page for people, which is asked for far less often than it would be made.
    let status: @Sendable () -> [UInt8]
}
