import Basics
import Logging

/// How the last page of a listing is told from one that was cut off, and how a listing goes on by row number
/// (docs/hpcpack-api.md#paging).
extension Session {
    /// Whether a page by `startRow` follows on the rows that came.
    ///
    /// - Returns: `false` when the rows have moved and a page with a wider overlap may tell.
    /// - Throws: When they have moved further, or the server pays no heed to `startRow`.
    func isContinuation(
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
    func isLast(
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
    func mayServeStartRow(_ operation: APIOperation, at index: Int) -> Bool {
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
    func refusedStartRow(
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

    func failure(
        _ cause: RequestError.Cause,
        _ reading: PageReading,
        _ text: String,
        at index: Int
    ) -> RequestError {
        let operation = reading.listing.operation
        let headNode = client.configuration.headNodes[index]
        return RequestError(cause, operation, "GET \(operation.path) at \(headNode): \(text)")
    }
}
