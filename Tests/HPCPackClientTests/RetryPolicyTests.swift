import Testing

@testable import HPCPackClient

struct RetryPolicyTests {
    private let policy = RetryPolicy(ClientLimits())

    private func delay(
        _ cause: RequestError.Cause,
        tries: Int = 1,
        retryAfter: Duration? = nil,
        jitter: Double = 0
    ) -> Duration? {
        policy.delay(after: cause, tries: tries, retryAfter: retryAfter, jitter: jitter)
    }

    @Test(
        arguments: [
            .unreachable, .broken, .status(408), .status(429), .status(500), .status(502),
            .status(599),
        ] as [RequestError.Cause]
    )
    func `A transient failure is tried again twice, after a wait that doubles`(
        cause: RequestError.Cause
    ) {
        #expect(delay(cause, tries: 1) == .milliseconds(400))
        #expect(delay(cause, tries: 2) == .milliseconds(800))
        #expect(delay(cause, tries: 3) == nil)
    }

    @Test(
        arguments: [
            .timeout, .tls, .credentials, .malformed, .limit, .cancelled, .local, .status(204),
            .status(302), .status(400), .status(403), .status(404),
        ] as [RequestError.Cause]
    )
    func `Any other failure is final`(cause: RequestError.Cause) {
        #expect(delay(cause) == nil)
    }

    @Test func `Jitter takes off up to half of the wait`() {
        #expect(delay(.broken, jitter: 1) == .milliseconds(200))
        #expect(delay(.broken, jitter: 0.5) == .milliseconds(300))
    }

    @Test func `A short Retry-After is waited for, and a long one ends the tries`() {
        #expect(delay(.status(503), retryAfter: .seconds(1), jitter: 1) == .seconds(1))
        #expect(delay(.status(503), retryAfter: .milliseconds(1)) == .milliseconds(400))
        #expect(delay(.status(503), retryAfter: .seconds(5)) == .seconds(5))
        #expect(delay(.status(503), retryAfter: .seconds(6)) == nil)
        #expect(delay(.status(404), retryAfter: .seconds(1)) == nil)
    }
}
