import Basics

/// Carries the news that a head node is to die from its handler to its sockets.
final class DeathNotice: Sendable {
    private let receiver = Mutex<(@Sendable (Int, Duration) -> Void)?>(nil)

    /// Says who takes the news.
    func deliver(_ receiver: (@Sendable (Int, Duration) -> Void)?) {
        self.receiver.withLock { $0 = receiver }
    }

    /// Head node `number` dies now, for a time.
    func post(_ number: Int, _ time: Duration) {
        let receiver = receiver.withLock { $0 }
        receiver?(number, time)
    }
}
