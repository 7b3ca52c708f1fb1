public import JSONRows
import Logging

/// Takes the rows of a listing; nothing of them counts before the listing came whole.
public protocol ListingStage: AnyObject {
    /// The listing begins, or begins again: what was staged is void.
    func begin()
    /// Takes one row.
    ///
    /// - Parameter row: Valid during the call only.
    /// - Returns: Whether the row's id was not staged before.
    func stage(_ row: borrowing Row) -> Bool
}

extension Session {
    /// Reads a paged listing from its first page to its last, at one head node.
    ///
    /// All the original parameters are sent again with each token. A lost token, or a head node that
    /// fails on the way, begins the listing again from its first page, a bounded number of times; a
    /// token never crosses to another head node (FACTS: Paging).
    ///
    /// - Parameters:
    ///   - request: The listing without paging parameters.
    ///   - ladder: The property lists to ask for.
    ///   - columns: The properties to keep of each row.
    ///   - climbs: Whether a refusal may be about the property list; a filtered listing asks for the list
    ///     that was last answered, so that its refusal is about the filter.
    ///   - stage: Takes the rows.
    /// - Throws: The failure that ended the listing.
    func list(
        _ request: APIRequest,
        ladder: PropertyLadder,
        columns: ColumnSet,
        climbs: Bool = true,
        into stage: any ListingStage
    ) throws(RequestError) {
        var restarts = 0
        while true {
            let order = client.ring.order(at: .now)
            let index =
                order.first { client.ring.obstacle($0, endpoint: request.endpoint) == nil } ?? order
                .first ?? 0
            do {
                guard climbs else {
                    let rung = client.ladders.lastAnswered(request.endpoint, index)
                    let asked = asking(request, ladder.rungs[min(rung, ladder.rungs.count - 1)])
                    return try walk(asked, columns: columns, at: index, into: stage)
                }
                return try climb(request, ladder: ladder, columns: columns, at: index, into: stage)
            } catch {
                let canRestart =
                    error.lostToken
                    || (error.reason.mayBeHeadNode && hasOther(than: index, request))
                guard canRestart, restarts < client.configuration.limits.listingRestarts else {
                    throw error.reason
                }
                restarts += 1
                if error.hadBegun { client.metrics.countRestart(request.endpoint) }
                client.logger.warn(
                    "A listing begins again from its first page",
                    ["endpoint": request.endpoint.rawValue, "error": error.reason.description]
                )
            }
        }
    }

    private func hasOther(than index: Int, _ request: APIRequest) -> Bool {
        let other = client.ring.order(at: .now).first {
            $0 != index && client.ring.obstacle($0, endpoint: request.endpoint) == nil
        }
        return other != nil
    }

    /// Why a listing ended early.
    private struct Interruption: Error {
        let reason: RequestError
        /// A page after the first was refused, so its token may be lost.
        let lostToken: Bool
        /// At least one page had come.
        let hadBegun: Bool
    }

    /// Reads the listing with the best property list that the server takes.
    private func climb(
        _ request: APIRequest,
        ladder: PropertyLadder,
        columns: ColumnSet,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        let begin = min(
            client.ladders.rung(request.endpoint, index, at: .now),
            ladder.rungs.count - 1
        )
        var refusal: Interruption?
        for rung in begin..<ladder.rungs.count {
            let asked = asking(request, ladder.rungs[rung])
            do {
                try walk(asked, columns: columns, at: index, into: stage)
                client.ladders.noteAnswered(rung, request.endpoint, index)
                keep(rung, begin, refusal, request.endpoint, index)
                return
            } catch {
                guard !error.hadBegun, error.reason.mayBePropertyList else { throw error }
                // The first refusal tells most: the later ones may be about the shorter lists.
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }

    private func asking(_ request: APIRequest, _ properties: [String]?) -> APIRequest {
        var asked = request
        if let properties {
            asked = asked.adding("properties", properties.joined(separator: ","))
        }
        return asked.adding("rowsPerRead", String(client.configuration.rowsPerRead))
    }

    /// Remembers a rung below the best, unless the refusal may have been a passing fault.
    private func keep(
        _ rung: Int,
        _ begin: Int,
        _ refusal: Interruption?,
        _ endpoint: Endpoint,
        _ index: Int
    ) {
        guard rung > begin, let refusal else { return }
        client.logger.warn(
            "The server refuses a property list; some metrics cannot be known with the shorter one",
            ["endpoint": endpoint.rawValue, "error": refusal.reason.description]
        )
        if case .status(let code) = refusal.reason.cause, code < 500 {
            let until = ContinuousClock.now + client.configuration.limits.ladderMemory
            client.ladders.keep(rung, endpoint, index, until: until)
        }
    }

    /// Follows the pages of one listing.
    private func walk(
        _ request: APIRequest,
        columns: ColumnSet,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        let limits = client.configuration.limits
        stage.begin()
        let isNew = Counter()
        let sink = RowSink(shape: .objects(columns), limits: limits) { row in
            if stage.stage(row) { isNew.count += 1 }
        }
        var page = request
        var pages = 0
        var rows = 0
        var barren = 0
        while true {
            let newBefore = isNew.count
            let head: ResponseHead
            do {
                head = try fetch(page, at: index, sink)
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
            barren = isNew.count > newBefore ? 0 : barren + 1
            let place = "GET \(request.endpoint.path) at \(client.ring[index])"
            var complaint: String?
            if barren >= limits.pagesWithoutNewRows {
                complaint =
                    "\(place): \(barren) pages in a row brought nothing new and the server offers one more"
            } else if pages >= limits.pages || rows >= limits.rows {
                complaint =
                    "\(place): the listing does not end after \(pages) pages and \(rows) rows"
            }
            if let complaint {
                let error = RequestError(.limit, request.endpoint, complaint)
                throw Interruption(reason: error, lostToken: false, hadBegun: true)
            }
            page = request.adding("queryId", token)
        }
    }
}

/// A count that a closure and its maker share on one thread.
private final class Counter {
    var count = 0
}
