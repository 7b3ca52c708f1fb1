import HPCPackClient
import Threads

/// Counts the tasks of jobs, one call (or a few pages) a job, several jobs at once.
final class TaskCollector: Sendable {
    /// One round over the jobs; several sessions take their next job from it.
    final class Run: Sendable {
        private struct State {
            var next = 0
            var counts = GroupedCounts<TaskState>()
            var error: RequestError?
        }

        private let jobs: [JobReference]
        private let context: RoundContext
        private let state = Locked(State())

        init(_ jobs: [JobReference], _ context: RoundContext) {
            self.jobs = jobs
            self.context = context
        }

        /// Reads jobs until none is left or one fails: after a failure no other session asks further.
        func work(_ session: Session) {
            let stage = TaskStage(context)
            while let job = take() {
                do {
                    let counts = try Self.read(job, session, stage)
                    state.withLock { $0.counts.add(counts, set: job.groups) }
                } catch {
                    state.withLock { $0.error = $0.error ?? error }
                }
            }
        }

        /// The counts over all jobs.
        ///
        /// - Throws: The first failure.
        func result() throws(RequestError) -> GroupedCounts<TaskState> {
            let (counts, error) = state.withLock { ($0.counts, $0.error) }
            if let error { throw error }
            return counts
        }

        private func take() -> JobReference? {
            state.withLock { state in
                guard state.error == nil, state.next < jobs.count else { return nil }
                defer { state.next += 1 }
                return jobs[state.next]
            }
        }

        /// A job that went between the job list and this call has no tasks any more.
        private static func read(
            _ job: JobReference,
            _ session: Session,
            _ stage: TaskStage
        ) throws(RequestError) -> StateCounts<TaskState> {
            do {
                try session.tasks(of: job.id, into: stage)
            } catch  where error.mayBeUnknownID {
                guard try session.holdsJob(job.id) else { return StateCounts() }
                throw error
            }
            guard stage.rowsWithoutID == 0 else {
                throw RequestError(
                    .malformed,
                    .tasks,
                    "GET /jobs/\(job.id)/tasks: \(stage.rowsWithoutID) rows have no usable TaskId, so tasks cannot be counted"
                )
            }
            return stage.counts
        }
    }
}
