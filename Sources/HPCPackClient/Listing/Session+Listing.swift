import Basics
public import JSONRows
import Logging

/// Collects the rows of a listing; nothing of them counts before the listing came whole.
public protocol ListingStage: AnyObject {
    /// The listing begins, or begins again: what was staged is void.
    func begin()
    /// Stages one row.
    ///
    /// - Parameter row: Valid during the call only.
    /// - Returns: Whether the row's id was not staged before.
    func stage(_ row: borrowing Row) -> Bool
    /// A page has come whole.
    func endPage(_ page: ListingPage)
}

extension ListingStage {
    /// Does nothing.
    public func endPage(_ page: ListingPage) {}
}

/// How far a listing is after one of its pages.
public struct ListingPage: Sendable, Equatable {
    /// The rows of all pages so far.
    public let rows: Int
    /// The rows of the whole listing, where the server tells them.
    public let total: Int?
    /// Whether it was the last page.
    public let isLast: Bool

    /// Describes how far a listing is.
    public init(rows: Int, total: Int?, isLast: Bool) {
        self.rows = rows
        self.total = total
        self.isLast = isLast
    }
}

/// A listing as the typed calls ask for it.
struct Listing {
    /// The request without properties and paging parameters.
    let request: APIRequest
    /// The properties to ask for.
    let properties: WantedProperties
    /// The properties to keep of each row.
    let columns: ColumnSet
    /// Whether a refusal may be about the property list.
    ///
    /// A filtered listing asks for the list that was last
    /// answered, so that its refusal is about the filter.
    var searchesProperties = true
    /// Whether only some of the rows are asked for.
    var isFiltered: Bool { request.query.contains { $0.name == "$filter" } }

    var operation: APIOperation { request.operation }

    /// A sink of rows that nobody wants.
    func emptySink(_ limits: ClientLimits) -> RowSink {
        RowSink(shape: .objects(columns), limits: limits, onRow: { _ in })
    }
}

/// Why a listing ended early.
struct Interruption: Error {
    let reason: RequestError
    /// A page after the first was refused, so its token may be lost.
    var lostToken = false
    /// At least one page had come.
    var hadBegun = true
    /// False for an attempt to go on that the server does not know.
    var countsAsRestart = true
    /// Whether the listing can go on after its pages by `startRow`.
    var canGoOn = false

    /// Whether the server may have refused the property list of the listing.
    var mayBePropertyList: Bool { !hadBegun && reason.mayBePropertyList }
}

/// Three loops stand one inside the other: a listing begins again or goes on elsewhere (`list`), with the best
/// property list (`listByProperties`), and follows its pages (`readPages`), each of which is a `fetch` with its retries.
extension Session {
    /// Reads a paged listing from its first page to its last, at one head node.
    ///
    /// All the original parameters are sent again with each token. After a lost token, or a head node that fails on
    /// the way, the listing goes on by `startRow` where that is served; else it begins again from its first page, a
    /// bounded number of times. A token is never sent to another head node (docs/hpcpack-api.md#paging).
    ///
    /// - Parameters:
    ///   - listing: What to list.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    func list(_ listing: Listing, into stage: any ListingStage) throws(RequestError) {
        let operation = listing.operation
        var restarts = 0
        var reading: PageReading?
        while true {
            let order = client.headNodeOrder()
            let open = order.filter { client.block(of: $0, for: operation) == nil }
            guard let index = open.first ?? order.first else {
                throw RequestError(.local, operation, "no head node is configured")
            }
            do {
                try read(listing, &reading, at: index, into: stage)
                return
            } catch {
                let canRestart =
                    error.lostToken
                    || (error.reason.mayBeHeadNode && hasOther(than: index, for: operation))
                guard canRestart, restarts < client.configuration.limits.listingRestarts else {
                    throw error.reason
                }
                if error.countsAsRestart { restarts += 1 }
                let next = client.headNodeOrder().first ?? index
                let goesOn = error.canGoOn && mayServeStartRow(operation, at: next)
                if !goesOn {
                    if error.hadBegun { client.metrics.recordRestart(operation) }
                    reading = nil
                }
                client.logger.warn(
                    goesOn
                        ? "A listing goes on by row number after a failure"
                        : "A listing begins again from its first page",
                    ["operation": operation.rawValue, "error": error.reason.description]
                )
            }
        }
    }

    /// Reads a listing once, from its first page on or from where it broke off.
    private func read(
        _ listing: Listing,
        _ reading: inout PageReading?,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        if let reading {
            reading.rowStartReason = .failure
            try readPages(reading, at: index)
        } else if listing.searchesProperties {
            try listByProperties(listing, &reading, at: index, into: stage)
        } else {
            let choice = client.propertyChoices.withLock { choices in
                choices.lastAnswered(listing.operation, at: index)
            }
            try readPages(of: listing, asking: choice, &reading, at: index, into: stage)
        }
    }

    /// Whether a listing can begin again at another head node.
    private func hasOther(than index: Int, for operation: APIOperation) -> Bool {
        client.headNodeOrder().contains {
            $0 != index && client.block(of: $0, for: operation) == nil
        }
    }

    /// Reads the listing with one property list.
    func readPages(
        of listing: Listing,
        asking choice: PropertyChoice,
        pageSize: Int?? = nil,
        _ reading: inout PageReading?,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        var first = listing.request
        first.cookies = CookieJar()
        if let list = choice.list(of: listing.properties) {
            first = first.adding("properties", list.joined(separator: ","))
        }
        let known = client.pagingBehavior.withLock { behavior in
            behavior.pageSize(
                configured: client.configuration.rowsPerRead,
                at: index,
                now: .now
            )
        }
        let begun = PageReading(
            listing,
            first: first,
            pageSize: pageSize ?? known,
            into: stage,
            limits: client.configuration.limits
        )
        reading = begun
        try readPages(begun, at: index)
    }

    /// Reads the pages that have not come yet.
    private func readPages(_ reading: PageReading, at index: Int) throws(Interruption) {
        var start = PageReading.Start.firstRow
        if reading.rowStartReason != nil {
            start = .nextRow
            reading.widenOverlap()
        }
        while true {
            let page = try read(start, of: reading, at: index)
            if start == .nextRow {
                guard try isContinuation(page, of: reading, at: index) else {
                    reading.widenOverlap()
                    continue
                }
            }
            reading.add(page, from: start)
            if let token = page.head.continuation {
                start = .token(token)
            } else if try isLast(page, from: start, of: reading, at: index) {
                reading.report(isLast: true)
                return
            } else {
                reading.rowStartReason = reading.rowStartReason ?? .missingToken
                reading.widenOverlap()
                start = .nextRow
            }
            reading.report(isLast: false)
            try checkLimits(reading, at: index)
        }
    }

    /// Reads one page, and tells what its failure means for the listing.
    private func read(
        _ start: PageReading.Start,
        of reading: PageReading,
        at index: Int
    ) throws(Interruption) -> PageReading.Page {
        let operation = reading.listing.operation
        do {
            return try reading.read { sink throws(RequestError) in
                try fetch(reading.request(start), at: index, into: sink)
            }
        } catch {
            guard reading.pages > 0 else { throw Interruption(reason: error, hadBegun: false) }
            if start == .nextRow {
                client.metrics.recordPageByRow(operation)
                if error.mayBePropertyList { throw refusedStartRow(reading, error, at: index) }
            }
            throw Interruption(
                reason: error,
                lostToken: error.mayBeLostToken,
                canGoOn: reading.position > 0
            )
        }
    }

    /// Whether a page by `startRow` follows on the rows that came.
    ///
    /// - Returns: `false` when the rows have moved and a page with a wider overlap may tell.
    /// - Throws: When they have moved further, or the server pays no heed to `startRow`.
    private func isContinuation(
        _ page: PageReading.Page,
        of reading: PageReading,
        at index: Int
    ) throws(Interruption) -> Bool {
        let operation = reading.listing.operation
        client.metrics.recordPageByRow(operation)
        // A build that takes `startRow` gives no token, and one that ignores it begins at the first row again.
        let isKnown = client.pagingBehavior.withLock { behavior in
            behavior.servesStartRow(operation, at: index, now: .now) ?? false
        }
        let beginsAgain = page.rows > max(1, reading.overlap) && page.newRows == 0
        if page.head.continuation != nil || beginsAgain && !isKnown {
            throw refusedStartRow(reading, nil, at: index)
        }
        if page.newRows > 0 { rememberStartRow(isServed: true, operation, at: index) }
        guard reading.overlap > 0, page.rows > 0, page.firstIsNew else { return true }
        guard reading.overlap < reading.widestOverlap else {
            throw Interruption(
                reason: truncated(reading, "its rows have moved between two pages", at: index),
                lostToken: true
            )
        }
        return false
    }

    /// Whether a page without a token is the last one.
    ///
    /// Something on the way may drop the header of the token. So a page that may have been cut off is followed, once
    /// in a while, by a request that must have a token: the same listing by a single row.
    private func isLast(
        _ page: PageReading.Page,
        from start: PageReading.Start,
        of reading: PageReading,
        at index: Int
    ) throws(Interruption) -> Bool {
        if start == .nextRow {
            // A page that repeats a whole one only finds the place again.
            if page.rows == 0 || page.rows < reading.largestPage && page.rows <= page.overlap {
                return true
            }
            if let total = page.head.rowCount { return reading.position >= total }
            return page.rows < reading.largestPage
        }
        if page.rows == 0 || reading.hadToken { return true }
        let mayBeCut = PagingBehavior.mayBeCut(rows: page.rows, asked: reading.pageSize ?? .max)
        if let total = page.head.rowCount {
            if reading.position >= total { return true }
            // The total of a filtered listing might be that of all rows.
            if mayBeCut || !reading.listing.isFiltered { return false }
        }
        guard mayBeCut else { return true }
        let operation = reading.listing.operation
        let known = client.pagingBehavior.withLock { behavior in
            behavior.passesTokens(operation, at: index, now: .now)
        }
        if let known { return known }
        let passes = try passesTokens(reading, at: index)
        let end = ContinuousClock.now + client.configuration.limits.pagingMemory
        // A single row, shown to be the only one, tells nothing of tokens.
        guard !passes || reading.rows > 1 else { return true }
        client.pagingBehavior.withLock { behavior in
            behavior.recordTokens(pass: passes, operation, at: index, until: end)
        }
        if !passes {
            client.logger.warn(
                "Page tokens are missing, as if a proxy dropped them; pages are asked for by row number",
                ["operation": operation.rawValue]
            )
        }
        return passes
    }

    /// Whether page tokens reach the client, by a page that holds fewer rows than there are.
    private func passesTokens(_ reading: PageReading, at index: Int) throws(Interruption) -> Bool {
        let size = reading.rows > 1 ? 1 : 2
        let request = reading.request(ofRows: size)
        let sink = reading.listing.emptySink(client.configuration.limits)
        do {
            let head = try fetch(request, at: index, into: sink)
            if head.continuation != nil { return true }
            if let total = head.rowCount { return reading.rows >= total }
            // More rows than were asked for: the server puts all it has into one page.
            return sink.rows > size ? sink.rows <= reading.rows : sink.rows < size
        } catch  where error.mayBePropertyList {
            return false
        } catch {
            throw Interruption(
                reason: error,
                lostToken: error.mayBeLostToken
            )
        }
    }

    /// Whether it is worth asking for rows by `startRow`.
    private func mayServeStartRow(_ operation: APIOperation, at index: Int) -> Bool {
        client.pagingBehavior.withLock { behavior in
            behavior.servesStartRow(operation, at: index, now: .now) ?? true
        }
    }

    private func rememberStartRow(isServed: Bool, _ operation: APIOperation, at index: Int) {
        let end = ContinuousClock.now + client.configuration.limits.pagingMemory
        client.pagingBehavior.withLock { behavior in
            behavior.recordStartRow(isServed: isServed, operation, at: index, until: end)
        }
    }

    /// The interruption of a listing that needs `startRow` where that is not served.
    private func refusedStartRow(
        _ reading: PageReading,
        _ error: RequestError?,
        at index: Int
    ) -> Interruption {
        rememberStartRow(isServed: false, reading.listing.operation, at: index)
        let answer = error == nil ? "ignored" : "refused"
        switch reading.rowStartReason {
        case .failure:
            let text = "a page was lost, and startRow is \(answer)"
            let reason = error ?? truncated(reading, text, at: index)
            return Interruption(reason: reason, lostToken: true, countsAsRestart: false)
        case .missingToken, nil:
            let text =
                "it brought \(reading.position) rows and no page token, although there may be more "
                + "(startRow is \(answer)); a proxy may drop x-ms-continuation-QueryId"
            return Interruption(reason: truncated(reading, text, at: index))
        }
    }

    private func truncated(_ reading: PageReading, _ text: String, at index: Int) -> RequestError {
        failure(.truncated, reading, text, at: index)
    }

    private func failure(
        _ cause: RequestError.Cause,
        _ reading: PageReading,
        _ text: String,
        at index: Int
    ) -> RequestError {
        let operation = reading.listing.operation
        let headNode = client.configuration.headNodes[index]
        return RequestError(cause, operation, "GET \(operation.path) at \(headNode): \(text)")
    }

    /// Ends a listing that does not end by itself.
    private func checkLimits(_ reading: PageReading, at index: Int) throws(Interruption) {
        let limits = client.configuration.limits
        let idle = reading.pagesWithoutNewRows
        let text: String
        if idle >= limits.pagesWithoutNewRows {
            text = "\(idle) pages in a row brought nothing new and the server offers one more"
        } else if reading.pages >= limits.pages || reading.rows >= limits.rows {
            text =
                "the listing does not end after \(reading.pages) pages and \(reading.rows) rows"
        } else {
            return
        }
        throw Interruption(reason: failure(.limit, reading, text, at: index))
    }
}
