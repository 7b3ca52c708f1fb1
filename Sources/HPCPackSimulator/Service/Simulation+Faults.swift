import HTTPListener

/// Answers with injected faults.
extension Simulation {
    /// Answers a request to head node `number`, from 1 on, with the faults that hit it.
    ///
    /// `unix` (Unix seconds) and `real` (seconds by the monotonic clock) are the same moment.
    mutating func serve(
        _ request: APIRequest,
        headNode number: Int,
        unix: Int64,
        at real: Double
    ) -> ServedAnswer {
        let applied = faultPlan.faults(for: request, headNode: number, at: real)
        guard !applied.isEmpty else {
            return ServedAnswer(response: answer(request, headNode: number, at: real))
        }
        var listingFaults = ListingFaults()
        var refusal: APIResponse?
        for fault in applied {
            switch fault.kind {
            case .loseTokens: loseTokens(ofHeadNode: number)
            case .dropTokens: listingFaults.dropsTokens = true
            case .shiftPages(let rows): listingFaults.shift += rows
            case .duplicateRows(let count): listingFaults.duplicates += count
            case .filter(let filter): listingFaults.filter = filter
            case .dateFormat(let dates): listingFaults.dates = dates
            case .status(let status):
                refusal = refusal ?? Self.refusal(status, fault.retryAfter, unix: unix)
            default: break
            }
        }
        headNode.listingFaults = listingFaults
        let response = refusal ?? answer(request, headNode: number, at: real)
        headNode.listingFaults = ListingFaults()
        var served = ServedAnswer(response: response)
        for fault in applied { deliver(&served, fault.kind, unix: unix) }
        return served
    }

    private static func refusal(
        _ status: Int,
        _ retryAfter: Fault.RetryAfter?,
        unix: Int64
    ) -> APIResponse {
        let value: String? =
            switch retryAfter {
            case .seconds(let seconds): String(seconds)
            case .date(let seconds): HTTPDate.text(unixSeconds: Int(unix) + seconds)
            case nil: nil
            }
        let headers = value.map { [(name: "Retry-After", value: $0)] } ?? []
        let message = "A fault that was asked for: status \(status)."
        return APIResponse(APIError(status: status, message: message, headers: headers))
    }

    /// Applies a fault to the delivery of an answer; of several faults to its bytes the first counts.
    private mutating func deliver(_ served: inout ServedAnswer, _ kind: FaultKind, unix: Int64) {
        let message = WireMessage(response: served.response, unix: unix)
        switch kind {
        case .latency(let seconds):
            served.delay += .seconds(seconds)
            return
        case .die(let seconds):
            served.death = .seconds(seconds)
            return
        default: break
        }
        guard case .whole = served.delivery else { return }
        switch kind {
        case .reset(let count):
            served.delivery = .bytes(Array(message.bytes().prefix(count)), resets: true)
        case .truncate(let count):
            served.delivery = .bytes(message.truncated(bodyBytes: count), resets: false)
        case .contentLength(let error):
            served.delivery = .bytes(message.bytes(lengthError: error), resets: false)
        case .chunks(let flaw): served.delivery = .bytes(message.chunked(flaw), resets: false)
        case .drip(let count, let seconds):
            served.delivery = .drip(
                message.bytes(),
                pieceBytes: count,
                pause: .seconds(seconds)
            )
        case .hang: served.delivery = .never
        case .garbage(let garbage): replace(&served, garbage)
        default: break
        }
    }

    private mutating func replace(_ served: inout ServedAnswer, _ garbage: FaultKind.Garbage) {
        switch garbage {
        case .wire: served.delivery = .bytes(faultPlan.noise(), resets: false)
        case .body: served.response.body = faultPlan.noise()
        case .null: served.response.body = Array("null".utf8)
        case .half: served.response.body.removeLast(served.response.body.count / 2)
        case .html:
            served.response.headers = [("Content-Type", "text/html; charset=utf-8")]
            served.response.body = Array("<!DOCTYPE html><title>Sign in</title><p>Sign in.".utf8)
        }
    }
}
