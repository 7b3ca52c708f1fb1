/// The counting of the truth, row by row: no count is kept from one second to the next.
extension Cluster {
    /// Returns the true counts; those of the tasks of ended jobs take seconds in a cluster of a million jobs.
    func truth(countsAllTasks: Bool) -> Truth {
        var truth = Truth()
        truth.now = Int64(now)
        truth.version = product.version
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
        truth.byOwner = breakdown(owner(of:))
        truth.byProject = breakdown { [project(of: $0)].map { $0.isEmpty ? "(none)" : $0 }[0] }
        truth.byTemplate = breakdown { templates[Int($0.template)] }
        truth.byPriority = breakdown(\.priorityName)
        truth.activeTasks = countTasks(of: jobs.filter { !$0.state.isTerminal }, named, groupNames)
        if countsAllTasks { truth.allTasks = countTasks(of: jobs, named, groupNames) }
        truth.flow = log.flow(spelling: &spelling, listed: truth.nodeGroups)
        return truth
    }

    private func countNodes(into truth: inout Truth) {
        let none = product.nodeStates
        let zero = Truth.NodeCount(
            byState: none,
            coresByState: none,
            byHealth: Dictionary(uniqueKeysWithValues: NodeHealth.allCases.map { ($0.name, 0) })
        )
        func count(_ node: Node, _ state: String, _ health: String, in count: inout Truth.NodeCount)
        {
            count.byState[state, default: 0] += 1
            count.coresByState[state, default: 0] += node.cores
            count.byHealth[health, default: 0] += 1
            if !node.isReachable { count.unreachable += 1 }
            guard let inUse = coresInUse(node) else { return }
            count.coresInUse = (count.coresInUse ?? 0) + inUse
        }
        truth.nodes = zero
        truth.ungroupedNodes = none
        for group in groups { truth.nodesByGroup[group.name] = zero }
        for (position, node) in nodes.enumerated() {
            let isOfClusterNodes = product == .hpcPack2019
            let state = isOfClusterNodes ? deployment(ofNode: position).name : node.state.name
            let health = health(ofNode: position).name
            count(node, state, health, in: &truth.nodes)
            if node.groups.isEmpty { truth.ungroupedNodes[state, default: 0] += 1 }
            for group in node.groups {
                count(
                    node,
                    state,
                    health,
                    in: &truth.nodesByGroup[groups[group].name, default: zero]
                )
            }
            truth.nodeDetails.append(
                Truth.NodeDetail(
                    name: node.name,
                    state: state,
                    health: health,
                    isReachable: node.isReachable,
                    availability: node.availability.rawValue,
                    location: isOfClusterNodes
                        ? location(ofNode: position).value : node.location.rawValue,
                    template: template(ofNode: position),
                    cores: node.cores,
                    coresInUse: coresInUse(node),
                    processorUsageRatio: processorUsage(ofNode: position).map { $0 / 100 },
                    sockets: node.sockets,
                    memoryMiB: node.memoryMiB,
                    onlineTime: node.onlineTime == 0 ? nil : Int64(node.onlineTime),
                    groups: node.groups.map { groups[$0].name }
                )
            )
        }
    }

    /// Returns the cores of a node that jobs hold; `nil` when no call of the product tells.
    ///
    /// The metrics of HPC Pack 2019 leave out nodes that cannot be reached, the properties of 2016 do not.
    private func coresInUse(_ node: Node) -> Int? {
        node.isReachable || product == .hpcPack2016 ? node.coresInUse : nil
    }

    private func countJobs(
        into truth: inout Truth,
        named: Set<String>,
        _ groupNames: [Int: [String]]
    ) {
        let none = Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.name, 0) })
        truth.jobs = none
        truth.ungroupedJobs = none
        let noUnits = Dictionary(
            uniqueKeysWithValues: ResourceUnit.allCases.map { ($0.name.lowercased(), 0) }
        )
        truth.queuedResources = noUnits
        truth.pendingJobs = Dictionary(
            uniqueKeysWithValues: PendingReason.allCases.map { ($0.name, 0) }
        )
        for name in named {
            truth.jobsByGroup[name] = none
            truth.allocatedCoresByGroup[name] = 0
            truth.queuedResourcesByGroup[name] = noUnits
            truth.heldJobsByGroup[name] = 0
        }
        let waiting = jobs.filter { $0.state == .queued && obstacle(to: $0) == nil }
        let first = waiting.min {
            (Int($1.expandedPriority), $0.submitTime, $0.id)
                < (Int($0.expandedPriority), $1.submitTime, $1.id)
        }
        for job in jobs {
            let state = job.state.name
            let names = groupNames[Int(job.groups)] ?? []
            truth.jobs[state, default: 0] += 1
            if names.isEmpty { truth.ungroupedJobs[state, default: 0] += 1 }
            for name in names { truth.jobsByGroup[name]?[state, default: 0] += 1 }
            countResources(of: job, names, firstWaiting: first, into: &truth)
            // A held job waits for its time, not for resources.
            guard job.state == .queued, job.submitTime != 0, holdUntil(of: job) <= now else {
                continue
            }
            let time = Int64(job.submitTime)
            truth.oldestQueuedSubmitTime = min(truth.oldestQueuedSubmitTime ?? time, time)
            for name in names {
                let oldest = truth.oldestQueuedSubmitTimeByGroup[name] ?? time
                truth.oldestQueuedSubmitTimeByGroup[name] = min(oldest, time)
            }
        }
    }

    private func countResources(
        of job: Job,
        _ names: [String],
        firstWaiting: Job?,
        into truth: inout Truth
    ) {
        if job.state.holdsCores {
            let cores = (tasks[job.id]?.allocation ?? []).reduce(0) { $0 + $1.cores }
            truth.allocatedCores += cores
            if names.isEmpty { truth.ungroupedAllocatedCores += cores }
            for name in names { truth.allocatedCoresByGroup[name, default: 0] += cores }
        }
        guard job.state == .queued else { return }
        let least = leastResources(of: job)
        let unit = least.unit.name.lowercased()
        truth.queuedResources[unit, default: 0] += least.count
        for name in names {
            truth.queuedResourcesByGroup[name]?[unit, default: 0] += least.count
        }
        let reason = pendingReason(of: job, first: firstWaiting)
        truth.pendingJobs[reason.name, default: 0] += 1
        guard holdUntil(of: job) > now else { return }
        truth.heldJobs += 1
        if names.isEmpty { truth.ungroupedHeldJobs += 1 }
        for name in names { truth.heldJobsByGroup[name, default: 0] += 1 }
    }

    /// Counts jobs and their cores by one thing that they have.
    private func breakdown(_ value: (Job) -> String) -> Truth.Breakdown {
        let none = Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.name, 0) })
        // Letter case does not matter; the job with the lowest id decides on the spelling.
        var spellings: [String: String] = [:]
        var folded: [String: String] = [:]
        var found = Truth.Breakdown()
        for job in jobs {
            let text = value(job)
            let spelled: String
            if let known = spellings[text] {
                spelled = known
            } else {
                spelled = folded[text.lowercased()] ?? text
                folded[text.lowercased()] = spelled
                spellings[text] = spelled
            }
            found.jobs[spelled, default: none][job.state.name, default: 0] += 1
            let cores = job.state.holdsCores ? tasks[job.id]?.coresAllocated ?? 0 : 0
            found.allocatedCores[spelled, default: 0] += cores
        }
        return found
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

extension SimulatorConfiguration.Product {
    /// The states of nodes that its preferred call tells, each with 0.
    fileprivate var nodeStates: [String: Int] {
        let names = self == .hpcPack2019 ? DeploymentState.names : NodeState.names
        return Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
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
