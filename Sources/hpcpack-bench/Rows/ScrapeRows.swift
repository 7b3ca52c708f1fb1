import Glibc

/// The page served to eight clients, against nginx that serves the same bytes as a file: by HTTP, and by HTTPS with
/// the same certificate.
enum ScrapeRows {
    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: 2000, nodes: 10_000))
        defer { headNode.stop() }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let exporter = try ExporterProgram(headNode)
        defer { exporter.stop() }
        let plain = try exporter.page()
        let compressed = try exporter.page(gzip: true)
        try folder.write(plain, to: "plain")
        try folder.write(compressed, to: "gzip")
        let series = RenderRows.seriesCount(plain)

        let nginx = try WebServer(files: folder)
        defer { nginx.stop() }
        let open = Comparison(settings, "http", exporter, nginx)
        var rows = [
            try open.row("`/metrics` of \(series) series, plain", plain.count, gzip: false),
            try open.row("the same, gzip", compressed.count, gzip: true),
        ]

        let certificate = try CertificateFiles(in: folder)
        let configuration = """
            tls_server_config:
              cert_file: \(certificate.certificate)
              key_file: \(certificate.key)

            """
        try folder.write(Array(configuration.utf8), to: "web.yml")
        let secureExporter = try ExporterProgram(
            headNode,
            ["--web.config.file=\(folder.path)/web.yml"]
        )
        defer { secureExporter.stop() }
        let secureNginx = try WebServer(files: folder, securedBy: certificate)
        defer { secureNginx.stop() }
        let secure = Comparison(settings, "https", secureExporter, secureNginx)
        rows += [
            try secure.row("`/metrics` by TLS, plain", plain.count, gzip: false),
            try secure.row("the same, gzip", compressed.count, gzip: true),
        ]
        return rows
    }

    /// The exporter against nginx.
    private struct Comparison {
        private let settings: BenchSettings
        private let scheme: String
        private let exporter: ExporterProgram
        private let nginx: WebServer

        init(
            _ settings: BenchSettings,
            _ scheme: String,
            _ exporter: ExporterProgram,
            _ nginx: WebServer
        ) {
            self.settings = settings
            self.scheme = scheme
            self.exporter = exporter
            self.nginx = nginx
        }

        func row(_ what: String, _ size: Int, gzip: Bool) throws -> TableRow {
            let seconds = 1
            let path = gzip ? "gzip" : "plain"
            let servers = [
                (
                    url: "\(scheme)://127.0.0.1:\(exporter.port)/metrics",
                    cpu: { try exporter.program.cpu }
                ),
                (
                    url: "\(scheme)://127.0.0.1:\(nginx.port)/\(path)",
                    cpu: { try nginx.cpu }
                ),
            ]
            var rates = [Samples(), Samples()]
            var costs = [Samples(), Samples()]
            for repetition in 0..<settings.repetitions(21, quick: 7) {
                // Each server is the first of every other pair.
                for index in repetition % 2 == 0 ? [0, 1] : [1, 0] {
                    let (url, cpu) = servers[index]
                    let before = try cpu()
                    let rate = try LoadGenerator.rate(url, gzip: gzip, seconds: seconds)
                    rates[index].append(rate)
                    costs[index].append((try cpu() - before) / (rate * Double(seconds)))
                }
            }
            let texts = zip(rates, costs).map { rate, cost in
                "\(rate.median.digits(0))/s, \((cost.median * 1e6).digits(0)) µs of CPU each"
            }
            let ratio = (rates[0] / rates[1]).median
            return TableRow(
                what: "\(what) (\(size / 1000) kB), `wrk -t1 -c8`",
                median: texts[0],
                beside: "nginx, a file: \(texts[1])",
                ratio: ratio.digits(2),
                target: "≥ 1",
                isMet: ratio >= 1
            )
        }
    }
}

/// The time from the start of the process to the whole response to the first scrape.
enum StartRows {
    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let headNode = try HeadNodeProgram(.small)
        defer { headNode.stop() }
        var times = Samples()
        var cpu = Samples()
        var versions = Samples()
        // The first start makes the head node prepare its pages.
        _ = try start(headNode)
        for _ in 0..<settings.repetitions(21, quick: 9) {
            let (time, used) = try start(headNode)
            times.append(time)
            cpu.append(used)
            let begin = ContinuousClock.now
            try ChildProgram.run(try ExporterProgram.path, ["--version"])
            versions.append(seconds(since: begin))
        }
        return [
            TableRow(
                what: "start to first scrape answered, small cluster, wall clock",
                median: times.median.milliseconds,
                beside: "`--version` alone: \(versions.median.milliseconds)",
                ratio: (times / versions).median.digits(1),
                target: "≤ 50 ms",
                isMet: times.median <= 0.05
            ),
            TableRow(what: "CPU of the same", median: cpu.median.milliseconds),
        ]
    }

    /// Starts the exporter, scrapes it once, and ends it.
    private static func start(_ headNode: HeadNodeProgram) throws -> (time: Double, cpu: Double) {
        let port = try LoopbackClient.freePort()
        let begin = ContinuousClock.now
        let program = try ChildProgram(
            try ExporterProgram.path,
            ExporterProgram.flags(headNode, port) + ["--log.level=error"]
        )
        defer { program.stop() }
        while seconds(since: begin) < 20 {
            if let response = LoopbackClient.get(port, "/metrics") {
                let time = seconds(since: begin)
                let page = String(decoding: response.body, as: UTF8.self)
                guard page.contains("\nhpcpack_up 1\n") else {
                    throw BenchError("the first scrape does not show a whole round")
                }
                return (time, try program.cpu)
            }
            usleep(200)
        }
        throw BenchError("the exporter does not serve")
    }

    private static func seconds(since begin: ContinuousClock.Instant) -> Double {
        begin.duration(to: .now) / .seconds(1)
    }
}
