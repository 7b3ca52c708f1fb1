/// The page served to eight clients, against nginx with the same bytes as a file.
enum ScrapeRows {
    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: 2000, nodes: 10_000))
        defer { headNode.stop() }
        let exporter = try ExporterProgram(headNode)
        defer { exporter.stop() }
        let folder = try Tools.makeFolder()
        defer { Tools.removeFolder(folder) }
        let page = try exporter.page()
        let compressed = try exporter.page(gzip: true)
        try Tools.write(page, to: folder + "/plain")
        try Tools.write(compressed, to: folder + "/gzip")
        let nginx = try WebServer(files: folder)
        defer { nginx.stop() }
        let series = RenderRows.series(page)
        return [
            try row(
                "`/metrics` of \(series) series, plain (\(page.count / 1000) kB)",
                false,
                settings,
                exporter,
                nginx
            ),
            try row(
                "the same, gzip (\(compressed.count / 1000) kB)",
                true,
                settings,
                exporter,
                nginx
            ),
        ]
    }

    private static func row(
        _ what: String,
        _ gzip: Bool,
        _ settings: BenchSettings,
        _ exporter: ExporterProgram,
        _ nginx: WebServer
    ) throws(BenchError) -> BenchRow {
        let ours = "http://127.0.0.1:\(exporter.port)/metrics"
        let theirs = "http://127.0.0.1:\(nginx.port)/\(gzip ? "gzip" : "plain")"
        let seconds = 1
        var rates = Samples()
        var nginxRates = Samples()
        var costs = Samples()
        var nginxCosts = Samples()
        for round in 0..<settings.repeats(21, quick: 7) {
            // Neither is always the first of a pair.
            for isOurs in round % 2 == 0 ? [true, false] : [false, true] {
                let before = isOurs ? try exporter.program.cpu : try nginx.cpu
                let rate = try LoadGenerator.rate(
                    isOurs ? ours : theirs,
                    gzip: gzip,
                    seconds: seconds
                )
                let used = (isOurs ? try exporter.program.cpu : try nginx.cpu) - before
                let cost = used / (rate * Double(seconds))
                if isOurs {
                    rates.add(rate)
                    costs.add(cost)
                } else {
                    nginxRates.add(rate)
                    nginxCosts.add(cost)
                }
            }
        }
        let ratio = rates.ratio(to: nginxRates)
        func cost(_ costs: Samples) -> String { "\((costs.median * 1e6).digits(0)) µs of CPU each" }
        return BenchRow(
            what: what + ", `wrk -t1 -c8`",
            median: "\(rates.median.digits(0))/s, \(cost(costs))",
            beside: "nginx, a file: \(nginxRates.median.digits(0))/s, \(cost(nginxCosts))",
            ratio: ratio.digits(2),
            target: "≥ 1",
            isMet: ratio >= 1
        )
    }
}
