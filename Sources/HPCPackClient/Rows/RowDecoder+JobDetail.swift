import Basics
public import JSONRows

/// What is read of a job only while it has not ended.
extension RowDecoder {
    /// Decodes what a row tells beyond the job itself, as far as it matters in the job's state.
    ///
    /// - Parameters:
    ///   - row: A row of `JobColumn`.
    ///   - state: The state of the job.
    /// - Returns: What the row tells; it is empty for a job that has ended.
    public func jobDetail(_ row: borrowing Row, in state: JobState) -> JobDetail {
        var detail = JobDetail()
        if state == .queued {
            detail.request = request(row)
            detail.holdUntil = holdUntil(row)
            let reason = row.bytes(JobColumn.pendingReason.rawValue).trimmed()
            if reason.count > 0 {
                let known = PendingReason(reason)
                if known == .unknown { onUnrecognized(.jobPendingReason, String(copying: reason)) }
                detail.pendingReason = known
            }
        } else if state.holdsResources {
            detail.allocatedCores = count(
                row,
                JobColumn.allocatedCores.rawValue,
                .jobAllocatedCores
            )
        }
        return detail
    }

    /// Decodes the numbers of a job's tasks by state.
    ///
    /// - Parameters:
    ///   - row: A row of `JobColumn`.
    ///   - onCount: Called with the number of each of `TaskState.known`.
    /// - Returns: Whether all of them are told; `false` when one is not, or is no number.
    public func taskCounts(_ row: borrowing Row, onCount: (TaskState, Int) -> Void) -> Bool {
        for state in TaskState.known {
            guard let count = count(row, JobColumn.taskCount(state), .jobTaskCount) else {
                return false
            }
            onCount(state, Int(count))
        }
        return true
    }

    /// `MinCores`, `MinSockets` or `MinNodes`, whichever `UnitType` says.
    private func request(_ row: borrowing Row) -> ResourceRequest? {
        let text = row.bytes(JobColumn.unitType.rawValue).trimmed()
        guard text.count > 0 else { return nil }
        let unit = ResourceUnit(text)
        let column: JobColumn
        switch unit {
        case .core: column = .minCores
        case .socket: column = .minSockets
        case .node: column = .minNodes
        case .gpu: return ResourceRequest(unit: .gpu, count: 0)
        case .unknown:
            onUnrecognized(.jobUnitType, String(copying: text))
            return nil
        }
        return count(row, column.rawValue, .jobMinimum).map {
            ResourceRequest(unit: unit, count: $0)
        }
    }

    /// A time in the future tells nothing of the calendar in which the server writes.
    private func holdUntil(_ row: borrowing Row) -> UInt32? {
        guard let pattern, row.isPresent(JobColumn.holdUntil.rawValue) else { return nil }
        switch pattern.read(row.bytes(JobColumn.holdUntil.rawValue)) {
        case .seconds(let seconds): return seconds
        case .absent: return 0
        case .unreadable:
            let text = row.string(JobColumn.holdUntil.rawValue)
            if let evidence {
                evidence.hold(.jobHoldUntil, text)
            } else {
                onUnrecognized(.jobHoldUntil, text)
            }
            return 0
        }
    }

    private func count(_ row: borrowing Row, _ column: Int, _ field: Field) -> UInt32? {
        let text = row.bytes(column).trimmed()
        guard text.count > 0 else { return nil }
        // More than a billion of anything is an absurd value.
        guard let number = text.decimalInteger(), (0...1_000_000_000).contains(number) else {
            onUnrecognized(field, String(copying: text))
            return nil
        }
        return UInt32(number)
    }
}
