import Basics
import JSONRows
import Logging

/// The search for the properties that a server refuses.
///
/// An unknown property name is an error for the whole call, which does not tell the name
/// (docs/hpcpack-api.md#properties). So halves of the list are tried, with one row each, until every refused name
/// stands alone; all others are kept. Where even the minimal list is refused, the server's default is the last resort.
extension Session {
    /// Reads a listing with the best property list that the server accepts.
    func listByProperties(
        _ listing: Listing,
        _ reading: inout PageReading?,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) {
        let operation = listing.operation
        let first = client.propertyChoices.withLock { choices in
            choices.first(operation, at: index, now: .now)
        }
        var refusal: Interruption
        do {
            try readPages(of: listing, asking: first, &reading, at: index, into: stage)
            record(first, listing, at: index)
            return
        } catch {
            guard error.mayBePropertyList else { throw error }
            refusal = error
        }
        let search = try acceptedChoices(listing, at: index)
        for choice in search.choices {
            do {
                try readPages(of: listing, asking: choice, &reading, at: index, into: stage)
            } catch {
                guard error.mayBePropertyList else { throw error }
                // Each of its names was answered with one row, so the size of the page may be refused. Else the first
                // refusal tells most: the later ones may be about the shorter lists.
                guard search.isThorough, choice == search.choices.first,
                    try readSmallerPages(
                        of: listing,
                        choice,
                        error,
                        &reading,
                        at: index,
                        into: stage
                    )
                else { continue }
            }
            record(choice, listing, at: index)
            if choice != .all {
                let isCertain = search.isThorough && choice == search.choices.first
                remember(refusal.reason, choice, listing, isCertain: isCertain, at: index)
            }
            return
        }
        throw refusal
    }

    /// Reads a listing by smaller pages, after the server took its properties with a single row.
    ///
    /// - Returns: Whether it was read.
    private func readSmallerPages(
        of listing: Listing,
        _ choice: PropertyChoice,
        _ refusal: Interruption,
        _ reading: inout PageReading?,
        at index: Int,
        into stage: any ListingStage
    ) throws(Interruption) -> Bool {
        guard refusal.reason.mayBeUnknownID else { return false }
        let configured = client.configuration.rowsPerRead
        for size in PagingBehavior.smallerSizes where size.map({ $0 < configured }) ?? true {
            do {
                try readPages(
                    of: listing,
                    asking: choice,
                    pageSize: .some(size),
                    &reading,
                    at: index,
                    into: stage
                )
            } catch {
                guard error.mayBePropertyList else { throw error }
                continue
            }
            let end = ContinuousClock.now + client.configuration.limits.pagingMemory
            client.pagingBehavior.withLock { $0.recordPageSize(size, at: index, until: end) }
            client.logger.warn(
                "The server refuses pages of that size and is asked for smaller ones",
                [
                    "operation": listing.operation.rawValue, "refused": String(configured),
                    "asked": size.map(String.init) ?? "the server's default",
                    "error": refusal.reason.description,
                ]
            )
            return true
        }
        return false
    }

    /// What to try after everything of use was refused, the best first.
    ///
    /// - Returns: The choices, and whether the first one rests on a refusal of each name that it leaves out.
    private func acceptedChoices(
        _ listing: Listing,
        at index: Int
    ) throws(Interruption) -> (choices: [PropertyChoice], isThorough: Bool) {
        let wanted = listing.properties
        let optional = wanted.optional
        guard optional.count > 1 else { return ([.minimal, .serverDefault], false) }
        guard try accepts(wanted.minimal, listing, at: index) else {
            return ([.serverDefault], false)
        }
        let refused = Set(try refusedNames(among: optional[...], listing, at: index))
        let best = PropertyChoice.without(refused)
        return refused.count == optional.count
            ? ([best, .serverDefault], true) : ([best, .minimal, .serverDefault], true)
    }

    /// The refused names among some that are refused together.
    private func refusedNames(
        among names: ArraySlice<String>,
        _ listing: Listing,
        at index: Int
    ) throws(Interruption) -> [String] {
        guard names.count > 1 else { return Array(names) }
        let middle = names.startIndex + names.count / 2
        var refused: [String] = []
        for half in [names[..<middle], names[middle...]] {
            if try accepts(listing.properties.minimal + half, listing, at: index) { continue }
            refused += try refusedNames(among: half, listing, at: index)
        }
        return refused
    }

    /// Whether the server answers a property list, tried with one row.
    private func accepts(
        _ names: [String],
        _ listing: Listing,
        at index: Int
    ) throws(Interruption) -> Bool {
        let request = listing.request.adding("properties", names.joined(separator: ","))
            .adding("rowsPerRead", "1")
        do {
            _ = try fetch(request, at: index, into: listing.emptySink(client.configuration.limits))
            return true
        } catch {
            guard error.mayBePropertyList else {
                throw Interruption(reason: error, hadBegun: false)
            }
            return false
        }
    }

    private func record(_ choice: PropertyChoice, _ listing: Listing, at index: Int) {
        let asked = choice.list(of: listing.properties) ?? []
        client.propertyChoices.withLock { choices in
            choices.recordAnswer(choice, asked: asked, listing.operation, at: index)
        }
    }

    /// Begins with this choice from now on, unless the refusal of a better one may have been a transient fault.
    private func remember(
        _ refusal: RequestError,
        _ choice: PropertyChoice,
        _ listing: Listing,
        isCertain: Bool,
        at index: Int
    ) {
        let wanted = listing.properties
        let asked = choice.list(of: wanted) ?? wanted.minimal
        let missing = wanted.all.filter { !asked.contains($0) }
        client.logger.warn(
            "The server refuses properties; metrics that need them are absent",
            [
                "operation": listing.operation.rawValue,
                "properties": missing.joined(separator: ","),
                "error": refusal.description,
            ]
        )
        guard case .status(let code) = refusal.cause, isCertain || code < 500 else { return }
        let end = ContinuousClock.now + client.configuration.limits.propertyRefusalMemory
        client.propertyChoices.withLock { choices in
            choices.begin(with: choice, listing.operation, at: index, until: end)
        }
    }
}
