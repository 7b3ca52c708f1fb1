/// A metric of the whole cluster with a history (specification of HPC Pack 2019).
enum ClusterMetric: String, CaseIterable, Sendable {
    case poolUsage = "HPCPoolUsage"
    case jobs = "HPCSchedulerJobs"
    case nodes = "HPCSchedulerNodes"
    case cores = "HPCSchedulerCores"
    case processors = "HPCClusterCpu"

    var displayName: String {
        switch self {
        case .poolUsage: "Cluster Pool Usage"
        case .jobs: "Cluster Jobs"
        case .nodes: "Cluster Nodes"
        case .cores: "Cluster Cores"
        case .processors: "Cluster CPU Usage"
        }
    }

    var description: String {
        switch self {
        case .poolUsage: "The number of cores used and allocated for the pool"
        case .jobs: "The number of jobs on the cluster"
        case .nodes: "The number of nodes in the cluster"
        case .cores: "The number of cores in the cluster"
        case .processors: "The CPU usage of the cluster in percent"
        }
    }
}

/// The values of one instance of a metric.
struct MetricSeries: Sendable {
    let name: String
    let points: [Point]

    struct Point: Sendable {
        /// Unix seconds.
        let time: Int64
        let value: Double
    }
}

/// The histories of metrics, told from the times in the rows of jobs and nodes, so that nothing is recorded.
///
/// A job that was requeued counts for its last run only, and one that was purged no more.
extension Cluster {
    /// The most points of a series.
    private static let maxPoints: Int64 = 10_000

    /// Returns the history of a metric by minutes, or longer steps in a long span, until now at the most.
    ///
    /// - Parameters:
    ///   - metric: The metric.
    ///   - from: The first point, Unix seconds.
    ///   - to: The end, Unix seconds.
    /// - Returns: The series of the metric's instances.
    func history(of metric: ClusterMetric, from: Int64, to: Int64) -> [MetricSeries] {
        let end = min(to, Int64(now))
        let span = max(0, end - from)
        let step = max(60, (span / Self.maxPoints + 59) / 60 * 60)
        let times = from > end ? [] : Array(stride(from: from, through: end, by: Int(step)))
        func series(_ name: String, _ values: [Int]) -> MetricSeries {
            MetricSeries(
                name: name,
                points: zip(times, values).map { .init(time: $0, value: Double($1)) }
            )
        }
        let timeline = Timeline(times)
        switch metric {
        case .jobs:
            return JobPhase.allCases.map { phase in
                series("Number of \(phase.rawValue) jobs", timeline.values(intervals(of: phase)))
            }
        case .nodes:
            return condition { _ in 1 }.map { series("Number of \($0) nodes", timeline.values($1)) }
        case .cores:
            let busy = timeline.values(busyCores)
            let conditions = condition(\.cores).map { ($0, timeline.values($1)) }
            let online = conditions[0].1
            let idle = zip(online, busy).map { max(0, $0 - $1) }
            return [series("Number of busy cores", busy), series("Number of idle cores", idle)]
                + conditions.map { series("Number of \($0) cores", $1) }
        case .poolUsage:
            let busy = timeline.values(busyCores)
            return [series("Default: used cores", busy), series("Default: allocated cores", busy)]
        case .processors:
            let busy = timeline.values(busyCores)
            let cores = max(1, nodes.reduce(0) { $0 + $1.cores })
            let points = zip(times, busy).map { time, busy in
                MetricSeries.Point(time: time, value: 0.5 + Double(busy * 90) / Double(cores))
            }
            return [MetricSeries(name: "Instance", points: points)]
        }
    }

    /// Returns how many jobs have ended since `from`, in steps of six hours.
    func endedJobs(from: Int64) -> [MetricSeries] {
        let times = Array(stride(from: from, through: Int64(now), by: 6 * 3600))
        let timeline = Timeline(times)
        return [JobPhase.finished, .failed, .canceled].map { phase in
            let recent = intervals(of: phase).filter { $0.start >= from }
            let points = zip(times, timeline.values(recent)).map {
                MetricSeries.Point(time: $0, value: Double($1))
            }
            return MetricSeries(name: "Number of \(phase.rawValue) jobs", points: points)
        }
    }

    private enum JobPhase: String, CaseIterable {
        case queued, running, finished, failed, canceled
    }

    /// A span of time in which something counts; `end` is not in it.
    private struct Interval {
        let start: Int64
        let end: Int64
        var weight = 1
    }

    private func intervals(of phase: JobPhase) -> [Interval] {
        jobs.compactMap { job in
            let end = job.endTime == 0 ? Int64.max : Int64(job.endTime)
            switch phase {
            case .queued:
                guard job.submitTime != 0 else { return nil }
                return Interval(
                    start: Int64(job.submitTime),
                    end: job.startTime == 0 ? end : Int64(job.startTime)
                )
            case .running:
                guard job.startTime != 0 else { return nil }
                return Interval(start: Int64(job.startTime), end: end)
            case .finished, .failed, .canceled:
                guard job.state.name.lowercased() == phase.rawValue else { return nil }
                return Interval(start: Int64(job.endTime), end: .max)
            }
        }
    }

    private var busyCores: [Interval] {
        jobs.compactMap { job in
            guard job.startTime != 0 else { return nil }
            return Interval(
                start: Int64(job.startTime),
                end: job.endTime == 0 ? .max : Int64(job.endTime),
                weight: allocation(of: job).reduce(0) { $0 + $1.cores }
            )
        }
    }

    /// Returns when nodes were online, offline, unreachable and there at all, each with a weight.
    ///
    /// Of a node no more is known than when it last came online and went offline.
    private func condition(_ weight: (Node) -> Int) -> [(name: String, intervals: [Interval])] {
        var online: [Interval] = []
        var offline: [Interval] = []
        var unreachable: [Interval] = []
        var total: [Interval] = []
        for node in nodes {
            let weight = weight(node)
            let isOffline = node.state == .offline
            let change = Int64(isOffline ? node.offlineTime : node.onlineTime)
            let before = Interval(start: .min, end: change, weight: weight)
            let after = Interval(start: change, end: .max, weight: weight)
            if isOffline {
                online.append(before)
                offline.append(after)
            } else {
                offline.append(before)
                online.append(after)
            }
            if !node.isReachable { unreachable.append(after) }
            total.append(Interval(start: .min, end: .max, weight: weight))
        }
        return [
            ("online", online), ("offline", offline), ("unreachable", unreachable),
            ("total", total),
        ]
    }

    /// Adds up intervals at given times.
    private struct Timeline {
        let times: [Int64]

        init(_ times: [Int64]) { self.times = times }

        /// Returns the sum of the weights of all intervals that hold each time.
        func values(_ intervals: [Interval]) -> [Int] {
            var changes = [Int](repeating: 0, count: times.count + 1)
            for interval in intervals where interval.start < interval.end {
                changes[times.partitioningIndex { $0 >= interval.start }] += interval.weight
                changes[times.partitioningIndex { $0 >= interval.end }] -= interval.weight
            }
            var sum = 0
            return times.indices.map { index in
                sum += changes[index]
                return sum
            }
        }
    }
}
