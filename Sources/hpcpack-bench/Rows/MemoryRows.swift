/// Resident memory of the exporter after its first rounds.
enum MemoryRows {
    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let small = try measure(.small)
        let large = try measure(
            ClusterSize(
                jobs: 1_000_000,
                nodes: 40,
                running: 500,
                queued: 500,
                tasksPerJob: 1000
            )
        )
        return [
            row("small cluster (40 nodes, 2,000 jobs, 400 tasks)", small, 15),
            row("1,000,000 jobs and 1,000,000 tasks", large, 120),
        ]
    }

    private static func row(
        _ what: String,
        _ memory: (resident: Double, anonymous: Double),
        _ target: Double
    ) -> BenchRow {
        BenchRow(
            what: "resident memory, " + what,
            median: "\(memory.resident.digits(1)) MB",
            beside: "its own, without mapped files: \(memory.anonymous.digits(1)) MB",
            target: "≤ \(target.digits(0)) MB",
            isMet: memory.resident <= target
        )
    }

    /// Megabytes after three rounds and a scrape of each kind.
    private static func measure(
        _ size: ClusterSize
    ) throws(BenchError) -> (resident: Double, anonymous: Double) {
        let headNode = try HeadNodeProgram(size)
        defer { headNode.stop() }
        let exporter = try ExporterProgram(headNode)
        defer { exporter.stop() }
        for _ in 0..<2 { _ = try exporter.round() }
        _ = try exporter.page()
        _ = try exporter.page(gzip: true)
        let (resident, anonymous) = try exporter.memory
        return (Double(resident) / 1e6, Double(anonymous) / 1e6)
    }
}
