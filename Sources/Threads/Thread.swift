#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A detached POSIX thread: blocking work has threads of its own.
public enum Thread {
    /// Runs `body` on a thread of its own.
    ///
    /// - Parameter body: What the thread does until it ends.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
                return nil
            },
            box
        )
        guard code == 0 else {
            // Without its threads the process is of no use, and starting is the only time for this.
            fatalError("a thread could not be started: error \(code)")
        }
        pthread_detach(thread)
    }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
