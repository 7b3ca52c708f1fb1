/// The properties of tasks and subtasks (docs/hpcpack-api.md#properties).
enum TaskProperty: String, RowProperty {
    case taskId, name, state, previousState, type, commandLine, exitCode, parentJobId, jobTaskId
    case instanceId, instanceValue, createTime, submitTime, startTime, endTime, changeTime
    case requeueCount, requestedNodeGroup, requiredNodes, allocatedNodes, errorCode
    case errorMessage, unitType, minCores, maxCores, minSockets, maxSockets, minNodes, maxNodes
    case isParametric, startValue, endValue, incrementValue, isExclusive, isRerunnable
    case isServiceConcluded, failJobOnFailure, dependsOn, hasRuntime, runtimeSeconds
    case workDirectory, stdInFilePath, stdOutFilePath, stdErrFilePath, output, pendingReason
    case taskValidExitCodes, userBlob, allocatedCoreIds, failJobOnFailureCount, exitIfPossible
    case executionFailureRetryCount, autoRequeueCount

    static var identity: Self { .taskId }

    /// The properties in a listing by default (specification, `GET /jobs/{jobId}/tasks`).
    static let listed: [Self] = [
        .taskId, .name, .state, .commandLine, .exitCode, .parentJobId, .jobTaskId, .instanceId,
    ]
}

/// The values of task properties.
extension ValueWriter {
    func append(_ property: TaskProperty, of row: TaskRow, in job: Job, to out: inout [UInt8]) {
        let id = Int(job.id)
        let isSweep = row.kind == .sweepMaster || row.kind == .sweepInstance
        if let clientJob = cluster.clientJobs[job.id] {
            guard !append(property, of: row, clientJob, to: &out) else { return }
        }
        switch property {
        case .taskId:
            out.append(decimal: id)
            out.append(UInt8(ascii: "."))
            out.append(decimal: Int(row.id))
            if row.instance > 0 {
                out.append(UInt8(ascii: "."))
                out.append(decimal: Int(row.instance))
            }
        case .name: appendName(of: row, in: job, to: &out)
        case .state: append(row.state.name, to: &out)
        case .previousState: append(row.previousState.name, to: &out)
        case .type: append(row.kind.name, to: &out)
        case .commandLine: appendCommandLine(of: row, in: job, to: &out)
        case .exitCode: out.append(decimal: Int(row.exitCode))
        case .parentJobId: out.append(decimal: id)
        case .jobTaskId: out.append(decimal: Int(row.id))
        case .instanceId, .instanceValue: out.append(decimal: Int(row.instance))
        case .createTime: append(row.createTime, of: Int(row.id), to: &out)
        case .submitTime: append(row.submitTime, of: Int(row.id), to: &out)
        case .startTime: append(row.startTime, of: Int(row.id), to: &out)
        case .endTime: append(row.endTime, of: Int(row.id), to: &out)
        case .changeTime: append(row.changeTime, of: Int(row.id), to: &out)
        case .requeueCount: out.append(decimal: Int(row.requeueCount))
        case .allocatedNodes:
            if row.node >= 0 { append(cluster.nodes[Int(row.node)].name, to: &out) }
        case .errorCode: out.append(decimal: row.failure == .none ? 0 : -2_147_220_000)
        case .errorMessage: append(row.failure.message, to: &out)
        case .unitType: append("Core", to: &out)
        case .minCores, .maxCores, .minSockets, .maxSockets, .minNodes, .maxNodes:
            out.append(decimal: 1)
        case .isParametric: append(row.kind == .sweepMaster, to: &out)
        case .startValue, .incrementValue: out.append(decimal: isSweep ? 1 : 0)
        case .endValue: out.append(decimal: isSweep ? lastInstance(of: row, in: job) : 0)
        case .isRerunnable: append(true, to: &out)
        case .isExclusive, .isServiceConcluded, .failJobOnFailure, .hasRuntime, .exitIfPossible:
            append(false, to: &out)
        case .runtimeSeconds, .executionFailureRetryCount, .autoRequeueCount:
            out.append(decimal: 0)
        case .failJobOnFailureCount: out.append(decimal: 1)
        case .allocatedCoreIds:
            guard row.node >= 0 else { return }
            let node = cluster.nodes[Int(row.node)]
            append("\(node.name) \(Int(row.id &+ row.instance) % max(1, node.cores))", to: &out)
        case .pendingReason: append("None", to: &out)
        case .taskValidExitCodes: append("0", to: &out)
        case .workDirectory: append("\\\\share\\work\\\(id)", to: &out)
        case .stdOutFilePath:
            if id % 4 == 0 { append("\\\\share\\out\\\(id).\(row.id).txt", to: &out) }
        case .output:
            if row.state.isTerminal, row.exitCode != 0 {
                append("error: \"diverged\"\r\n", to: &out)
            }
        case .requestedNodeGroup, .requiredNodes, .dependsOn, .stdInFilePath, .stdErrFilePath,
            .userBlob:
            break
        }
    }

    /// Appends a value that is kept beside the row of a client job's task.
    ///
    /// - Returns: `false` when the value follows from the row or the seed.
    private func append(
        _ property: TaskProperty,
        of row: TaskRow,
        _ clientJob: ClientJob,
        to out: inout [UInt8]
    ) -> Bool {
        if property == .errorMessage {
            append(clientJob.taskMessages[row.key] ?? row.failure.message, to: &out)
            return true
        }
        guard let task = clientJob.tasks[row.id] else {
            guard let text = clientJob.instances[row.key]?[property] else { return false }
            append(text, to: &out)
            return true
        }
        switch property {
        case .commandLine: append(clientJob.commandLine(of: row), to: &out)
        case .instanceValue:
            out.append(decimal: row.instance > 0 ? task.sweep.value(ofInstance: row.instance) : 0)
        case .startValue, .endValue, .incrementValue:
            let sweep = task.kind == .sweepMaster ? task.sweep : .init(first: 0, last: 0, step: 0)
            out.append(
                decimal: property == .startValue
                    ? sweep.first : property == .endValue ? sweep.last : sweep.step
            )
        case .hasRuntime:
            append((clientJob.setting(.runtimeSeconds, of: row) ?? "0") != "0", to: &out)
        case .type, .isParametric: return false
        case .output: append(clientJob.output(of: row), to: &out)
        case .name, .workDirectory, .stdOutFilePath:
            append(clientJob.setting(property, of: row) ?? "", to: &out)
        default:
            guard let text = clientJob.setting(property, of: row) else { return false }
            append(text, to: &out)
        }
        return true
    }

    private func lastInstance(of row: TaskRow, in job: Job) -> Int {
        let rows = cluster.tasks(of: job).rows
        return rows.reduce(0) { $1.id == row.id ? max($0, Int($1.instance)) : $0 }
    }

    private func appendName(of row: TaskRow, in job: Job, to out: inout [UInt8]) {
        switch row.kind {
        case .nodePrep: append("Stage in", to: &out)
        case .nodeRelease: append("Stage out", to: &out)
        case .service: append("Service", to: &out)
        case .sweepMaster, .sweepInstance: append("My Sweep Task", to: &out)
        case .basic:
            if !cluster.draws.chance(200, .taskName, Int(job.id), Int(row.id)) {
                append("Step \(row.id)", to: &out)
            }
        }
    }

    /// Appends the command line; that of a sweep has `*` in place of the number of the instance.
    private func appendCommandLine(of row: TaskRow, in job: Job, to out: inout [UInt8]) {
        switch row.kind {
        case .nodePrep: append("robocopy \\\\share\\data %TEMP%", to: &out)
        case .nodeRelease: append("cmd /c \"rd /s /q %TEMP%\"", to: &out)
        case .service: append("HpcServiceHost.exe", to: &out)
        case .sweepMaster: append("echo *", to: &out)
        case .sweepInstance: append("echo \(row.instance)", to: &out)
        case .basic:
            let program = cluster.draws.pick(Vocabulary.programs, .taskName, Int(job.id), 100)
            let parts = program.split(separator: "%", omittingEmptySubsequences: false)
            append(parts.joined(separator: String(row.id)), to: &out)
        }
    }

    /// Returns the number that rows are sorted by, or `nil` for a property that is sorted as text.
    func number(_ property: TaskProperty, of row: TaskRow) -> Int64? {
        switch property {
        case .taskId: Int64(bitPattern: row.key)
        case .jobTaskId: Int64(row.id)
        case .instanceId, .instanceValue: Int64(row.instance)
        case .state: Int64(row.state.rawValue)
        case .previousState: Int64(row.previousState.rawValue)
        case .exitCode: Int64(row.exitCode)
        case .createTime: Int64(row.createTime)
        case .submitTime: Int64(row.submitTime)
        case .startTime: Int64(row.startTime)
        case .endTime: Int64(row.endTime)
        case .changeTime: Int64(row.changeTime)
        case .requeueCount: Int64(row.requeueCount)
        default: nil
        }
    }
}
