import Basics
import TestSupport
import Testing

@testable import ClusterCollector

/// Schedules without a cluster.
struct CollectionSchedulerTests {
    /// Counts the rounds of each collector, and blocks those of a closed gate.
    private final class Work: Sendable {
        struct Rounds {
            var begun = 0
            var running = 0
            var mostRunning = 0
            var ended = 0
        }

        struct State {
            var rounds: [CollectorName: Rounds] = [:]
            var closedGates: Set<CollectorName> = []
            /// The rounds of jobs that had ended when the last round of tasks began.
            var jobsSeenByTasks = 0

            subscript(name: CollectorName) -> Rounds { rounds[name] ?? Rounds() }
        }

        private let state = Monitor(State())

        var now: State { state.read { $0 } }

        func round(_ name: CollectorName) {
            state.withLock { state in
                state.rounds[name, default: Rounds()].begun += 1
                if name == .tasks { state.jobsSeenByTasks = state[.jobs].ended }
                state.rounds[name, default: Rounds()].running += 1
                state.rounds[name, default: Rounds()].mostRunning = max(
                    state[name].mostRunning,
                    state[name].running
                )
            }
            state.wait(deadline: .now + .seconds(20), until: { !$0.closedGates.contains(name) }) {
                state in
                state.rounds[name, default: Rounds()].running -= 1
                state.rounds[name, default: Rounds()].ended += 1
            }
        }

        func close(_ gates: CollectorName...) { state.withLock { $0.closedGates.formUnion(gates) } }

        func open() { state.withLock { $0.closedGates = [] } }
    }

    private let work = Work()

    private func scheduler(
        every interval: Duration,
        _ names: [CollectorName] = CollectorName.allCases
    ) -> CollectionScheduler {
        CollectionScheduler(names, every: interval) { [work] in work.round($0) }
    }

    @Test func `The first rounds begin at once, the next ones by the interval`() throws {
        let scheduler = scheduler(every: .milliseconds(20))
        let start = ContinuousClock.now
        try scheduler.start()
        #expect(Deadline.wait { CollectorName.allCases.allSatisfy { work.now[$0].ended >= 5 } })
        #expect(ContinuousClock.now - start >= .milliseconds(80))
        #expect(CollectorName.allCases.allSatisfy { work.now[$0].mostRunning == 1 })
        scheduler.stop()
        #expect(scheduler.join(within: .seconds(10)))
    }

    @Test(arguments: [CollectorName.cluster, .nodes, .tasks])
    func `A round that hangs keeps no other collector waiting`(hanging: CollectorName) throws {
        let scheduler = scheduler(every: .milliseconds(5))
        work.close(hanging)
        try scheduler.start()
        let others = CollectorName.allCases.filter { $0 != hanging }
        #expect(Deadline.wait { others.allSatisfy { work.now[$0].ended >= 5 } })
        #expect(work.now[hanging].ended == 0)
        scheduler.stop()
        work.open()
        #expect(scheduler.join(within: .seconds(10)))
    }

    @Test func `Tasks wait for the first round of jobs, and later only for a while`() throws {
        let scheduler = scheduler(every: .milliseconds(10))
        work.close(.jobs)
        try scheduler.start()
        #expect(Deadline.wait { work.now[.nodes].ended >= 5 })
        #expect(work.now[.tasks].begun == 0)
        work.open()
        #expect(Deadline.wait { work.now[.tasks].ended >= 2 })
        // From here on a hanging job list keeps the tasks of known jobs from nothing.
        work.close(.jobs)
        #expect(Deadline.wait { work.now[.jobs].running == 1 })
        let before = work.now[.tasks].ended
        #expect(Deadline.wait { work.now[.tasks].ended >= before + 3 })
        scheduler.stop()
        work.open()
        #expect(scheduler.join(within: .seconds(10)))
    }

    @Test func `Rounds of tasks follow rounds of jobs`() throws {
        let scheduler = scheduler(every: .seconds(3600), [.jobs, .tasks])
        try scheduler.start()
        #expect(Deadline.wait { work.now[.tasks].ended == 1 })
        #expect(work.now[.jobs].ended == 1)
        scheduler.stop()
        #expect(scheduler.join(within: .seconds(10)))
    }

    @Test func `A round that is asked for begins at once, after the one that runs`() throws {
        let scheduler = scheduler(every: .seconds(3600))
        work.close(.cluster)
        try scheduler.start()
        #expect(Deadline.wait { work.now[.cluster].running == 1 && work.now[.tasks].ended == 1 })
        for _ in 0..<100 { scheduler.trigger() }
        #expect(Deadline.wait { work.now[.nodes].ended >= 2 && work.now[.tasks].ended >= 2 })
        #expect(work.now[.cluster].begun == 1)
        work.open()
        // A hundred requests during a round lead to one round.
        #expect(Deadline.wait { work.now[.cluster].ended == 2 })
        scheduler.stop()
        #expect(scheduler.join(within: .seconds(10)))
        #expect(work.now[.cluster].begun == 2 && work.now[.cluster].mostRunning == 1)
    }

    @Test func `A round of tasks that is asked for follows a round of jobs that begins after that`()
        throws
    {
        let scheduler = scheduler(every: .seconds(3600))
        work.close(.jobs)
        try scheduler.start()
        #expect(Deadline.wait { work.now[.jobs].running == 1 })
        // Before the first round of jobs has ended there is nothing that tasks could be asked for.
        scheduler.trigger()
        #expect(!Deadline.wait(seconds: 0.2) { work.now[.tasks].begun > 0 })
        work.open()
        // Tasks may follow the first round of jobs, too, if they begin before the second one has ended.
        #expect(Deadline.wait { work.now[.jobs].ended == 2 && work.now.jobsSeenByTasks == 2 })
        // The same when rounds of tasks have ended.
        #expect(Deadline.wait { work.now[.tasks].running == 0 })
        let before = work.now[.tasks].begun
        work.close(.jobs)
        scheduler.trigger()
        #expect(Deadline.wait { work.now[.jobs].running == 1 })
        #expect(!Deadline.wait(seconds: 0.2) { work.now[.tasks].begun > before })
        work.open()
        #expect(Deadline.wait { work.now.jobsSeenByTasks == 3 })
        #expect(work.now[.jobs].begun == 3)
        scheduler.stop()
        #expect(scheduler.join(within: .seconds(10)))
        #expect(work.now[.tasks].begun == before + 1)
    }

    @Test func `A stop lets no further round begin and waits for the last`() throws {
        let scheduler = scheduler(every: .milliseconds(1), [.nodes])
        work.close(.nodes)
        try scheduler.start()
        #expect(Deadline.wait { work.now[.nodes].running == 1 })
        scheduler.stop()
        scheduler.trigger()
        #expect(!scheduler.join(within: .milliseconds(20)))
        work.open()
        #expect(scheduler.join(within: .seconds(10)))
        #expect(work.now[.nodes].begun == 1)
    }

    @Test func `A stop before the start leaves nothing to do`() throws {
        let scheduler = scheduler(every: .milliseconds(1))
        scheduler.stop()
        try scheduler.start()
        #expect(scheduler.join(within: .zero))
        #expect(work.now.rounds.isEmpty)
    }
}
