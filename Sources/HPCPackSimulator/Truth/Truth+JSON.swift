/// The truth as JSON with sorted keys, so that the same truth gives the same bytes.
extension Truth {
    /// The JSON document that `GET /truth` answers.
    public var json: [UInt8] {
        var out = JSONWriter()
        out.object {
            $0.member("now") { $0.integer(now) }
            $0.member("version") { $0.string(version) }
            $0.member("activeHeadNode") { $0.string(activeHeadNode) }
            $0.member("jobTemplates") { $0.array(jobTemplates) { $0.string($1) } }
            $0.member("nodeGroups") { $0.array(nodeGroups) { $0.string($1) } }
            $0.member("nodes") { nodes.write(to: &$0) }
            $0.member("nodesByGroup") { $0.dictionary(nodesByGroup) { $1.write(to: &$0) } }
            $0.member("ungroupedNodes") { $0.counts(ungroupedNodes) }
            $0.member("nodeDetails") { $0.array(nodeDetails) { $1.write(to: &$0) } }
            $0.member("jobs") { $0.counts(jobs) }
            $0.member("jobsByGroup") { $0.dictionary(jobsByGroup) { $0.counts($1) } }
            $0.member("ungroupedJobs") { $0.counts(ungroupedJobs) }
            $0.member("oldestQueuedSubmitTime") { $0.integer(oldestQueuedSubmitTime) }
            $0.member("oldestQueuedSubmitTimeByGroup") {
                $0.dictionary(oldestQueuedSubmitTimeByGroup) { $0.integer($1) }
            }
            $0.member("heldJobs") { $0.integer(Int64(heldJobs)) }
            $0.member("heldJobsByGroup") { $0.counts(heldJobsByGroup) }
            $0.member("ungroupedHeldJobs") { $0.integer(Int64(ungroupedHeldJobs)) }
            $0.member("pendingJobs") { $0.counts(pendingJobs) }
            $0.member("queuedResources") { $0.counts(queuedResources) }
            $0.member("queuedResourcesByGroup") {
                $0.dictionary(queuedResourcesByGroup) { $0.counts($1) }
            }
            $0.member("allocatedCores") { $0.integer(Int64(allocatedCores)) }
            $0.member("allocatedCoresByGroup") { $0.counts(allocatedCoresByGroup) }
            $0.member("ungroupedAllocatedCores") { $0.integer(Int64(ungroupedAllocatedCores)) }
            for (name, breakdown) in [
                ("Owner", byOwner), ("Project", byProject), ("Template", byTemplate),
                ("Priority", byPriority),
            ] {
                $0.member("jobsBy" + name) { $0.dictionary(breakdown.jobs) { $0.counts($1) } }
                $0.member("allocatedCoresBy" + name) { $0.counts(breakdown.allocatedCores) }
            }
            $0.member("activeTasks") { activeTasks.write(to: &$0) }
            if let allTasks { $0.member("allTasks") { allTasks.write(to: &$0) } }
            $0.member("flow") { flow.write(to: &$0) }
        }
        return out.bytes
    }
}

extension Truth.NodeCount {
    fileprivate func write(to out: inout JSONWriter) {
        out.object {
            $0.member("total") { $0.integer(Int64(total)) }
            $0.member("byState") { $0.counts(byState) }
            $0.member("coresByState") { $0.counts(coresByState) }
            $0.member("byHealth") { $0.counts(byHealth) }
            $0.member("unreachable") { $0.integer(Int64(unreachable)) }
            $0.member("coresInUse") { $0.integer(coresInUse.map(Int64.init)) }
        }
    }
}

extension Truth.TaskCount {
    fileprivate func write(to out: inout JSONWriter) {
        out.object {
            $0.member("byState") { $0.counts(byState) }
            $0.member("byGroup") { $0.dictionary(byGroup) { $0.counts($1) } }
            $0.member("ungrouped") { $0.counts(ungrouped) }
        }
    }
}

extension Truth.NodeDetail {
    fileprivate func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name") { $0.string(name) }
            $0.member("state") { $0.string(state) }
            $0.member("health") { $0.string(health) }
            $0.member("reachable") { $0.boolean(isReachable) }
            $0.member("availability") { $0.string(availability) }
            $0.member("location") { $0.string(location) }
            $0.member("template") { $0.string(template) }
            $0.member("cores") { $0.integer(Int64(cores)) }
            $0.member("coresInUse") { $0.integer(coresInUse.map(Int64.init)) }
            $0.member("cpuUsageRatio") { $0.number(processorUsageRatio) }
            $0.member("sockets") { $0.integer(Int64(sockets)) }
            $0.member("memoryMiB") { $0.integer(Int64(memoryMiB)) }
            $0.member("onlineTime") { $0.integer(onlineTime) }
            $0.member("groups") { $0.array(groups) { $0.string($1) } }
        }
    }
}

extension Truth.Flow {
    fileprivate func write(to out: inout JSONWriter) {
        out.object {
            $0.member("mark") { $0.integer(mark) }
            $0.member("completed") { $0.counts(completed) }
            $0.member("completedByGroup") { $0.dictionary(completedByGroup) { $0.counts($1) } }
            $0.member("queueWaits") { $0.array(queueWaits) { $0.integer($1) } }
            $0.member("queueWaitsByGroup") {
                $0.dictionary(queueWaitsByGroup) { $0.array($1) { $0.integer($1) } }
            }
            $0.member("runTimes") { $0.dictionary(runTimes) { $0.array($1) { $0.integer($1) } } }
            $0.member("isOverfull") { $0.boolean(isOverfull) }
        }
    }
}

extension EventLog {
    /// The JSON document that `GET /events` answers.
    public var json: [UInt8] {
        var out = JSONWriter()
        out.object {
            $0.member("mark") { $0.integer(mark) }
            $0.member("isOverfull") { $0.boolean(isOverfull) }
            $0.member("events") {
                $0.array(entries) { out, entry in
                    out.object {
                        $0.member("time") { $0.integer(entry.time) }
                        $0.member("jobId") { $0.integer(Int64(entry.jobId)) }
                        $0.member("kind") { $0.string(entry.kind.rawValue) }
                        $0.member("submitTime") { $0.integer(entry.submitTime) }
                        $0.member("startTime") { $0.integer(entry.startTime) }
                        $0.member("endTime") { $0.integer(entry.endTime) }
                        $0.member("nodeGroups") { $0.string(entry.nodeGroups) }
                    }
                }
            }
        }
        return out.bytes
    }
}
