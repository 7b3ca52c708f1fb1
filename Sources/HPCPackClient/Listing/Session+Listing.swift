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
}

/// A listing as the typed calls ask for it.
struct Listing {
    /// The request without properties and paging parameters.
    let request: APIRequest
    /// The property lists to ask for.
    let fallbacks: PropertyFallbacks
    /// The properties to keep of each row.
    let columns: ColumnSet
    /// Whether a refusal may be about the property list.
    ///
    /// A filtered listing asks for the list that was last
    /// answered, so that its refusal is about the filter.
    var triesFallbacks = true

    var operation: APIOperation { request.operation }
}

/// Three loops stand one inside the other: a listing begins again (`list`), with the property lists from the best on
/// (`listByLevels`), and follows its pages (`readPages`), each of which is a `fetch` with its retries.
extension Session {
    /// Reads a paged listing from its first page to its last, at one head node.
    ///
    /// All the original parameters are sent again with each token. A lost token, or a head node that fails on the
    /// way, begins the listing again from its first page, a bounded number of times; a token is never sent to
    /// another head node (docs/hpcpack-api.md#paging).
    ///
    /// - Parameters:
    ///   - listing: What to list.
    ///   - stage: Collects the rows.
    /// - Throws: The failure that ended the listing.
    func list(_ listing: Listing, into stage: any ListingStage) throws(RequestError) {
        let operation = listing.operation
        var restarts = 0
        while true {
            let order = client.headNodeOrder()
            let open = order.filter { client.block(of: $0, for: operation) == nil }
            guard let index = open.first ?? order.first else {
                throw RequestError(.local, operation, "no head node is configured")
            }
            do {
                if listing.triesFallbacks {
                    try listByLevels(listing, at: index, into: stage)
                } else {
                    let level = client.propertyLevels.withLock { levels in
                        levels.lastAnswered(operation, at: index)
                    }
                    try readPages(of: listing, level: level, at: index, into: stage)
                }
                return
            } catch {
                let canRestart =
                    error.lostToken
                    || (error.reason.mayBeHeadNode && hasOther(than: index, for: operation))
                guard canRestart, restarts < client.configuration.limits.listingRestarts else {
                    throw error.reason
                }
                restarts += 1
                if error.hadBegun { client.metrics.recordRestart(operation) }
                client.logger.warn(
                    "A listing begins again from its first page",
                    ["operation": operation.rawValue, "error": error.reason.description]
                )
            }
        }
    }

    /// Whether a listing can begin again at another head node.
    private func hasOther(than index: Int, for operation: APIOperation) -> Bool {
        client.headNodeOrder().contains {
            $0 != index && client.block(of: $0, for: operation) == nil
        }
    }

    /// Why a listing ended early.
    private struct Interruption: Error {
        let reason: RequestError
        /// A page after the first was refused, so its token may be lost.
        var lostToken = false
        /// At least one page had come.
        let hadBegun: Bool
    }

    /// Reads the listing with the best property list that the server accepts.
    private func listByLevels(_ listing: Listing, at index: Int, into stage: any ListingStage)
        throws(Interruption)
    {
        let operation = listing.operation
        let best = client.propertyLevels.withLock { $0.first(operation, at: index, now: .now) }
        var refusal: Interruption?
        for level in best..<listing.fallbacks.count {
            do {
                try readPages(of: listing, level: level, at: index, into: stage)
                client.propertyLevels.withLock { $0.recordAnswer(level, operation, at: index) }
                if let refusal { remember(refusal.reason, level: level, operation, at: index) }
                return
            } catch {
                guard !error.hadBegun, error.reason.mayBePropertyList else { throw error }
                // The first refusal tells most: the later ones may be about the shorter lists.
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }

    /// Begins with this level from now on, unless the refusal of a better one may have been a transient fault.
    private func remember(
        _ refusal: RequestError,
        level: Int,
        _ operation: APIOperation,
        at index: Int
    ) {
        client.logger.warn(
            "The server refuses a property list; some metrics cannot be known with the shorter one",
            ["operation": operation.rawValue, "error": refusal.description]
        )
        if case .status(let code) = refusal.cause, code < 500 {
            let end = ContinuousClock.now + client.configuration.limits.propertyRefusalMemory
            client.propertyLevels.withLock { levels in
                levels.begin(with: level, operation, at: index, until: end)
            }
        }
    }

    /// Reads the listing with one property list, page by page.
    private func readPages(
        of listing: Listing,
        level: Int,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        let limits = client.configuration.limits
        var first = listing.request
        if let properties = listing.fallbacks[level] {
            first = first.adding("properties", properties.joined(separator: ","))
        }
        first = first.adding("rowsPerRead", String(client.configuration.rowsPerRead))
        stage.begin()
        let newRows = Counter()
        let sink = RowSink(shape: .objects(listing.columns), limits: limits) { row in
            if stage.stage(row) { newRows.count += 1 }
        }
        var page = first
        var pages = 0
        var rows = 0
        var pagesWithoutNewRows = 0
        while true {
            let newRowsBefore = newRows.count
            let head: ResponseHead
            do {
                head = try fetch(page, at: index, into: sink)
            } catch {
                throw Interruption(
                    reason: error,
                    lostToken: pages > 0 && error.mayBeLostToken,
                    hadBegun: pages > 0
                )
            }
            pages += 1
            rows += sink.rows
            guard let token = head.continuation else { return }
            pagesWithoutNewRows = newRows.count > newRowsBefore ? 0 : pagesWithoutNewRows + 1
            var problem: String?
            if pagesWithoutNewRows >= limits.pagesWithoutNewRows {
                problem =
                    "\(pagesWithoutNewRows) pages in a row brought nothing new and the server offers one more"
            } else if pages >= limits.pages || rows >= limits.rows {
                problem = "the listing does not end after \(pages) pages and \(rows) rows"
            }
            if let problem {
                let headNode = client.configuration.headNodes[index]
                let text = "GET \(listing.operation.path) at \(headNode): \(problem)"
                throw Interruption(
                    reason: RequestError(.limit, listing.operation, text),
                    hadBegun: true
                )
            }
            page = first.adding("queryId", token)
        }
    }
}

/// A count that a closure and its maker share on one thread.
private final class Counter {
    var count = 0
}
