import Basics

/// Counts calls from any thread.
public final class Counter: Sendable {
    private let calls = Mutex(0)

    /// Begins at zero.
    public init() {}

    /// The calls so far.
    public var count: Int { calls.withLock { $0 } }

    /// The number of this call, beginning with 1.
    public func next() -> Int {
        calls.withLock { calls in
            calls += 1
            return calls
        }
    }
}
