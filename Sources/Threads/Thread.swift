/// A detached POSIX thread: blocking work has threads of its own.
public enum Thread {
    /// Runs `body` on a thread of its own, for which nobody waits.
    ///
    /// - Parameter body: What the thread does until it ends.
    public static func start(_ body: @escaping @Sendable () -> Void) { _ = JoinableThread(body) }
}
