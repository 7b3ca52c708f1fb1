import Testing

@testable import HPCPackClient

/// docs/architecture.md#head-nodes.
struct HeadNodeSelectorTests {
    private let start = ContinuousClock.now
    private let selector = HeadNodeSelector(count: 3, limits: ClientLimits())

    private func error(_ cause: RequestError.Cause) -> RequestError {
        RequestError(cause, .jobs, "a failure")
    }

    @Test func `The head node that answered last is asked first`() {
        var selector = selector
        #expect(selector.order(at: start) == [0, 1, 2])
        selector.recordSuccess(of: 1, at: start)
        #expect(selector.order(at: start) == [1, 2, 0])
    }

    @Test(
        arguments: [.timeout, .broken, .malformed, .status(500), .status(429)]
            as [RequestError.Cause]
    )
    func `A head node that failed is tried after the others for a minute`(
        cause: RequestError.Cause
    ) {
        var selector = selector
        selector.recordFailure(error(cause), of: 0, retryAfter: nil, at: start)
        selector.recordFailure(error(cause), of: 2, retryAfter: nil, at: start)
        #expect(selector.order(at: start) == [1, 2, 0])
        // What another request got from it before it failed does not make it the first again.
        selector.recordSuccess(of: 0, at: start)
        #expect(selector.order(at: start) == [1, 2, 0])
        #expect(selector.order(at: start + .seconds(61)) == [1, 2, 0])
        selector.recordSuccess(of: 0, at: start + .seconds(61))
        #expect(selector.order(at: start + .seconds(61)) == [0, 1, 2])
        #expect(!selector.isBlocked(at: start) && selector.block(of: 0, at: start) == nil)
    }

    @Test(arguments: [.unreachable, .tls] as [RequestError.Cause])
    func `A head node that is down is blocked until blocks are cleared`(cause: RequestError.Cause) {
        var selector = selector
        selector.recordFailure(error(cause), of: 0, retryAfter: nil, at: start)
        #expect(selector.block(of: 0, at: start + .seconds(3600))?.cause == cause)
        #expect(selector.block(of: 1, at: start) == nil && !selector.isBlocked(at: start))
        for index in 1...2 {
            selector.recordFailure(error(cause), of: index, retryAfter: nil, at: start)
        }
        #expect(selector.isBlocked(at: start))
        selector.clearBlocks()
        #expect(selector.block(of: 0, at: start) == nil && !selector.isBlocked(at: start))
    }

    @Test func `A refused account blocks every head node and changes no order`() {
        var selector = selector
        selector.recordFailure(error(.credentials), of: 0, retryAfter: nil, at: start)
        #expect(selector.isBlocked(at: start) && selector.order(at: start) == [0, 1, 2])
        selector.clearBlocks()
        #expect(!selector.isBlocked(at: start))
    }

    @Test func `A long Retry-After blocks a head node for that time, and a minute at most`() {
        var selector = selector
        selector.recordFailure(error(.status(503)), of: 0, retryAfter: .seconds(5), at: start)
        #expect(selector.block(of: 0, at: start) == nil, "a GET waits for as long")
        selector.recordFailure(error(.status(503)), of: 0, retryAfter: .seconds(20), at: start)
        selector.recordFailure(error(.status(503)), of: 1, retryAfter: .seconds(600), at: start)
        selector.clearBlocks()
        #expect(selector.block(of: 0, at: start + .seconds(19))?.cause == .status(503))
        #expect(selector.block(of: 0, at: start + .seconds(20)) == nil)
        #expect(selector.block(of: 1, at: start + .seconds(59)) != nil)
        #expect(selector.block(of: 1, at: start + .seconds(60)) == nil)
    }

    @Test func `A refused account stays blocked when the time of a Retry-After ends`() {
        var selector = selector
        selector.recordFailure(error(.status(503)), of: 0, retryAfter: .seconds(20), at: start)
        selector.recordFailure(error(.credentials), of: 1, retryAfter: nil, at: start)
        #expect(selector.block(of: 0, at: start + .seconds(30))?.cause == .credentials)
        selector.clearBlocks()
        #expect(selector.block(of: 0, at: start + .seconds(10))?.cause == .status(503))
    }

    @Test(
        arguments: [.limit, .cancelled, .local, .status(404), .status(403)] as [RequestError.Cause]
    )
    func `A failure that is not the head node's changes nothing`(cause: RequestError.Cause) {
        var selector = selector
        selector.recordFailure(error(cause), of: 0, retryAfter: .seconds(600), at: start)
        #expect(selector.order(at: start) == [0, 1, 2] && selector.block(of: 0, at: start) == nil)
    }
}
