/// The page tokens in use: each for one next page, one query and one user (FACTS: Paging).
struct ContinuationTokens: Sendable {
    private var listings: [String: Listing] = [:]
    private var random: SeededRandom
    private let lifetimeSeconds: Int64

    /// Limits, so that abandoned listings of a large cluster do not fill the memory.
    private static let maxListings = 10_000
    private static let maxHeldRows = 20_000_000

    /// A listing that has been read up to somewhere.
    struct Listing: Sendable {
        let user: String
        /// Path and parameters of the first request.
        let query: [String]
        /// The keys of all rows in their order; nil when the listing is live.
        let rows: [UInt64]?
        /// The first row of the next page.
        let nextRow: Int
        /// Real seconds at which the token is lost.
        var deadline: Int64 = 0
    }

    init(seed: UInt64, lifetimeSeconds: Int64) {
        random = SeededRandom(seed: seed)
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// A new token for the next page of `listing`.
    mutating func issue(_ listing: Listing, at now: Int64) -> String {
        makeRoom(at: now)
        var listing = listing
        listing.deadline = now + lifetimeSeconds
        var token = ""
        for _ in 0..<2 { token += String(random.next(), radix: 36) }
        listings[token] = listing
        return token
    }

    private mutating func makeRoom(at now: Int64) {
        listings = listings.filter { $0.value.deadline > now }
        var held = listings.values.reduce(0) { $0 + ($1.rows?.count ?? 0) }
        while listings.count >= Self.maxListings || held > Self.maxHeldRows,
            let oldest = listings.min(by: { $0.value.deadline < $1.value.deadline })
        {
            held -= oldest.value.rows?.count ?? 0
            listings[oldest.key] = nil
        }
    }

    /// Takes `token` out of use.
    ///
    /// - Returns: its listing, or nil when the token is unknown, used, expired or another user's.
    /// - Throws: 400 when the other parameters are not those of the first request; the token is
    ///   then still good.
    mutating func redeem(
        _ token: String,
        user: String,
        query: [String],
        at now: Int64
    ) throws(APIError) -> Listing? {
        guard let listing = listings[token], listing.deadline > now, listing.user == user else {
            return nil
        }
        guard listing.query == query else {
            throw .badRequest("The queryId belongs to a request with other parameters.")
        }
        listings[token] = nil
        return listing
    }

    /// Forgets every token, as a restart of the service does.
    mutating func loseAll() {
        listings = [:]
    }
}
