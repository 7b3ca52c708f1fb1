import TestSupport

extension ModelCluster {
    /// Lets something happen, unless the cluster holds nothing that it could happen to.
    mutating func apply(_ event: HistoryEvent) {
        now += event.wait
        if isReading { wasDisturbed = true }
        var random = SeededRandom(event.seed)
        switch event.kind {
        case .submit: submit(&random)
        case .flash:
            change(submitted(&random)) { cluster, job in
                cluster.begin(&job)
                cluster.now += random.pick([0, 0, 7, 40])
                cluster.end(&job, random.pick(["Finished", "Failed"]), .end)
            }
        case .step: change(event.seed, \.isActive) { $0.step(&$1, &random) }
        case .finish:
            change(event.seed, { $0.state == "Running" || $0.state == "Finishing" }) {
                $0.end(&$1, "Finished", .end)
            }
        case .fail: change(event.seed, { $0.state == "Running" }) { $0.end(&$1, "Failed", .end) }
        case .cancel: change(event.seed, \.isActive) { $0.cancel(&$1, &random) }
        case .requeue: change(event.seed, Self.canRequeue) { $0.requeue(&$1) }
        case .bounce:
            change(event.seed, Self.canRequeue) { cluster, job in
                cluster.requeue(&job)
                cluster.now += random.pick([0, 3])
                cluster.begin(&job)
                cluster.now += random.pick([0, 30])
                cluster.end(&job, random.pick(["Finished", "Failed", job.state]), .end)
            }
        case .purge: purge(event.seed)
        case .move:
            change(event.seed, { _ in true }) { cluster, job in
                job.groups = cluster.someGroups(&random)
                cluster.stamp(&job, .move)
            }
        case .touch: change(event.seed, { _ in true }) { $0.stamp(&$1, .touch) }
        case .churn: change(event.seed, \.isActive) { $0.churn(&$1, &random) }
        case .odd:
            change(event.seed, \.isActive) { cluster, job in
                job.state = "Suspended"
                cluster.stamp(&job, .step)
            }
        case .node: changeNodes(&random)
        case .group: changeGroups(&random)
        case .cluster: templates = random.number(0...5)
        case .clock:
            guard behavior.clockSteps else { return }
            now += random.pick([-3600, -3600, 3600, -7, 7200])
        }
    }

    private static func canRequeue(_ job: ModelJob) -> Bool {
        job.state == "Failed" || job.state == "Canceled"
    }

    private mutating func change(
        _ seed: UInt64,
        _ suits: (ModelJob) -> Bool,
        _ body: (inout ModelCluster, inout ModelJob) -> Void
    ) {
        guard let id = pick(seed, suits), let job = jobs[id] else { return }
        change(job, body)
    }

    private mutating func change(
        _ job: ModelJob,
        _ body: (inout ModelCluster, inout ModelJob) -> Void
    ) {
        let before = jobs[job.id]?.changes ?? 0
        var job = job
        body(&self, &job)
        settle(job, changes: before)
    }

    // MARK: Jobs

    /// Names groups as jobs do: none, some, one twice, in other letter case, and some that no list holds.
    func someGroups(_ random: inout SeededRandom) -> [String] {
        (0..<random.pick([0, 0, 1, 1, 2, 3])).map { _ in
            let name = random.pick(Self.groupNames + ["Elsewhere"])
            return random.pick([name, name, name.lowercased(), name.uppercased()])
        }
    }

    private mutating func submitted(_ random: inout SeededRandom) -> ModelJob {
        nextJob += random.pick([0, 0, 0, 1, 40])
        var job = ModelJob(id: nextJob)
        nextJob += 1
        job.created = now
        job.groups = someGroups(&random)
        for _ in 0..<random.pick([0, 1, 2, 4]) { addTask(&job, &random) }
        stamp(&job, .submit)
        return job
    }

    private mutating func submit(_ random: inout SeededRandom) {
        let steps = random.pick([0, 1, 3, 3, 4, 4])
        change(submitted(&random)) { cluster, job in
            for _ in 0..<steps where job.isActive { cluster.step(&job, &random) }
        }
    }

    /// Goes the natural way of a job.
    private mutating func step(_ job: inout ModelJob, _ random: inout SeededRandom) {
        switch job.state {
        case "Configuring":
            job.state = "Submitted"
            job.submit = now
            stamp(&job, .step)
        case "Submitted":
            job.state = random.pick(["Validating", "ExternalValidation"])
            stamp(&job, .step)
        case "Validating", "ExternalValidation", "Suspended":
            job.state = "Queued"
            if job.submit == 0 { job.submit = now }
            stamp(&job, .step)
        case "Queued": begin(&job)
        case "Running":
            if random.chance(of: 3) {
                job.state = "Finishing"
                stamp(&job, .step)
            } else {
                end(&job, random.pick(["Finished", "Finished", "Failed"]), .end)
            }
        case "Canceling": end(&job, "Canceled", .cancel)
        default: end(&job, "Finished", .end)
        }
    }

    private mutating func begin(_ job: inout ModelJob) {
        if job.submit == 0 { job.submit = now }
        job.state = "Running"
        job.start = now
        stamp(&job, .start)
        setTasks(&job) { $0 == "Queued" || $0 == "Configuring" ? "Running" : $0 }
    }

    private mutating func end(_ job: inout ModelJob, _ state: String, _ kind: ChangeKind) {
        job.state = state
        job.end = now
        stamp(&job, kind)
        setTasks(&job) { ModelJob.terminal.contains($0) ? $0 : state }
    }

    /// A job that runs is Canceling for a while; one that waits is Canceled at once, or not.
    private mutating func cancel(_ job: inout ModelJob, _ random: inout SeededRandom) {
        if job.state != "Canceling", job.state == "Running" || random.chance(of: 2) {
            job.state = "Canceling"
            stamp(&job, .cancel)
            setTasks(&job) { $0 == "Running" || $0 == "Dispatching" ? "Canceling" : $0 }
        } else {
            end(&job, "Canceled", .cancel)
        }
    }

    private mutating func requeue(_ job: inout ModelJob) {
        job.state = "Queued"
        job.requeues += 1
        if behavior.requeueClearsTimes { (job.start, job.end) = (0, 0) }
        if behavior.requeueSubmitsAnew { job.submit = now }
        stamp(&job, .requeue)
        setTasks(&job) { $0 == "Finished" ? $0 : "Queued" }
    }

    private mutating func purge(_ seed: UInt64) {
        let id = pick(seed) { $0.isTerminal || $0.state == "Configuring" }
        guard let id, let job = jobs.removeValue(forKey: id) else { return }
        ghosts.append(job)
    }

    // MARK: Nodes and groups

    private mutating func changeNodes(_ random: inout SeededRandom) {
        guard !nodes.isEmpty, !random.chance(of: 4) else {
            var node = ModelNode(id: nextNode, name: "CN\(nextNode)")
            nextNode += random.number(1...3)
            node.online = random.chance(of: 3) ? 0 : now
            node.cores = random.number(0...128)
            node.sockets = random.chance(of: 3) ? nil : random.number(1...4)
            node.memory = random.chance(of: 3) ? nil : random.number(1...1_000_000)
            node.availability = random.pick(["AlwaysOn", "Available", ""])
            node.location = random.pick(["OnPremise", "Azure", ""])
            node.groups = someGroups(&random)
            nodes.insert(node, at: random.number(0...nodes.count))
            return
        }
        let place = random.number(0...(nodes.count - 1))
        switch random.number(0...5) {
        case 0: nodes.remove(at: place)
        case 1: nodes[place].isReachable.toggle()
        case 2: nodes[place].groups = someGroups(&random)
        case 3: nodes[place].cores = random.number(0...64)
        default: nodes[place].state = random.pick(["Online", "Offline", "Draining", "Rejected"])
        }
    }

    /// A group comes, goes, or is spelled in another way.
    private mutating func changeGroups(_ random: inout SeededRandom) {
        let name = random.pick(Self.groupNames)
        if let place = groups.firstIndex(where: { $0.lowercased() == name.lowercased() }) {
            if random.chance(of: 2) {
                groups.remove(at: place)
            } else {
                groups[place] = random.pick([name, name.uppercased()])
            }
        } else {
            groups.insert(name, at: random.number(0...groups.count))
        }
    }
}
