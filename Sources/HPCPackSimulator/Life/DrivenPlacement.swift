/// What driven jobs need of the cluster, and where they may have it.
extension Cluster {
    /// Validates a job and notes what it needs.
    ///
    /// - Returns: why the job cannot run, or nil.
    mutating func validate(jobAt position: Int) -> String? {
        let job = jobs[position]
        guard let notes = driven[job.id], notes.isMadeByAPI else { return nil }
        for name in groupLists.names[Int(job.groups)]
        where !groups.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            return "The node group '\(name)' does not exist."
        }
        let demand = Self.demand(of: notes, rows: tasks[job.id]?.rows ?? [])
        let largest = notes.tasks.values.map { $0.weight(in: demand.unit) }.max() ?? 1
        guard largest <= demand.maximum else {
            return "A task asks for more resources than the job may have."
        }
        let capacity = alternatives(for: job, notes).map { nodes in
            nodes.reduce(0) { $0 + units(of: self.nodes[$1], in: demand.unit) }
        }
        let widest =
            notes.flag(.singleNode)
            ? alternatives(for: job, notes).joined()
                .map { units(of: nodes[$0], in: demand.unit) }.max() ?? 0
            : capacity.max() ?? 0
        guard max(demand.minimum, largest) <= widest else {
            return "The cluster does not have the resources that the job asks for."
        }
        do throws(MalformedText) {
            driven[job.id]?.dependencies = try notes.allDependencies()
        } catch {
            return error.message
        }
        // Placed with what the largest task needs, or that task would never start.
        driven[job.id]?.demand = ResourceDemand(
            unit: demand.unit,
            minimum: max(demand.minimum, largest),
            maximum: demand.maximum
        )
        jobs[position].minCores = UInt16(clamping: demand.minimum)
        jobs[position].maxCores = UInt16(clamping: demand.maximum)
        return nil
    }

    /// What was set, or what the tasks add up to where the scheduler is to work it out.
    static func demand(of notes: DrivenJob, rows: [TaskRow]) -> ResourceDemand {
        let unit = ResourceUnit(named: notes.settings[.unitType])
        let set = (
            min: notes.flag(.autoCalculateMin) ? nil : notes.integer(unit.jobBounds.min),
            max: notes.flag(.autoCalculateMax) ? nil : notes.integer(unit.jobBounds.max)
        )
        let least = notes.tasks.values.map { $0.weight(in: unit) }.max() ?? 1
        let sum = notes.tasks.values.reduce(0) { sum, task in
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

    /// The sets of nodes that the job may run on; it runs on one of them (`NodeGroupOp`).
    private func alternatives(for job: Job, _ notes: DrivenJob) -> [[Int]] {
        let listed = groupLists.listed[Int(job.groups)]
        let sets: [[Int]]
        switch notes.text(.nodeGroupOp) {
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
            guard let text = notes.settings[property], !text.isEmpty else { return nil }
            return Set(text.lowercased().split(separator: ",").map(String.init))
        }
        let wanted = names(.requestedNodes)
        let unwanted = names(.excludedNodes)
        let minMemory = notes.integer(.minMemory) ?? 0
        let maxMemory = notes.integer(.maxMemory).flatMap { $0 > 0 ? $0 : nil } ?? .max
        let minCores = notes.integer(.minCoresPerNode) ?? 0
        let maxCores = notes.integer(.maxCoresPerNode).flatMap { $0 > 0 ? $0 : nil } ?? .max
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

    private func units(of node: Node, in unit: ResourceUnit) -> Int {
        switch unit {
        case .core: node.cores
        case .socket: node.sockets
        case .node: 1
        }
    }

    /// Starts a queued job if there is room.
    mutating func startDriven(jobAt position: Int) -> Bool {
        let job = jobs[position]
        guard let notes = driven[job.id], let demand = notes.demand else { return false }
        if let hold = notes.integer(.holdUntil), hold > Int(now) { return false }
        nextNode &+= 7
        for nodes in alternatives(for: job, notes) where !nodes.isEmpty {
            if let (shares, slots) = freeShares(demand, notes, among: nodes) {
                start(jobAt: position, on: shares, slots: slots)
                return true
            }
        }
        return false
    }

    mutating func start(jobAt position: Int, on shares: [JobTasks.Share], slots: Int) {
        dequeue(jobs[position])
        hold(shares)
        drive(jobAt: position) { $0.start(on: shares, slots: slots) }
    }

    private func freeShares(
        _ demand: ResourceDemand,
        _ notes: DrivenJob,
        among candidates: [Int]
    ) -> (shares: [JobTasks.Share], slots: Int)? {
        var shares: [JobTasks.Share] = []
        var missing = demand.maximum
        let isAlone = notes.flag(.isExclusive) || demand.unit == .node
        let first = nextNode % candidates.count
        for offset in candidates.indices {
            let position = candidates[(first + offset) % candidates.count]
            let node = nodes[position]
            let free = Int(freeCores[position])
            guard free > 0, !isAlone || free == node.cores else { continue }
            let perUnit = max(1, node.cores / units(of: node, in: demand.unit))
            let taken = min(missing, free / perUnit)
            guard taken > 0 else { continue }
            let share = JobTasks.Share(node: position, cores: isAlone ? free : taken * perUnit)
            if notes.flag(.singleNode) {
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
