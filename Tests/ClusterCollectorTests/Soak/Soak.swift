import Foundation
import TestSupport

/// A long run in cycles: a while of churn and faults, then quiet, then every number against the truth.
struct Soak {
    private let headNode: ModelHeadNode
    private let exporter: ChildProcess
    private let address: String
    private var random: SeededRandom
    private var throughput = ThroughputObserver()
    private(set) var complaints: [String] = []

    private var events = 0
    private var scrapes = 0
    private var slowest = 0.0
    private var cycles = 0
    private var first: ProcessVitals?
    private var last: ProcessVitals?
    private var mostMemory = 0
    private var rounds = 0.0
    private var restarts = 0.0
    private var ended = 0.0

    /// Starts the exporter on a cluster of some hundred jobs.
    init(seed: UInt64) throws {
        random = SeededRandom(seed)
        var behavior = ServerBehavior()
        behavior.start = Int(Date().timeIntervalSince1970)
        behavior.paging = .live
        behavior.rowsPerRead = 50
        behavior.losesTokens = true
        var cluster = ModelCluster(behavior)
        for _ in 0..<300 { cluster.apply(Self.event(&random, [.submit, .submit, .step, .node])) }
        headNode = ModelHeadNode(cluster)
        exporter = try ChildProcess(
            "hpcpack-exporter",
            [
                "--hpcpack.url=\(headNode.server.url)", "--hpcpack.rows-per-read=50",
                "--hpcpack.max-request-rate=0",
                "--collector.interval=20ms", "--collector.full-interval=1s",
                "--web.listen-address=127.0.0.1:0",
            ]
        )
        address = "http://" + (try exporter.word(after: "address=http://"))
    }

    private static func event(
        _ random: inout SeededRandom,
        _ kinds: [HistoryEvent.Kind]
    ) -> HistoryEvent {
        HistoryEvent(kind: random.pick(kinds), seed: random.next() >> 44)
    }

    /// Runs cycles for so long, at least two.
    mutating func run(seconds: Double) throws {
        let end = Date().addingTimeInterval(seconds)
        try settle()
        while Date() < end || cycles < 2 {
            try churn(for: min(4, max(1, seconds / 10)))
            try settle()
            guard complaints.isEmpty else { return }
            cycles += 1
            let vitals = try ProcessVitals(of: exporter.id)
            if cycles == 2 { first = vitals }
            last = vitals
            mostMemory = max(mostMemory, vitals.memoryBytes)
        }
        judge()
    }

    /// Events, faults and scrapes; a job changes at most once, so that no change hides another.
    private mutating func churn(for seconds: Double) throws {
        let kinds: [HistoryEvent.Kind] = [
            .submit, .submit, .flash, .step, .step, .step, .step, .fail, .cancel, .requeue, .bounce,
            .purge, .move, .touch, .churn, .churn, .node, .group, .cluster,
        ]
        headNode.begin(ModelHeadNode.Disturbance())
        let end = Date().addingTimeInterval(seconds)
        var nextScrape = Date()
        while Date() < end {
            let event = Self.event(&random, kinds)
            let now = Int(Date().timeIntervalSince1970)
            headNode.change { cluster in
                cluster.now = max(cluster.now, now)
                cluster.apply(event)
            }
            events += 1
            if random.chance(of: 40) {
                let outage = random.pick(["/jobs", "/tasks", "/nodes", "/groups", "Format"])
                headNode.disturb(
                    ModelHeadNode.Disturbance(
                        restart: random.chance(of: 2) ? 1 : nil,
                        outage: random.chance(of: 2) ? outage : nil
                    )
                )
            } else if random.chance(of: 10) {
                headNode.disturb(ModelHeadNode.Disturbance())
            }
            if Date() >= nextScrape {
                _ = try scrape()
                nextScrape = Date().addingTimeInterval(0.1)
            }
            // Paces the events; nothing waits for it.
            Foundation.Thread.sleep(forTimeInterval: 0.004)
        }
        _ = headNode.end()
    }

    private mutating func scrape() throws -> String {
        let start = Date()
        let text = try Curl.get(address).body
        slowest = max(slowest, Date().timeIntervalSince(start))
        scrapes += 1
        return text
    }

    /// Waits until everything was read twice since the last change, then compares every number.
    private mutating func settle() throws {
        func fullReads(_ page: MetricsPage, _ name: String) -> Double {
            page["hpcpack_exporter_full_reads_total{collector=\"\(name)\"}"] ?? 0
        }
        let before = MetricsPage(try scrape())
        var text = ""
        let isSettled = try Deadline.wait(seconds: 60) {
            text = try Curl.get(address).body
            let page = MetricsPage(text)
            return page["hpcpack_up"] == 1
                && ["jobs", "tasks"].allSatisfy {
                    fullReads(page, $0) >= fullReads(before, $0) + 3
                }
        }
        guard isSettled else {
            complaints.append(
                "no two full reads in a minute: \(exporter.standardError.suffix(800))"
            )
            return
        }
        headNode.change { cluster in
            cluster.noteRead(full: true)
            cluster.noteTasksRead()
        }
        let cluster = headNode.cluster
        let told: Set<String> = ["starttime", "endtime", "submittime", "changetime"]
        throughput.look(at: cluster.sortedJobs, told: told)
        var expected = ExpectedPage(groups: cluster.groups)
        expected.add(cluster: cluster)
        expected.add(nodes: cluster.nodes)
        expected.add(jobs: cluster.sortedJobs, ghosts: 0)
        expected.add(throughput: throughput, most: throughput)
        expected.add(tasksOf: cluster.sortedJobs, all: false, mastersShow: false, ghosts: 0)
        complaints += expected.complaints(about: PageSeries.all(text)).map {
            "cycle \(cycles): " + $0
        }
        let page = MetricsPage(text)
        rounds = page.values.filter {
            $0.key.hasPrefix("hpcpack_api_requests_total{operation=\"date_time_format\"")
        }.values.reduce(0, +)
        restarts = page.values.filter {
            $0.key.hasPrefix("hpcpack_exporter_listing_restarts_total")
        }.values.reduce(0, +)
        ended = Double(throughput.endings.count)
    }

    private mutating func judge() {
        guard let first, let last else { return }
        if last.threads != first.threads {
            complaints.append("threads went from \(first.threads) to \(last.threads)")
        }
        if last.descriptors > first.descriptors + 8 {
            complaints.append("descriptors went from \(first.descriptors) to \(last.descriptors)")
        }
        // The cluster itself grows a little; a leak of a kilobyte a round would be several MiB.
        if last.memoryBytes > first.memoryBytes + 8 << 20 {
            complaints.append(
                "memory went from \(first.memoryBytes >> 10) KiB to \(last.memoryBytes >> 10) KiB"
            )
        }
        if slowest > 1 { complaints.append("a scrape took \(slowest) s") }
    }

    /// What the run came to.
    var table: String {
        func mebibytes(_ bytes: Int?) -> String { "\((bytes ?? 0) >> 10) KiB" }
        let rows: [(String, String)] = [
            ("cycles, each compared in full", "\(cycles)"), ("rounds", "\(Int(rounds))"),
            ("events", "\(events)"), ("jobs seen to end", "\(Int(ended))"),
            ("listings begun again", "\(Int(restarts))"),
            ("scrapes, slowest", "\(scrapes), \(Int(slowest * 1000)) ms"),
            (
                "threads, early and late",
                "\(first?.threads ?? 0), \(last?.threads ?? 0)"
            ),
            (
                "descriptors, early and late",
                "\(first?.descriptors ?? 0), \(last?.descriptors ?? 0)"
            ),
            (
                "memory, early, late, most",
                [first?.memoryBytes, last?.memoryBytes, mostMemory].map(mebibytes)
                    .joined(separator: ", ")
            ), ("wrong numbers and broken bounds", "\(complaints.count)"),
        ]
        return rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }
}
