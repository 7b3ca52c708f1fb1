import Glibc

/// The limit of open file descriptors, and the client connections that it leaves room for.
///
/// Clients must never use up the descriptors that collection and the listener itself need.
struct DescriptorLimit: Equatable {
    /// The soft limit that the process should run with.
    let soft: UInt64
    /// The most client connections at once.
    let connections: Int
    /// The warning when they are fewer than asked for.
    let warning: String?

    /// Computes the soft limit to set and the connections that fit below it.
    ///
    /// - Parameters:
    ///   - wanted: The connections that `--web.max-connections` asks for.
    ///   - reserve: The descriptors that everything else needs.
    ///   - limit: The process' soft limit.
    ///   - hardLimit: The process' hard limit.
    init(connections wanted: Int, reserve: Int, limit: UInt64, hardLimit: UInt64) {
        let needed = UInt64(wanted + reserve)
        soft = max(limit, min(needed, hardLimit))
        guard soft < needed else {
            connections = wanted
            warning = nil
            return
        }
        connections = max(1, Int(soft) - reserve)
        warning =
            "--web.max-connections=\(wanted) needs \(needed) file descriptors and the hard limit is \(hardLimit); "
            + "only \(connections) connections are served at once. Raise the limit (LimitNOFILE, ulimit -Hn)"
    }

    /// Raises the soft limit of this process as far as needed and allowed.
    ///
    /// - Parameters:
    ///   - connections: The connections that `--web.max-connections` asks for.
    ///   - concurrency: The most requests to the head nodes at once.
    ///   - addresses: How many addresses are listened on.
    /// - Returns: The limit that the process has now.
    static func raise(connections: Int, concurrency: Int, addresses: Int) -> DescriptorLimit {
        // What is open already, and for each request a few kept connections and the name look-up.
        let open = Int(ProcessMetrics.current().openDescriptors ?? 16)
        let reserve = open + concurrency * 8 + addresses + 24
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else {
            return DescriptorLimit(
                connections: connections,
                reserve: reserve,
                limit: .max,
                hardLimit: .max
            )
        }
        let decided = DescriptorLimit(
            connections: connections,
            reserve: reserve,
            limit: UInt64(limit.rlim_cur),
            hardLimit: UInt64(limit.rlim_max)
        )
        guard decided.soft > UInt64(limit.rlim_cur) else { return decided }
        let old = UInt64(limit.rlim_cur)
        limit.rlim_cur = rlim_t(decided.soft)
        if unsafe setrlimit(resource, &limit) == 0 { return decided }
        // A sandbox may forbid it; the old limit stays.
        return DescriptorLimit(
            connections: connections,
            reserve: reserve,
            limit: old,
            hardLimit: old
        )
    }

    /// `RLIMIT_NOFILE`, a macro that Swift does not import as this type.
    static let resource = __rlimit_resource_t(7)
}
