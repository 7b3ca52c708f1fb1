import Basics
import Logging

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
