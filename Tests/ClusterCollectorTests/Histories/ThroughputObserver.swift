/// What somebody who looks at the jobs from time to time sees happen: the truth of counters and histograms.
///
/// This is docs/metrics.md#jobs to the letter, for an observer that polls:
/// - The first look counts nothing.
/// - A job ended when it is seen in a terminal state and was not so before, or when it was but its final state
///   or its EndTime is another one: it was requeued and ended again in between. One that does so within the
///   same second, in the same state, looks unchanged to everybody, and does not count.
/// - A job never seen before counts at once if it is ended already; its start counts if it has started.
///   Where the head node's clock has stepped back, its stamp may tell that it changed before the newest change
///   of the first look; nobody can tell it then from one that the first look missed, and it may count or not.
/// - A job started when its StartTime is set and is not the one seen before.
/// - A wait or run that would be negative (the clock stepped in between) is no duration and not observed.
/// - What happens to a job and is undone or purged between two looks is not seen.
/// - Groups are those that the job names when it is seen.
/// - What the server does not tell (a property that it refuses) is not seen.
struct ThroughputObserver: Sendable {
    struct Sight: Sendable {
        var state: String
        var start: Int
        var end: Int
    }
    struct Ending: Sendable {
        var state: String
        var groups: Set<String>
    }
    struct Wait: Sendable {
        var seconds: Int
        var groups: Set<String>
    }
    struct Run: Sendable {
        var seconds: Int
        var state: String
    }

    private var known: [Int: Sight] = [:]
    private var mark: Int?
    /// Whether a stamp from before the first look keeps a new job from counting.
    private let believesStamps: Bool

    init(believesStamps: Bool = true) { self.believesStamps = believesStamps }

    private(set) var endings: [Ending] = []
    private(set) var waits: [Wait] = []
    private(set) var runs: [Run] = []

    /// Whether there was a look already.
    var hasLooked: Bool { mark != nil }

    /// Looks at the jobs.
    ///
    /// - Parameters:
    ///   - jobs: Those that can be seen now, as they are.
    ///   - told: The properties that the server tells, in lower case.
    mutating func look(at jobs: [ModelJob], told: Set<String>) {
        func visible(_ time: Int, _ name: String) -> Int { told.contains(name) ? time : 0 }
        for job in jobs {
            let new = Sight(
                state: job.state,
                start: visible(job.start, "starttime"),
                end: visible(job.end, "endtime")
            )
            let change = visible(job.change, "changetime")
            let old = known.updateValue(new, forKey: job.id)
            guard let mark, old != nil || change == 0 || change >= mark || !believesStamps
            else { continue }
            let groups = Set(job.groups.map { $0.lowercased() })
            if new.start != 0, old?.start != new.start {
                let wait = new.start - visible(job.submit, "submittime")
                if wait >= 0, wait != new.start {
                    waits.append(Wait(seconds: wait, groups: groups))
                }
            }
            guard job.isTerminal else { continue }
            let wasTerminal = old.map { ModelJob.terminal.contains($0.state) } ?? false
            guard !wasTerminal || old?.state != new.state || old?.end != new.end else { continue }
            endings.append(Ending(state: new.state, groups: groups))
            if new.start != 0, new.end >= new.start {
                runs.append(Run(seconds: new.end - new.start, state: new.state))
            }
        }
        if mark == nil { mark = jobs.map { visible($0.change, "changetime") }.max() ?? 0 }
    }
}
