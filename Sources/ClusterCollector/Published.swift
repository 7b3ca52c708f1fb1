import Basics
import HPCPackClient

/// The last good data of every collector, which is what pages are made from.
struct Published: Sendable {
    /// Data with the moment at which it was committed.
    struct Dated<Value: Sendable>: Sendable {
        var value: Value
        var committed: ContinuousClock.Instant
    }

    var cluster: Dated<ClusterInfo>?
    var nodes: Dated<Nodes>?
    var jobs: Dated<JobCounts>?
    var tasks: Dated<TaskCounts>?
    var status: [CollectorName: CollectorStatus] = [:]
    var rounds = 0
    /// Full reads of jobs, and of the tasks of all jobs, that were committed.
    var fullReads: [CollectorName: Int] = [:]
    /// Rows that full reads found different from what reads of changes had left.
    var corrections: [CollectorName: Int] = [:]

    /// The same without what is too old to be served (METRICS, rule 8).
    ///
    /// - Parameters:
    ///   - now: The moment of the page.
    ///   - maxAge: The oldest that is served.
    /// - Returns: The data to make a page from.
    func fresh(at now: ContinuousClock.Instant, maxAge: Duration) -> Published {
        func isOld(_ committed: ContinuousClock.Instant?) -> Bool {
            committed.map { now - $0 > maxAge } ?? false
        }
        var fresh = self
        if isOld(cluster?.committed) { fresh.cluster = nil }
        if isOld(nodes?.committed) { fresh.nodes = nil }
        if isOld(jobs?.committed) { fresh.jobs = nil }
        if isOld(tasks?.committed) { fresh.tasks = nil }
        fresh.followWallClock()
        return fresh
    }

    /// Keeps the times of the collectors true after the wall clock was set.
    private mutating func followWallClock() {
        let (wall, instant) = (WallClock.now, ContinuousClock.now)
        for name in status.keys { status[name]?.follow(wall: wall, instant: instant) }
    }

    /// The first moment at which something that is served now gets too old.
    func nextExpiry(after now: ContinuousClock.Instant, maxAge: Duration) -> ContinuousClock
        .Instant?
    {
        [cluster?.committed, nodes?.committed, jobs?.committed, tasks?.committed]
            .compactMap { $0.map { $0 + maxAge } }
            .filter { $0 > now }
            .min()
    }
}
