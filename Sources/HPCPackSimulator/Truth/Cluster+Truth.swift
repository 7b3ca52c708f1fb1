/// The counting of the truth, row by row: no count is kept from one second to the next.
extension Cluster {
    /// Returns the true counts; those of the tasks of ended jobs take seconds in a cluster of a million jobs.
    func truth(countsAllTasks: Bool) -> Truth {
        var truth = Truth()
        truth.now = Int64(now)
        truth.version = version
        truth.activeHeadNode = headNode
        truth.jobTemplates = templates
        truth.nodeGroups = groups.map(\.name)
        countNodes(into: &truth)
        var spelling = GroupNames(listed: truth.nodeGroups)
        // Lists are spelled in the order in which jobs, by id, first use them.
        var groupNames: [Int: [String]] = [:]
        for job in jobs where groupNames[Int(job.groups)] == nil {
            let text = groupLists.texts[Int(job.groups)]
            groupNames[Int(job.groups)] = spelling.groups(in: text)
        }
        let named = Set(truth.nodeGroups).union(groupNames.values.joined())
        countJobs(into: &truth, named: named, groupNames)
        truth.activeTasks = countTasks(of: jobs.filter { !$0.state.isTerminal }, named, groupNames)
        if countsAllTasks { truth.allTasks = countTasks(of: jobs, named, groupNames) }
        truth.flow = log.flow(spelling: &spelling, listed: truth.nodeGroups)
        return truth
    }

    private func countNodes(into truth: inout Truth) {
        let none = Dictionary(uniqueKeysWithValues: NodeState.allCases.map { ($0.name, 0) })
        let zero = Truth.NodeCount(byState: none, coresByState: none)
        func count(_ node: Node, in count: inout Truth.NodeCount) {
            count.byState[node.state.name, default: 0] += 1
            count.coresByState[node.state.name, default: 0] += node.cores
            if !node.isReachable { count.unreachable += 1 }
        }
        truth.nodes = zero
        truth.ungroupedNodes = none
        for group in groups { truth.nodesByGroup[group.name] = zero }
        for node in nodes {
            count(node, in: &truth.nodes)
            if node.groups.isEmpty { truth.ungroupedNodes[node.state.name, default: 0] += 1 }
            for group in node.groups {
                count(node, in: &truth.nodesByGroup[groups[group].name, default: zero])
            }
            truth.nodeDetails.append(
                Truth.NodeDetail(
                    name: node.name,
                    state: node.state.name,
                    isReachable: node.isReachable,
                    availability: node.availability.rawValue,
                    location: node.location.rawValue,
                    cores: node.cores,
                    sockets: node.sockets,
                    memoryMiB: node.memoryMiB,
                    onlineTime: node.onlineTime == 0 ? nil : Int64(node.onlineTime),
                    groups: node.groups.map { groups[$0].name }
                )
            )
        }
    }

    private func countJobs(
        into truth: inout Truth,
        named: Set<String>,
        _ groupNames: [Int: [String]]
    ) {
        let none = Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.name, 0) })
        truth.jobs = none
        truth.ungroupedJobs = none
        for name in named { truth.jobsByGroup[name] = none }
        for job in jobs {
            let state = job.state.name
            let names = groupNames[Int(job.groups)] ?? []
            truth.jobs[state, default: 0] += 1
            if names.isEmpty { truth.ungroupedJobs[state, default: 0] += 1 }
            for name in names { truth.jobsByGroup[name]?[state, default: 0] += 1 }
            guard job.state == .queued, job.submitTime != 0 else { continue }
            let time = Int64(job.submitTime)
            truth.oldestQueuedSubmitTime = min(truth.oldestQueuedSubmitTime ?? time, time)
            for name in names {
                let oldest = truth.oldestQueuedSubmitTimeByGroup[name] ?? time
                truth.oldestQueuedSubmitTimeByGroup[name] = min(oldest, time)
            }
        }
    }

    private func countTasks(
        of jobs: [Job],
        _ named: Set<String>,
        _ groupNames: [Int: [String]]
    ) -> Truth.TaskCount {
        let none = Dictionary(uniqueKeysWithValues: TaskState.allCases.map { ($0.name, 0) })
        var count = Truth.TaskCount(byState: none, ungrouped: none)
        for name in named { count.byGroup[name] = none }
        for job in jobs {
            let names = groupNames[Int(job.groups)] ?? []
            let sweeps = sweeps(of: job)
            for row in tasks(of: job).rows where sweeps.lists(row) {
                let state = row.state.name
                count.byState[state, default: 0] += 1
                if names.isEmpty { count.ungrouped[state, default: 0] += 1 }
                for name in names { count.byGroup[name]?[state, default: 0] += 1 }
            }
        }
        return count
    }
}

extension EventLog {
    func flow(spelling: inout GroupNames, listed: [String]) -> Truth.Flow {
        let ends: [Kind] = [.finished, .failed, .canceled]
        let none = Dictionary(uniqueKeysWithValues: ends.map { ($0.rawValue, 0) })
        var flow = Truth.Flow(mark: mark, completed: none, isOverfull: isOverfull)
        flow.runTimes = Dictionary(uniqueKeysWithValues: ends.map { ($0.rawValue, []) })
        for name in listed {
            flow.completedByGroup[name] = none
            flow.queueWaitsByGroup[name] = []
        }
        for entry in entries {
            let names = spelling.groups(in: entry.nodeGroups)
            if entry.kind == .started, let submit = entry.submitTime, let start = entry.startTime {
                flow.queueWaits.append(start - submit)
                for name in names {
                    flow.queueWaitsByGroup[name, default: []].append(start - submit)
                }
            }
            guard ends.contains(entry.kind) else { continue }
            flow.completed[entry.kind.rawValue, default: 0] += 1
            for name in names {
                flow.completedByGroup[name, default: none][entry.kind.rawValue, default: 0] += 1
            }
            if let start = entry.startTime, let end = entry.endTime {
                flow.runTimes[entry.kind.rawValue, default: []].append(end - start)
            }
        }
        return flow
    }
}

/// The spelling under which a group is counted.
struct GroupNames {
    private var names: [String: String] = [:]

    init(listed: [String]) {
        for name in listed { names[name.lowercased()] = name }
    }

    /// Returns the distinct names in a `NodeGroups` text; one that is new keeps its spelling.
    mutating func groups(in text: String) -> [String] {
        var found: [String] = []
        for part in text.split(separator: ",") {
            let folded = part.lowercased()
            let name = names[folded, default: String(part)]
            names[folded] = name
            if !found.contains(name) { found.append(name) }
        }
        return found
    }
}
