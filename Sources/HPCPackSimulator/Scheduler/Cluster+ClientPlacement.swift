/// The resources that client jobs need, and the nodes that they may run on.
extension Cluster {
    /// Validates a job, and computes what it needs.
    ///
    /// - Returns: Why the job cannot run; `nil` when it can.
    mutating func validate(jobAt position: Int) -> String? {
        let job = jobs[position]
        guard let clientJob = clientJobs[job.id], clientJob.isCreatedByClient else { return nil }
        for name in groupLists.names[Int(job.groups)]
        where !groups.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            return "The node group '\(name)' does not exist."
        }
        let demand = Self.demand(of: clientJob, rows: tasks[job.id]?.rows ?? [])
        let largest = clientJob.tasks.values.map { $0.weight(in: demand.unit) }.max() ?? 1
        guard largest <= demand.maximum else {
            return "A task asks for more resources than the job may have."
        }
        let capacity = alternatives(for: job, clientJob).map { nodes in
            nodes.reduce(0) { $0 + units(of: self.nodes[$1], in: demand.unit) }
        }
        let widest =
            clientJob.flag(.singleNode)
            ? alternatives(for: job, clientJob).joined()
                .map { units(of: nodes[$0], in: demand.unit) }.max() ?? 0
            : capacity.max() ?? 0
        guard max(demand.minimum, largest) <= widest else {
            return "The cluster does not have the resources that the job asks for."
        }
        do throws(MalformedText) {
            clientJobs[job.id]?.dependencies = try clientJob.allDependencies()
        } catch {
            return error.message
        }
        // With less than the largest task needs, that task would never start.
        clientJobs[job.id]?.demand = ResourceDemand(
            unit: demand.unit,
            minimum: max(demand.minimum, largest),
            maximum: demand.maximum
        )
        jobs[position].unit = demand.unit
        jobs[position].minUnits = UInt16(clamping: demand.minimum)
        jobs[position].maxUnits = UInt16(clamping: demand.maximum)
        return nil
    }

    /// Returns the demand that was set, or that of the tasks where it is to be calculated.
    static func demand(of clientJob: ClientJob, rows: [TaskRow]) -> ResourceDemand {
        let unit = ResourceUnit(named: clientJob.settings[.unitType])
        let set = (
            min: clientJob.flag(.autoCalculateMin) ? nil : clientJob.integer(unit.jobBounds.min),
            max: clientJob.flag(.autoCalculateMax) ? nil : clientJob.integer(unit.jobBounds.max)
        )
        let least = clientJob.tasks.values.map { $0.weight(in: unit) }.max() ?? 1
        let sum = clientJob.tasks.values.reduce(0) { sum, task in
            let copies = task.kind == .sweepMaster ? task.sweep.count : 1
            return min(sum + task.weight(in: unit) * copies, 1_000_000)
        }
        let minimum = set.min ?? min(least, set.max ?? least)
        return ResourceDemand(
            unit: unit,
            minimum: minimum,
            maximum: max(set.max ?? max(sum, least), minimum)
        )
    }

    /// Returns the sets of nodes of which the job may run on one (`NodeGroupOp`).
    private func alternatives(for job: Job, _ clientJob: ClientJob) -> [[Int]] {
        let listed = groupLists.listed[Int(job.groups)]
        let sets: [[Int]]
        switch clientJob.text(.nodeGroupOp) {
        case _ where listed.isEmpty: sets = [workload.anyNode]
        case "Uniform": sets = listed.map { members[$0] }
        case "Union": sets = [placements[Int(job.groups)].nodes]
        default:
            sets = [
                members[listed[0]].filter { node in
                    listed.allSatisfy { nodes[node].groups.contains($0) }
                }
            ]
        }
        func names(_ property: JobProperty) -> Set<String>? {
            guard let text = clientJob.settings[property], !text.isEmpty else { return nil }
            return Set(text.lowercased().split(separator: ",").map(String.init))
        }
        let wanted = names(.requestedNodes)
        let unwanted = names(.excludedNodes)
        let minMemory = clientJob.integer(.minMemory) ?? 0
        let maxMemory = clientJob.integer(.maxMemory).flatMap { $0 > 0 ? $0 : nil } ?? .max
        let minCores = clientJob.integer(.minCoresPerNode) ?? 0
        let maxCores = clientJob.integer(.maxCoresPerNode).flatMap { $0 > 0 ? $0 : nil } ?? .max
        return sets.map { set in
            set.filter { position in
                let node = nodes[position]
                return node.jobTypes != .headNode
                    && (wanted?.contains(node.name.lowercased()) ?? true)
                    && !(unwanted?.contains(node.name.lowercased()) ?? false)
                    && (minMemory...max(maxMemory, minMemory)).contains(node.memoryMiB)
                    && (minCores...max(maxCores, minCores)).contains(node.cores)
            }
        }
    }

    /// Returns how many cores of a node one unit takes.
    func cores(inOne unit: ResourceUnit, of node: Node) -> Int {
        max(1, node.cores / max(1, units(of: node, in: unit)))
    }

    private func units(of node: Node, in unit: ResourceUnit) -> Int {
        switch unit {
        case .core: node.cores
        case .socket: node.sockets
        case .node: 1
        }
    }

    /// Starts a queued job if enough resources are free.
    ///
    /// - Returns: Whether it was started.
    mutating func startClientJob(jobAt position: Int) -> Bool {
        let job = jobs[position]
        guard let clientJob = clientJobs[job.id], let demand = clientJob.demand else {
            return false
        }
        nextNode &+= 7
        for nodes in alternatives(for: job, clientJob) where !nodes.isEmpty {
            if let (shares, slots) = freeShares(demand, clientJob, among: nodes) {
                start(jobAt: position, on: shares, slots: slots)
                return true
            }
        }
        return false
    }

    mutating func start(jobAt position: Int, on shares: [JobTasks.Share], slots: Int) {
        dequeue(jobs[position])
        hold(shares)
        updateClientJob(at: position) { $0.start(on: shares, slots: slots) }
    }

    private func freeShares(
        _ demand: ResourceDemand,
        _ clientJob: ClientJob,
        among candidates: [Int]
    ) -> (shares: [JobTasks.Share], slots: Int)? {
        var shares: [JobTasks.Share] = []
        var missing = demand.maximum
        let isAlone = clientJob.flag(.isExclusive) || demand.unit == .node
        let first = nextNode % candidates.count
        for offset in candidates.indices {
            let position = candidates[(first + offset) % candidates.count]
            let node = nodes[position]
            let free = Int(freeCores[position])
            guard free > 0, !isAlone || free == node.cores else { continue }
            let perUnit = cores(inOne: demand.unit, of: node)
            let taken = min(missing, free / perUnit)
            guard taken > 0 else { continue }
            let share = JobTasks.Share(node: position, cores: isAlone ? free : taken * perUnit)
            if clientJob.flag(.singleNode) {
                if taken >= demand.minimum { return ([share], taken) }
                continue
            }
            shares.append(share)
            missing -= taken
            if missing == 0 { break }
        }
        let found = demand.maximum - missing
        return found >= demand.minimum ? (shares, found) : nil
    }
}
