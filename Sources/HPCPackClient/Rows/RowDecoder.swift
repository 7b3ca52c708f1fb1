import Basics
public import JSONRows

/// Decodes rows; a value that it does not recognise is reported and never invented.
public struct RowDecoder {
    /// The fields whose values may not be recognised: the fixed set of the `field` label.
    public enum Field: String, CaseIterable, Sendable {
        case nodeName = "node_name"
        case nodeState = "node_state"
        case nodeHealth = "node_health"
        case nodeReachable = "node_reachable"
        case nodeCores = "node_cores"
        case nodeSockets = "node_sockets"
        case nodeMemory = "node_memory"
        case nodeOnlineTime = "node_online_time"
        case nodeGroups = "node_groups"
        case nodeGroupName = "node_group_name"
        case nodeResourceCount = "node_resource_count"
        case nodeMetricsName = "node_metrics_name"
        case nodeCoresInUse = "node_cores_in_use"
        case nodeCPUUsage = "node_cpu_usage"
        case jobState = "job_state"
        case jobSubmitTime = "job_submit_time"
        case jobStartTime = "job_start_time"
        case jobEndTime = "job_end_time"
        case jobChangeTime = "job_change_time"
        case jobUnitType = "job_unit_type"
        case jobMinimum = "job_minimum"
        case jobHoldUntil = "job_hold_until"
        case jobAllocatedCores = "job_allocated_cores"
        case jobPendingReason = "job_pending_reason"
        case jobTaskCount = "job_task_count"
        case taskState = "task_state"
        case taskChangeTime = "task_change_time"
    }

    let pattern: DateTimePattern?
    let evidence: CalendarEvidence?
    let onUnrecognized: (Field, String) -> Void

    /// Makes a decoder.
    ///
    /// - Parameters:
    ///   - pattern: How the server writes times; without it no time is read.
    ///   - evidence: Learns the calendar of the dates from the rows; `nil` when it is known.
    ///   - onUnrecognized: Called with each value that is not recognised, and its field.
    public init(
        pattern: DateTimePattern?,
        evidence: CalendarEvidence? = nil,
        onUnrecognized: @escaping (Field, String) -> Void
    ) {
        self.pattern = pattern
        self.evidence = evidence
        self.onUnrecognized = onUnrecognized
    }

    /// Decodes a job; `nil` when the row has no usable id.
    public func job(_ row: borrowing Row) -> JobRow? {
        defer { evidence?.endRow() }
        guard let id = row.bytes(JobColumn.id.rawValue).trimmed().decimalInteger() else {
            return nil
        }
        return JobRow(
            id: id,
            state: state(row, JobColumn.state.rawValue, .jobState),
            submitTime: time(row, JobColumn.submitTime.rawValue, .jobSubmitTime),
            startTime: time(row, JobColumn.startTime.rawValue, .jobStartTime),
            endTime: time(row, JobColumn.endTime.rawValue, .jobEndTime),
            changeTime: time(row, JobColumn.changeTime.rawValue, .jobChangeTime)
        )
    }

    /// Decodes the id and the state of a job that another listing tells in full; `nil` when the row has no usable id.
    ///
    /// An unknown state is not reported again.
    public func jobState(_ row: borrowing Row) -> (id: Int64, state: JobState)? {
        let id = row.bytes(JobColumn.id.rawValue).trimmed().decimalInteger()
        return id.map { ($0, JobState(row.bytes(JobColumn.state.rawValue).trimmed())) }
    }

    /// Decodes a task; `nil` when the row has no usable id.
    ///
    /// A `TaskId` is `job.task`, or `job.task.instance` for an instance of a sweep (docs/hpcpack-api.md#properties).
    public func task(_ row: borrowing Row) -> TaskRow? {
        guard let (task, instance) = taskID(row) else { return nil }
        return TaskRow(
            task: task,
            instance: instance,
            state: state(row, TaskColumn.state.rawValue, .taskState),
            changeTime: time(row, TaskColumn.changeTime.rawValue, .taskChangeTime)
        )
    }

    private func taskID(_ row: borrowing Row) -> (UInt32, UInt32?)? {
        let whole = row.bytes(TaskColumn.taskID.rawValue).trimmed()
        var numbers: [UInt32] = []
        var start = 0
        for index in 0...whole.count where index == whole.count || whole[index] == UInt8(ascii: ".")
        {
            guard let number = whole.extracting(start..<index).decimalInteger(),
                let value = UInt32(exactly: number)
            else {
                numbers = []
                break
            }
            numbers.append(value)
            start = index + 1
        }
        switch numbers.count {
        case 1: return (numbers[0], nil)
        case 2: return (numbers[1], nil)
        case 3 where numbers[2] < .max: return (numbers[1], numbers[2])
        default: break
        }
        guard let task = row.bytes(TaskColumn.jobTaskID.rawValue).trimmed().decimalInteger(),
            let task = UInt32(exactly: task)
        else { return nil }
        // A task that is no sweep has 0.
        let instance = row.bytes(TaskColumn.instanceID.rawValue).trimmed().decimalInteger() ?? 0
        return (task, (1..<Int64(UInt32.max)).contains(instance) ? UInt32(instance) : nil)
    }

    private func state<State: SchedulerState>(_ row: borrowing Row, _ column: Int, _ field: Field)
        -> State
    {
        let text = row.bytes(column).trimmed()
        let state = State(text)
        if state == .unknown { onUnrecognized(field, String(copying: text)) }
        return state
    }

    func time(_ row: borrowing Row, _ column: Int, _ field: Field) -> UInt32 {
        guard let pattern, row.isPresent(column) else { return 0 }
        let reading = pattern.read(row.bytes(column))
        if let evidence, evidence.add(row.bytes(column), read: reading), reading == .unreadable {
            evidence.hold(field, row.string(column))
            return 0
        }
        switch reading {
        case .seconds(let seconds): return seconds
        case .absent: return 0
        case .unreadable:
            onUnrecognized(field, row.string(column))
            return 0
        }
    }
}
