import Basics
import HPCPackClient
import JSONRows
import Logging
import Testing

@testable import ClusterCollector

/// Whose tasks are asked for, in which order, and what answers change, with passed clocks.
struct TaskStoreTests {
    private let start = ContinuousClock.now
    private let context: CollectionContext

    init() throws {
        let client = HPCPackClient(
            ClientConfiguration(headNodes: [try HeadNodeURL("http://127.0.0.1:1")]),
            logger: .silent
        )
        context = CollectionContext(
            format: DateTimeFormat(client, interval: .seconds(30), .silent),
            unrecognized: UnrecognizedValues(.silent),
            logger: .silent
        )
    }

    private func time(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private static func job(_ id: Int64, _ state: JobState, _ change: UInt32 = 1000) -> JobReference
    {
        JobReference(
            JobTable.Entry(row: JobRow(id: id, state: state, changeTime: change), groups: 0)
        )
    }

    private static func reading(
        active: [JobReference],
        changed: [JobReference] = [],
        requeued: Bool = false,
        ended: [JobReference] = [],
        removed: [Int64] = [],
        isFirst: Bool = false,
        newest: UInt32 = 2000
    ) -> JobReading {
        var changes = JobChanges()
        changes.jobs = changed.map { JobChanges.Job(job: $0, wasRequeued: requeued) }
        changes.removed = removed
        changes.isFirstRead = isFirst
        return JobReading(
            changes: changes,
            active: active,
            ended: ended,
            isComplete: isFirst,
            newestChange: newest,
            clockWasSetBack: false,
            hasGroups: true
        )
    }

    /// A store that knows running jobs, with everything read once at `second`.
    private func store(_ jobs: [Int64], readAt second: Int, countsEnded: Bool = false) throws
        -> TaskStore
    {
        var store = TaskStore(countsEnded: countsEnded, interval: .seconds(30))
        store.changesAreAllowed = true
        store.follow(
            Self.reading(active: jobs.map { Self.job($0, .running) }, isFirst: true),
            at: start
        )
        _ = try round(&store, from: second)
        return store
    }

    /// Answers every query of a round, a second for each; returns the jobs in the order of the queries.
    private func round(_ store: inout TaskStore, from second: Int) throws -> [Int64] {
        var order: [Int64] = []
        _ = store.beginRound(at: time(second))
        while let query = store.nextQuery(at: time(second + order.count)) {
            order.append(query.job)
            try answer(query, ["\(query.job).1": "Running"], &store, at: second + order.count)
        }
        store.endRound()
        return order
    }

    private func answer(
        _ query: TaskQuery,
        _ tasks: KeyValuePairs<String, String>,
        _ store: inout TaskStore,
        at second: Int
    ) throws {
        let listing = TaskListing(context, from: query.start)
        listing.begin()
        var reader = RowReader(
            shape: .objects(
                ColumnSet(["TaskId", "State", "ChangeTime", "JobTaskId", "InstanceId"])
            ),
            limits: JSONLimits()
        )
        let rows = tasks.map { id, state in
            #"{"Properties":[{"Name":"TaskId","Value":"\#(id)"},{"Name":"State","Value":"\#(state)"}]}"#
        }
        let text = Array("[\(rows.joined(separator: ","))]".utf8)
        try reader.feed(text.span) { _ = listing.stage($0) }
        _ = store.apply(listing, to: query, at: time(second))
    }

    @Test func `Jobs that were never read come first, then those read longest ago`() throws {
        var store = try store([1, 2, 3], readAt: 0)
        // Job 2 was asked for last.
        _ = store.beginRound(at: time(10))
        let next = store.nextQuery(at: time(10))
        let first = try #require(next)
        #expect(first.job == 1)
        try answer(first, ["1.1": "Running"], &store, at: 20)
        store.endRound()
        store.follow(
            Self.reading(
                active: [1, 2, 3, 9].map { Self.job($0, .running) },
                changed: [Self.job(9, .running)]
            ),
            at: time(21)
        )
        let order = try round(&store, from: 30)
        #expect(order == [9, 2, 3, 1])
    }

    @Test func `A job that comes during a round is asked for next, and a job that ends no more`()
        throws
    {
        var store = try store([1, 2, 3], readAt: 0)
        _ = store.beginRound(at: time(10))
        _ = store.nextQuery(at: time(10))
        store.follow(
            Self.reading(
                active: [1, 3, 9].map { Self.job($0, .running) },
                changed: [Self.job(2, .finished), Self.job(9, .running)]
            ),
            at: time(11)
        )
        #expect(store.counts.total[.running] == 2)
        let rest = [12, 13, 14].map { store.nextQuery(at: time($0))?.job }
        #expect(rest == [9, 3, nil])
    }

    @Test func `An answer to a query from before a change of the job does not settle the change`()
        throws
    {
        var store = TaskStore(countsEnded: false, interval: .seconds(30))
        store.changesAreAllowed = true
        store.follow(Self.reading(active: [Self.job(1, .running)], isFirst: true), at: start)
        _ = store.beginRound(at: start)
        let first = store.nextQuery(at: start)
        try answer(try #require(first), [:], &store, at: 1)
        store.endRound()
        _ = store.beginRound(at: time(10))
        let asked = store.nextQuery(at: time(10))
        let query = try #require(asked)
        #expect(query.start != nil)
        // The job is requeued while the query is under way.
        store.follow(
            Self.reading(
                active: [Self.job(1, .queued)],
                changed: [Self.job(1, .queued, 1500)],
                requeued: true
            ),
            at: time(11)
        )
        try answer(query, ["1.1": "Finished"], &store, at: 12)
        store.endRound()
        _ = store.beginRound(at: time(40))
        let again = store.nextQuery(at: time(40))
        let next = try #require(again)
        // All tasks are asked for: what was known of the last run does not hold.
        #expect(next.job == 1 && next.start == nil)
        try answer(next, ["1.1": "Queued"], &store, at: 41)
        #expect(store.counts.total[.queued] == 1 && store.counts.total[.finished] == 0)
    }

    @Test func `Queued jobs are asked for once, running ones in every round`() throws {
        var store = TaskStore(countsEnded: false, interval: .seconds(30))
        store.changesAreAllowed = true
        let jobs = [Self.job(1, .queued), Self.job(2, .running)]
        store.follow(Self.reading(active: jobs, isFirst: true), at: start)
        var order = try round(&store, from: 0)
        #expect(order == [1, 2])
        order = try round(&store, from: 30)
        #expect(order == [2])
        store.requireFullRead()
        order = try round(&store, from: 60)
        #expect(Set(order) == [1, 2])
        #expect(store.oldestRead == time(61))
    }

    @Test
    func `Ended jobs are read once after the active ones, which come again when that takes long`()
        throws
    {
        var store = TaskStore(countsEnded: true, interval: .seconds(30))
        store.changesAreAllowed = true
        let ended = (100..<150).map { Self.job($0, .finished) }
        store.follow(
            Self.reading(active: [Self.job(1, .running)], ended: ended, isFirst: true),
            at: start
        )
        var order = try round(&store, from: 0)
        #expect(order.first == 1 && order.count == 52 && order.last == 1)
        #expect(store.backlogCount == 0)
        order = try round(&store, from: 100)
        #expect(order == [1])
        #expect(store.counts.total[.running] == 51)
    }

    @Test
    func `A job that is removed takes its tasks along, and comes back while the job list shows it`()
        throws
    {
        var store = try store([1, 2], readAt: 0)
        store.remove(1)
        #expect(store.counts.total[.running] == 1)
        store.follow(Self.reading(active: [1, 2].map { Self.job($0, .running) }), at: time(10))
        let order = try round(&store, from: 20)
        #expect(order == [1, 2])
        #expect(store.counts.total[.running] == 2)
    }
}
