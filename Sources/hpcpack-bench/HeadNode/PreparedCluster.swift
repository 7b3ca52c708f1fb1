import Basics

/// How large a prepared cluster is.
struct ClusterSize: Sendable {
    /// Jobs that the scheduler holds, the active ones included.
    var jobs = 0
    var nodes = 0
    /// Jobs that run, whose tasks can change at any time.
    var running = 0
    /// Jobs that wait.
    var queued = 0
    /// Tasks of each job.
    var tasksPerJob = 0
    /// Whether the head node tells the numbers of tasks, allocated cores and the metrics of nodes.
    var tellsUse = false

    /// The cluster of a small site, as docs/performance.md#figures means it.
    static let small = ClusterSize(jobs: 2000, nodes: 40, running: 20, queued: 20, tasksPerJob: 10)

    /// The command-line arguments that ``init(arguments:)`` reads.
    var arguments: [String] {
        [jobs, nodes, running, queued, tasksPerJob, tellsUse ? 1 : 0].map(String.init)
    }
}

extension ClusterSize {
    /// Creates the size that a command line names; `nil` when that is not one.
    init?(arguments: [String]) {
        let numbers = arguments.compactMap(Int.init)
        guard numbers.count == 6, arguments.count == 6, numbers.allSatisfy({ $0 >= 0 }),
            numbers[2] + numbers[3] <= numbers[0]
        else { return nil }
        (jobs, nodes, running) = (numbers[0], numbers[1], numbers[2])
        (queued, tasksPerJob, tellsUse) = (numbers[3], numbers[4], numbers[5] != 0)
    }
}

/// Appends the value of a property of the row at an index.
typealias PropertyWriter = (_ index: Int, _ bytes: inout [UInt8]) -> Void

/// The jobs of a prepared cluster, in the order of their ids.
///
/// Most have ended, evenly over five days; the last ones run or wait.
struct PreparedJobs: Sendable {
    private struct Job {
        var state: State
        // Unix seconds; 0 where there is no such time.
        var submit: UInt32
        var start: UInt32
        var end: UInt32
        var change: UInt32
    }

    private enum State: String {
        case finished = "Finished"
        case failed = "Failed"
        case canceled = "Canceled"
        case queued = "Queued"
        case running = "Running"
    }

    private static let firstID = 1000
    private static let history: UInt32 = 5 * 86_400
    /// The time between two batches of changes, in seconds: the exporter's default interval.
    private static let changeInterval: UInt32 = 30

    private var jobs: [Job] = []
    private let endedCount: Int
    private let size: ClusterSize
    /// The newest change of any job, in Unix seconds.
    private var newestChange: UInt32 = 1_764_000_000

    init(_ size: ClusterSize) {
        self.size = size
        endedCount = size.jobs - size.running - size.queued
        jobs.reserveCapacity(size.jobs)
        for index in 0..<size.jobs {
            let run = UInt32(30 + (index * 31) % 7200)
            let wait = UInt32((index * 17) % 900)
            if index < endedCount {
                let age = Self.history - UInt32(Int(Self.history) * index / size.jobs)
                let end = newestChange - age
                let states = [State.failed, .canceled]
                jobs.append(
                    Job(
                        state: index % 10 < 8 ? .finished : states[index % 10 - 8],
                        submit: end - run - wait,
                        start: end - run,
                        end: end,
                        change: end
                    )
                )
            } else {
                // Active jobs last changed within six hours, but not just now.
                let change = newestChange - UInt32(600 + (index * 7919) % 21_000)
                let isQueued = index >= size.jobs - size.queued
                jobs.append(
                    Job(
                        state: isQueued ? .queued : .running,
                        submit: isQueued ? change : change - wait,
                        start: isQueued ? 0 : change,
                        end: 0,
                        change: change
                    )
                )
            }
        }
        if endedCount > 0 { jobs[endedCount - 1].change = newestChange }
    }

    var indices: Range<Int> { jobs.indices }

    /// Returns the index of the job with an id.
    func index(ofID id: Int) -> Int? {
        let index = id - Self.firstID
        return jobs.indices.contains(index) ? index : nil
    }

    /// The change time of the job at an index, in Unix seconds.
    func changeTime(_ index: Int) -> UInt32 { jobs[index].change }

    /// The state of the job at an index, as the API spells it.
    func state(_ index: Int) -> String { jobs[index].state.rawValue }

    /// Requeues the newest of the jobs that have ended, or ends them when they were requeued before.
    ///
    /// - Returns: The indices of the changed jobs.
    mutating func change(_ count: Int) -> Range<Int> {
        newestChange += Self.changeInterval
        let changed = max(0, endedCount - count)..<endedCount
        for index in changed {
            let isQueued = jobs[index].state == .queued
            jobs[index].state = isQueued ? .finished : .queued
            jobs[index].start = isQueued ? newestChange - 20 : 0
            jobs[index].end = isQueued ? newestChange : 0
            jobs[index].change = newestChange
        }
        return changed
    }

    /// Returns the writer of a property; `nil` for an unknown one.
    func writer(_ property: Substring) -> PropertyWriter? {
        switch property {
        case "Id": { $1.append(decimal: Self.firstID + $0) }
        case "State": { $1 += jobs[$0].state.rawValue.utf8 }
        case "NodeGroups": { $1 += PreparedGroups.list(of: $0) }
        case "SubmitTime": { $1.append(time: jobs[$0].submit) }
        case "StartTime": { $1.append(time: jobs[$0].start) }
        case "EndTime": { $1.append(time: jobs[$0].end) }
        case "ChangeTime": { $1.append(time: jobs[$0].change) }
        case "UnitType": { $1 += "Core".utf8 }
        case "MinCores": { $1.append(decimal: 1 + $0 % 16) }
        case "MinSockets", "MinNodes": { $1.append(decimal: 1 + $0 % 2) }
        case "HoldUntil": { _, _ in }
        case "CurrentCoreCount" where size.tellsUse:
            { $1.append(decimal: jobs[$0].state == .running ? 1 + $0 % 16 : 0) }
        case _ where size.tellsUse && property.hasSuffix("TaskCount"):
            { $1.append(decimal: taskCount(property.dropLast("TaskCount".count))) }
        default: nil
        }
    }

    /// The number of each job's tasks in a state, as ``PreparedTasks`` lists them.
    private func taskCount(_ state: Substring) -> Int {
        switch state {
        case "Running": min(PreparedTasks.running, size.tasksPerJob)
        case "Finished": max(0, size.tasksPerJob - PreparedTasks.running)
        default: 0
        }
    }
}

/// The tasks of one job of a prepared cluster, which changed one after the other, a minute apart.
struct PreparedTasks {
    /// The tasks of each job that run.
    static let running = 4

    let job: Int
    let count: Int
    /// When the last of them changed, in Unix seconds.
    let newestChange: UInt32

    /// Returns the indices of the tasks that changed at a time, in Unix seconds, or later.
    func changed(since time: UInt32) -> Range<Int> {
        guard time > 0 else { return 0..<count }
        guard time <= newestChange else { return count..<count }
        return max(0, count - 1 - Int(newestChange - time) / 60)..<count
    }

    /// Returns the writer of a property; `nil` for an unknown one.
    func writer(_ property: Substring) -> PropertyWriter? {
        switch property {
        case "TaskId":
            { index, bytes in
                bytes.append(decimal: job)
                bytes.append(UInt8(ascii: "."))
                bytes.append(decimal: index + 1)
            }
        case "JobTaskId": { $1.append(decimal: $0 + 1) }
        case "InstanceId": { _, bytes in bytes.append(decimal: 0) }
        case "State": { $1 += ($0 + Self.running < count ? "Finished" : "Running").utf8 }
        case "ChangeTime": { $1.append(time: newestChange - UInt32(count - 1 - $0) * 60) }
        default: nil
        }
    }
}

/// The nodes of a prepared cluster.
struct PreparedNodes: Sendable {
    private static let states = ["Online", "Online", "Online", "Draining", "Offline"]

    let count: Int
    /// The nodes that are in another state than at first.
    private var changed = 0..<0

    init(_ count: Int) { self.count = count }

    /// Brings some nodes to another state, or back to that of the start.
    mutating func change(_ count: Int) {
        changed = changed.isEmpty ? 0..<min(count, self.count) : 0..<0
    }

    private static func name(_ index: Int, to bytes: inout [UInt8]) {
        bytes += "NODE-".utf8
        bytes.append(decimal: 10_000 + index)
    }

    /// The answer of `/cluster/nodes/metrics`.
    var figures: [UInt8] {
        var bytes = [UInt8(ascii: "[")]
        for index in 0..<count {
            bytes += (index == 0 ? "{\"NodeName\":\"" : ",{\"NodeName\":\"").utf8
            Self.name(index, to: &bytes)
            bytes += "\",\"Metrics\":{\"HPCCoresInUse\":".utf8
            bytes.append(decimal: index % 16)
            bytes += ",\"HPCCpuUsage\":".utf8
            bytes.append(decimal: index % 100)
            bytes += "}}".utf8
        }
        return bytes + [UInt8(ascii: "]")]
    }

    /// Returns the writer of a property; `nil` for an unknown one.
    func writer(_ property: Substring) -> PropertyWriter? {
        switch property {
        case "Id": { $1.append(decimal: $0 + 1) }
        case "Name":
            { Self.name($0, to: &$1) }
        case "State":
            { index, bytes in
                let place = changed.contains(index) ? index + 1 : index
                bytes += Self.states[place % Self.states.count].utf8
            }
        case "Reachable": { $1 += ($0 % 50 == 7 ? "False" : "True").utf8 }
        case "NodeGroups": { $1 += PreparedGroups.list(of: $0) }
        case "NumCores": { $1.append(decimal: 16 << ($0 % 3)) }
        case "NumSockets": { $1.append(decimal: 1 + $0 % 2) }
        case "MemorySize": { $1.append(decimal: 65_536 << ($0 % 3)) }
        case "Availability": { _, bytes in bytes += "AlwaysOn".utf8 }
        case "Location": { _, bytes in bytes += "OnPremise".utf8 }
        case "OnlineTime": { $1.append(time: 1_763_000_000 + UInt32($0) * 61) }
        default: nil
        }
    }
}

/// The node groups of a prepared cluster.
enum PreparedGroups {
    static let names = ["ComputeNodes", "HeadNodes"] + (1...18).map { "Rack\($0)" }

    private static let lists = [[]] + names.dropFirst().map { Array("ComputeNodes,\($0)".utf8) }

    /// Returns the names of the groups of the job or node at an index, separated by commas.
    static func list(of index: Int) -> [UInt8] { lists[index / 3 % lists.count] }

    /// Returns the writer of a property; `nil` for an unknown one.
    static func writer(_ property: Substring) -> PropertyWriter? {
        switch property {
        case "Id": { $1.append(decimal: $0 + 1) }
        case "Name": { $1 += names[$0].utf8 }
        case "Description": { _, _ in }
        case "Managed": { _, bytes in bytes += "True".utf8 }
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends a number that is not negative.
    fileprivate mutating func append(decimal value: Int) {
        if value >= 10 { append(decimal: value / 10) }
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }

    /// Appends a time in UTC in the pattern `M/d/yyyy h:mm:ss tt`, or nothing for one that was never set.
    ///
    /// - Parameter seconds: Unix seconds; 0 for a time that was never set.
    fileprivate mutating func append(time seconds: UInt32) {
        guard seconds != 0 else { return }
        let time = CivilTime(unixSeconds: Int(seconds))
        for (number, separator) in [
            (time.date.month, "/"), (time.date.day, "/"), (time.date.year, " "),
            ((time.hour + 11) % 12 + 1, time.minute < 10 ? ":0" : ":"),
            (time.minute, time.second < 10 ? ":0" : ":"),
            (time.second, time.hour < 12 ? " AM" : " PM"),
        ] {
            append(decimal: number)
            self += separator.utf8
        }
    }
}
