/// The CPU time of a full read, against curl that downloads the same pages over one connection.
enum FullReadRows {
    private static let jobs = 100_000
    private static let nodes = 10_000

    static func rows(_ settings: BenchSettings) throws -> [TableRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: jobs, nodes: nodes))
        let empty = try HeadNodeProgram(ClusterSize())
        let folder = try TemporaryFolder()
        defer {
            headNode.stop()
            empty.stop()
            folder.remove()
        }
        let proxy = try WebServer(securing: headNode, folder)
        defer { proxy.stop() }

        /// Measures reads of a head node at `url`.
        func row(
            over scheme: String,
            _ url: String,
            _ flags: [String] = [],
            curl curlFlags: [String] = []
        ) throws -> TableRow {
            try folder.write(Array(pages(url).utf8), to: "pages")
            try folder.write(Array(curlEntry(url + "/cluster/version").utf8), to: "start")
            func read(_ url: String) throws -> Double {
                try ChildProgram.run(
                    try ExporterProgram.path,
                    flags + [
                        "--hpcpack.url=\(url)", "--once", "--no-collector.tasks",
                        "--no-collector.node-details", "--hpcpack.max-request-rate=0",
                    ]
                )
            }
            func curl(_ file: String) throws -> Double {
                try ChildProgram.run(
                    "curl",
                    ["-q", "-s", "-S", "-f"] + curlFlags + ["-K", "\(folder.path)/\(file)"]
                )
            }
            // The first read makes the head node prepare its pages.
            _ = try read(url)
            var reads = Samples()
            var readStarts = Samples()
            var downloads = Samples()
            var downloadStarts = Samples()
            for _ in 0..<settings.repetitions(11, quick: 5) {
                reads.append(try read(url))
                downloads.append(try curl("pages"))
                readStarts.append(try read(empty.url))
                downloadStarts.append(try curl("start"))
            }
            let (read, download) = (reads - readStarts, downloads - downloadStarts)
            let ratio = (read / download).median
            func text(_ samples: Samples, _ starts: Samples) -> String {
                "\(samples.median.milliseconds) (start-up \(starts.median.milliseconds) taken off)"
            }
            return TableRow(
                what: "CPU of a full read of 100,000 jobs and 10,000 nodes over \(scheme)",
                median: text(read, readStarts),
                beside: "curl to nowhere: " + text(download, downloadStarts),
                ratio: ratio.digits(2),
                target: "≤ 4",
                isMet: ratio <= 4
            )
        }

        let certificate = folder.path + "/ca.pem"
        return [
            try row(over: "http", headNode.url),
            try row(
                over: "https",
                "https://localhost:\(proxy.port)/hpc",
                ["--hpcpack.ca-file=\(certificate)"],
                curl: ["--cacert", certificate]
            ),
        ]
    }

    /// Returns curl's configuration for downloading the pages that the exporter reads.
    private static func pages(_ url: String) -> String {
        let jobProperties = "Id,State,NodeGroups,SubmitTime,StartTime,EndTime,ChangeTime"
        let nodeProperties =
            "Id,Name,State,Reachable,NodeGroups,NumCores,NumSockets,MemorySize,Availability,Location,"
            + "OnlineTime"
        var text = ""
        for (path, count, properties) in [
            ("jobs", jobs, jobProperties), ("nodes", nodes, nodeProperties),
        ] {
            // As many rows in a page as the exporter asks for.
            for first in stride(from: 0, to: count, by: 500) {
                let token = first == 0 ? "" : "&queryId=\(first)"
                text += curlEntry(
                    "\(url)/\(path)?properties=\(properties)&rowsPerRead=500\(token)"
                )
            }
        }
        return text
    }

    private static func curlEntry(_ url: String) -> String {
        "url = \"\(url)\"\noutput = \"/dev/null\"\n"
    }
}
