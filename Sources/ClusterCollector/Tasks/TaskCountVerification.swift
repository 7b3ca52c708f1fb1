import HPCPackClient
import Logging

/// The comparison of the numbers of tasks that rows of jobs tell with the tasks themselves.
///
/// The numbers are read anew before and after the tasks: what moves meanwhile is no mismatch.
struct TaskCountVerification {
    /// The most jobs that are compared at once.
    static let jobs = 5
    /// The most tasks of a job that is compared, since all of them are read.
    static let tasks = 2000
    /// The comparisons of one job, of which two must fail in the same way.
    private static let tries = 4

    let session: Session
    let context: CollectionContext

    /// What was found.
    struct Finding {
        /// The jobs that could be compared.
        var compared = 0
        /// A description of each job whose numbers are wrong.
        var mismatches: [String] = []

        /// Whether numbers can be relied on.
        var passed: Bool { compared > 0 && mismatches.isEmpty }
    }

    /// Compares some jobs.
    ///
    /// - Throws: The failure of a call; a job that is gone is passed over.
    func run(_ jobs: [Int64]) throws(RequestError) -> Finding {
        var finding = Finding()
        for job in jobs {
            do {
                guard let mismatch = try compare(job) else { continue }
                finding.compared += 1
                if !mismatch.isEmpty { finding.mismatches.append(mismatch) }
            } catch  where error.mayBeUnknownID {
                continue
            }
        }
        return finding
    }

    /// Compares one job.
    ///
    /// - Returns: What is wrong, empty when nothing is; `nil` when its tasks move too fast to tell.
    private func compare(_ job: Int64) throws(RequestError) -> String? {
        var lastMismatch: String?
        for _ in 0..<Self.tries {
            guard let before = try told(job) else { return nil }
            let listing = TaskListing(context, from: nil)
            try session.tasks(of: job, into: listing)
            guard let after = try told(job) else { return nil }
            guard before == after else { continue }
            var tasks = TaskStates()
            tasks.merge(listing.tasks())
            let counted = tasks.counts
            guard counted[.unknown] == 0 else { return nil }
            let wrong = TaskState.known.filter { counted[$0] != before[$0] }
            guard !wrong.isEmpty else { return "" }
            let mismatch =
                "job \(job): "
                + wrong.map { "\(before[$0]) \($0.name) told, \(counted[$0]) listed" }
                .joined(separator: "; ")
            if mismatch == lastMismatch { return mismatch }
            lastMismatch = mismatch
        }
        return nil
    }

    /// The numbers of tasks that the row of a job tells; `nil` when it does not tell all.
    func told(_ job: Int64) throws(RequestError) -> StateCounts<TaskState>? {
        var properties = JobProperties()
        properties.capabilities = [.jobTaskCounts]
        let decoder = context.decoder()
        var counts = StateCounts<TaskState>()
        var areTold = false
        try session.job(job, asking: properties) { row in
            areTold = decoder.taskCounts(row) { counts[$0] = $1 }
        }
        return areTold ? counts : nil
    }
}
