/// The tasks of seeded jobs, drawn from the seed so that those of old jobs need no storage.
struct TaskPlan: Sendable {
    let draws: Draws

    /// Returns the rows of a new job, all in Configuring.
    func rows(of job: Job) -> [TaskRow] {
        let id = Int(job.id)
        var rows: [TaskRow] = []
        var number: UInt32 = 1
        func add(_ kind: TaskRow.Kind, instance: UInt32 = 0) {
            rows.append(
                TaskRow(
                    id: number,
                    instance: instance,
                    kind: kind,
                    createTime: job.createTime,
                    changeTime: job.createTime
                )
            )
        }
        let hasPreparation = draws.chance(80, .taskShape, id, 1)
        if hasPreparation {
            add(.nodePrep)
            number += 1
        }
        if job.runsUntilCanceled {
            add(.service)
            number += 1
        } else {
            for (kind, instances) in mainTasks(of: id) {
                add(kind)
                for instance in 0..<instances {
                    add(.sweepInstance, instance: UInt32(instance + 1))
                }
                number += 1
            }
        }
        if hasPreparation { add(.nodeRelease) }
        return rows
    }

    private func mainTasks(of id: Int) -> [(TaskRow.Kind, Int)] {
        switch draws.below(100, .taskShape, id, 2) {
        case ..<58: [(.basic, 0)]
        case ..<82: Array(repeating: (.basic, 0), count: 2 + draws.below(5, .taskShape, id, 3))
        case ..<94: [(.sweepMaster, 3 + draws.below(20, .taskShape, id, 4))]
        case ..<98:
            [
                (.basic, 0), (.sweepMaster, 2 + draws.below(10, .taskShape, id, 5)),
                (.sweepMaster, 2 + draws.below(10, .taskShape, id, 6)), (.basic, 0),
            ]
        default: [(.sweepMaster, 60 + draws.below(200, .taskShape, id, 7))]
        }
    }

    /// Returns the run time of a row in seconds, when `slots` rows of its job run at a time.
    func seconds(of row: TaskRow, in job: Job, mainRows: Int, slots: Int) -> Int {
        switch row.kind {
        case .nodePrep, .nodeRelease:
            return 5 + draws.below(20, .taskRun, Int(job.id), Int(row.id))
        case .service:
            return Int(job.plannedSeconds)
        case .basic, .sweepMaster, .sweepInstance:
            let waves = (mainRows + slots - 1) / max(slots, 1)
            let share = Int(job.plannedSeconds) / max(waves, 1)
            let percent =
                60 + draws.below(80, .taskRun, Int(job.id), Int(truncatingIfNeeded: row.key))
            return max(1, share * percent / 100)
        }
    }

    /// Returns the exit code of a row, so that the job ends as `job.outcome` says.
    func exitCode(of row: TaskRow, in job: Job, mainIndex: Int, mainRows: Int) -> Int32 {
        guard job.outcome == .fail, row.isMain else { return 0 }
        let fails =
            mainIndex == draws.below(mainRows, .taskRun, Int(job.id), -1)
            || draws.chance(100, .taskRun, Int(job.id), -2 - mainIndex)
        return fails ? Int32(1 + draws.below(4, .taskRun, Int(job.id), -3)) : 0
    }

    /// Returns the rows of a job that had ended before the simulation began.
    func history(of job: Job, nodes: [Int]) -> [TaskRow] {
        var rows = rows(of: job)
        let mainRows = rows.count { $0.isMain }
        var mainIndex = 0
        for index in rows.indices {
            var row = rows[index]
            defer { rows[index] = row }
            row.submitTime = job.submitTime
            let started = job.startTime != 0
            guard started else {
                row.state = job.state == .failed ? .failed : .canceled
                row.previousState = .submitted
                row.failure = job.failure
                row.endTime = job.endTime
                row.changeTime = job.endTime
                continue
            }
            let span = Int(job.endTime) - Int(job.startTime)
            let offset = span * draws.below(50, .taskRun, Int(job.id), Int(row.id)) / 100
            row.startTime = job.startTime + UInt32(row.kind == .sweepMaster ? 0 : max(offset, 0))
            row.endTime =
                row.kind == .nodeRelease || row.kind == .sweepMaster
                ? job.endTime
                : min(
                    job.endTime,
                    row.startTime + UInt32(max(span - offset, 0) / 2)
                )
            row.changeTime = row.endTime
            row.previousState = .running
            row.state = .finished
            if row.kind != .sweepMaster, !nodes.isEmpty {
                row.node = Int32(draws.pick(nodes, .taskNode, Int(job.id), index))
            }
            if row.isMain {
                row.exitCode = exitCode(of: row, in: job, mainIndex: mainIndex, mainRows: mainRows)
                if row.exitCode != 0 {
                    row.state = .failed
                    row.failure = .exitCode
                } else if job.state == .canceled,
                    mainIndex * 2 >= mainRows || mainIndex + 1 == mainRows
                {
                    row.state = .failed
                    row.previousState = .canceling
                    row.failure = .jobCanceled
                    row.exitCode = -1
                    row.endTime = job.endTime
                    row.changeTime = job.endTime
                }
                mainIndex += 1
            }
        }
        var tasks = JobTasks(rows: rows)
        for row in rows where row.kind == .sweepMaster {
            tasks.refreshMaster(of: row.id, at: job.endTime)
        }
        return tasks.rows
    }
}
