import Basics
import ClusterCollector
import Exposition
import HPCPackClient
import Logging
import TestSupport
import Testing

/// Histories against collectors that run on their own schedules.
struct ScheduledHistoryTests {
    /// A model head node, and a scheduler that reads it.
    private final class Run: Sendable {
        /// A gate in the way of the requests whose path ends so, and the commits so far.
        private struct State {
            var closedGate: String?
            var commits: [CollectorName: Int] = [:]
            var requests: [ContinuousClock.Instant] = []
        }

        let headNode: ModelHeadNode
        let collector: ClusterCollector
        private let scheduler: CollectionScheduler
        private let shared: Shared

        private final class Shared: Sendable {
            let state = Monitor(State())
        }

        init(interval: Duration, maxRequestRate: Int = 0, maxAge: Duration = .seconds(300)) throws {
            let shared = Shared()
            self.shared = shared
            let headNode = ModelHeadNode(ModelCluster(ServerBehavior()))
            self.headNode = headNode
            let answer = headNode.handler
            headNode.server.script { request in
                shared.state.withLock { $0.requests.append(.now) }
                shared.state.wait(
                    deadline: .now + .seconds(60),
                    until: { $0.closedGate.map { !request.path.hasSuffix($0) } ?? true }
                ) { _ in }
                return answer(request)
            }
            let client = HPCPackClient(
                ClientConfiguration(
                    headNodes: [try HeadNodeURL(headNode.server.url)],
                    timeout: .seconds(60),
                    maxRequestRate: maxRequestRate
                ),
                logger: .silent
            )
            let configuration = CollectorConfiguration(interval: interval, maxAge: maxAge)
            let collector = ClusterCollector(
                client: client,
                configuration: configuration,
                logger: .silent
            )
            self.collector = collector
            scheduler = CollectionScheduler(collector) { name in
                shared.state.withLock { $0.commits[name, default: 0] += 1 }
            }
        }

        func start() throws { try scheduler.start() }

        func stop() {
            scheduler.stop()
            collector.cancel()
            open()
            #expect(scheduler.join(within: .seconds(30)))
            headNode.server.stop()
        }

        func close(_ path: String) { shared.state.withLock { $0.closedGate = path } }

        func open() { shared.state.withLock { $0.closedGate = nil } }

        func commits(of name: CollectorName) -> Int { shared.state.read { $0.commits[name] ?? 0 } }

        /// The times of all requests.
        var requests: [ContinuousClock.Instant] { shared.state.read { $0.requests } }

        /// Applies events, a second apart by the clock of the head node.
        func apply(_ events: [HistoryEvent]) {
            for event in events { headNode.change { $0.apply(event) } }
        }

        /// Waits until a round of each collector has ended that began after now.
        func settle(_ names: [CollectorName]) -> Bool {
            // The first commit may be that of a round under way; tasks follow the jobs.
            let ordered = names.filter { $0 != .tasks } + names.filter { $0 == .tasks }
            return ordered.allSatisfy { name in
                let before = commits(of: name)
                return Deadline.wait(seconds: 120) { commits(of: name) >= before + 2 }
            }
        }

        /// What is wrong with what the page shows of some collectors.
        func complaints(about names: [CollectorName]) -> [String] {
            let cluster = headNode.cluster
            var expected = ExpectedPage(groups: cluster.groups)
            if names.contains(.cluster) { expected.add(cluster: cluster) }
            if names.contains(.nodes) { expected.add(nodes: cluster.nodes) }
            if names.contains(.jobs) {
                expected.add(jobs: cluster.sortedJobs, ghosts: cluster.ghosts.count)
            }
            if names.contains(.tasks) {
                let ghosts =
                    cluster.ghosts.reduce(0) { $0 + $1.tasks.count }
                    + cluster.jobs.values.reduce(0) { $0 + $1.ghostTasks.values.reduce(0, +) }
                expected.add(
                    tasksOf: cluster.sortedJobs,
                    all: false,
                    mastersShow: false,
                    ghosts: ghosts
                )
            }
            return expected.complaints(about: page)
        }

        var page: [PageSeries] {
            PageSeries.all(
                String(decoding: ExpositionPage.render(collector.families(at: .now)), as: UTF8.self)
            )
        }
    }

    private static func events(_ random: inout SeededRandom, _ count: Int) -> [HistoryEvent] {
        let kinds: [HistoryEvent.Kind] = [
            .submit, .submit, .submit, .step, .step, .finish, .fail, .cancel, .requeue, .move,
            .touch, .churn, .churn,
            .node, .node, .cluster,
        ]
        return (0..<count).map { _ in
            HistoryEvent(kind: random.pick(kinds), seed: random.next(), wait: random.number(1...20))
        }
    }

    @Test(arguments: [
        ("/nodes", CollectorName.nodes), ("/cluster/version", .cluster), ("/tasks", .tasks),
        ("/jobs", .jobs),
    ])
    func `A listing that hangs for several intervals keeps no other collector from the truth`(
        path: String,
        hanging: CollectorName
    ) throws {
        var random = SeededRandom(UInt64(path.utf8.count))
        let run = try Run(interval: .milliseconds(50))
        defer { run.stop() }
        run.apply(Self.events(&random, 60))
        try run.start()
        #expect(run.settle(CollectorName.allCases))
        #expect(run.complaints(about: CollectorName.allCases) == [])
        run.close(path)
        // Tasks need the job list to know whose tasks there are.
        let others = CollectorName.allCases.filter {
            $0 != hanging && !(hanging == .jobs && $0 == .tasks)
        }
        for _ in 0..<4 {
            run.apply(Self.events(&random, 8))
            #expect(run.settle(others))
            #expect(run.complaints(about: others) == [])
        }
        // What hangs is neither withdrawn nor failed.
        let family = ["/nodes": "hpcpack_nodes", "/cluster/version": "hpcpack_job_templates"][path]
        #expect(run.page.contains { $0.name == family ?? "hpcpack_\(hanging.rawValue)" })
        #expect(run.collector.status[hanging]?.succeeded == true)
        run.open()
        #expect(run.settle(CollectorName.allCases))
        #expect(run.complaints(about: CollectorName.allCases) == [])
    }

    @Test
    func
        `With 2,000 running jobs a round of tasks lasts over many rounds of jobs, at the request rate`()
        throws
    {
        let rate = 250
        var random = SeededRandom(2000)
        let run = try Run(interval: .milliseconds(200), maxRequestRate: rate)
        defer { run.stop() }
        run.headNode.change { cluster in
            for number in 0..<2000 {
                cluster.apply(
                    HistoryEvent(
                        kind: .submit,
                        seed: UInt64(number),
                        wait: number % 50 == 0 ? 1 : 0
                    )
                )
            }
            for id in cluster.jobs.keys { cluster.jobs[id]?.state = "Running" }
        }
        try run.start()
        // The jobs are there at once, and the page does not wait for the tasks.
        #expect(run.settle([.cluster, .nodes, .jobs]))
        #expect(run.complaints(about: [.cluster, .nodes, .jobs]) == [])
        // Changes while the round of tasks is under way; the jobs follow them in every round.
        while run.commits(of: .tasks) == 0 {
            run.apply(Self.events(&random, 5))
            #expect(run.settle([.cluster, .jobs]))
            #expect(run.complaints(about: [.cluster, .jobs]) == [])
        }
        // An instrumented round of jobs takes longer than its interval.
        let rounds = Sanitizer.isOn ? 2 : 5
        #expect(run.commits(of: .jobs) >= rounds * run.commits(of: .tasks))
        #expect(run.settle([.tasks]))
        #expect(run.complaints(about: CollectorName.allCases) == [])
        Self.expect(run.requests, atMost: rate)
    }

    /// Expects that no span of time holds more requests than the rate and its burst of five seconds allow.
    private static func expect(_ requests: [ContinuousClock.Instant], atMost rate: Int) {
        // The server sees requests later than they were admitted, by different delays.
        let jitter = 1.0
        for first in stride(from: 0, to: requests.count, by: 50) {
            for last in stride(from: first, to: requests.count, by: 50) {
                let seconds = (requests[last] - requests[first]) / .seconds(1) + jitter
                let most = Double(rate) * (5 + seconds)
                #expect(Double(last - first) <= most, "\(last - first) requests in \(seconds) s")
            }
        }
        // The burst is used up in the first rounds: later seconds hold the rate itself.
        guard let end = requests.last else { return }
        let lastSeconds = requests.count { end - $0 < .seconds(4) }
        #expect(Double(lastSeconds) <= Double(rate) * (4 + jitter))
    }
}
