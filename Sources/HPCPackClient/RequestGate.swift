import Basics

/// Lets the threads of all sessions wait until the admission policy lets their next request be sent.
final class RequestGate: Sendable {
    private let admission: Monitor<RequestAdmission>
    private let cancellation: Cancellation

    /// Makes a gate with nothing in flight.
    ///
    /// - Parameters:
    ///   - configuration: The concurrency and the request rate.
    ///   - cancellation: Ends all waits.
    init(_ configuration: ClientConfiguration, _ cancellation: Cancellation) {
        let admission = Monitor(
            RequestAdmission(
                maxConcurrency: configuration.maxConcurrency,
                maxRequestRate: configuration.maxRequestRate,
                at: .now
            )
        )
        self.admission = admission
        self.cancellation = cancellation
        // Wakes every waiting thread; the gate may be long gone by then.
        cancellation.onCancel { [weak admission] in admission?.withLock { _ in } }
    }

    /// Waits until a request may be sent; `leave` must follow when it has ended.
    ///
    /// - Returns: Whether it may be sent; `false` when the client was cancelled.
    func enter(_ priority: RequestPriority) -> Bool {
        let ticket = admission.withLock { $0.enqueue(priority, at: .now) }
        var isAdmitted = false
        var time: ContinuousClock.Instant?
        while !isAdmitted, !cancellation.isCancelled {
            admission.wait(
                deadline: time,
                until: { admission in
                    cancellation.isCancelled
                        || admission.admissionTime(of: ticket, at: .now) != time
                },
                { admission in
                    isAdmitted = admission.admit(ticket, at: .now)
                    time = admission.admissionTime(of: ticket, at: .now)
                }
            )
        }
        // Also wakes the others: their turn may have come.
        admission.withLock { if !isAdmitted { $0.withdraw(ticket) } }
        return isAdmitted
    }

    /// Notes that an admitted request has ended.
    func leave(_ priority: RequestPriority) { admission.withLock { $0.finish(priority) } }
}
