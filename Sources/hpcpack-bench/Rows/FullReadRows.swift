/// The CPU of a full read, against curl fetching the same pages to nowhere over one connection.
enum FullReadRows {
    private static let jobs = 100_000
    private static let nodes = 10_000

    static func rows(_ settings: BenchSettings) throws(BenchError) -> [BenchRow] {
        let headNode = try HeadNodeProgram(ClusterSize(jobs: jobs, nodes: nodes))
        let empty = try HeadNodeProgram(ClusterSize(jobs: 0, nodes: 0))
        defer {
            headNode.stop()
            empty.stop()
        }
        let folder = try Tools.makeFolder()
        defer { Tools.removeFolder(folder) }
        let proxy = try WebServer(securing: headNode, folder)
        defer { proxy.stop() }
        let plain = try compare(settings, headNode.url, empty.url, folder, [], [])
        let secure = try compare(
            settings,
            "https://localhost:\(proxy.port)/hpc",
            empty.url,
            folder,
            ["--hpcpack.ca-file=\(folder)/ca.pem"],
            ["--cacert", folder + "/ca.pem"]
        )
        return [plain.row("over http", target: 2), secure.row("over https", target: 2)]
    }

    /// What a read and the download of the same pages cost.
    private struct Comparison {
        /// Start-up taken off.
        var reads: Samples
        var downloads: Samples
        var start: Double
        var curlStart: Double

        func row(_ how: String, target: Double) -> BenchRow {
            let ratio = reads.ratio(to: downloads)
            return BenchRow(
                what: "CPU of a full read of 100,000 jobs and 10,000 nodes \(how)",
                median: "\(reads.median.milliseconds) (start-up \(start.milliseconds) taken off)",
                beside: "curl to nowhere: \(downloads.median.milliseconds) "
                    + "(start-up \(curlStart.milliseconds) taken off)",
                ratio: ratio.digits(2),
                target: "≤ \(target.digits(0))",
                isMet: ratio <= target
            )
        }
    }

    private static func compare(
        _ settings: BenchSettings,
        _ url: String,
        _ emptyURL: String,
        _ folder: String,
        _ flags: [String],
        _ curlFlags: [String]
    ) throws(BenchError) -> Comparison {
        try Tools.write(Array(curlFile(url).utf8), to: folder + "/pages")
        try Tools.write(Array(lines(url + "/cluster/version").utf8), to: folder + "/start")
        // The first read makes the head node prepare its pages.
        _ = try read(url, flags)
        var reads = Samples()
        var starts = Samples()
        var curls = Samples()
        var curlStarts = Samples()
        for _ in 0..<settings.repeats(11, quick: 5) {
            reads.add(try read(url, flags))
            curls.add(try curl(folder + "/pages", curlFlags))
            starts.add(try read(emptyURL, flags))
            curlStarts.add(try curl(folder + "/start", curlFlags))
        }
        return Comparison(
            reads: reads.less(starts),
            downloads: curls.less(curlStarts),
            start: starts.median,
            curlStart: curlStarts.median
        )
    }

    private static func read(_ url: String, _ flags: [String]) throws(BenchError) -> Double {
        try ChildProgram.cpu(
            try Tools.exporter,
            flags + [
                "--hpcpack.url=\(url)", "--once", "--no-collector.tasks",
                "--no-collector.node-details", "--hpcpack.max-request-rate=0",
            ]
        )
    }

    private static func curl(_ file: String, _ flags: [String]) throws(BenchError) -> Double {
        try ChildProgram.cpu("curl", ["-q", "-s", "-S", "-f"] + flags + ["-K", file])
    }

    /// The pages that the exporter reads, with the same properties and tokens.
    private static func curlFile(_ base: String) -> String {
        let jobNames = "Id,State,NodeGroups,SubmitTime,StartTime,EndTime,ChangeTime"
        let nodeNames =
            "Id,Name,State,Reachable,NodeGroups,NumCores,NumSockets,MemorySize,Availability,Location,OnlineTime"
        var text = ""
        for (path, count, names) in [("jobs", jobs, jobNames), ("nodes", nodes, nodeNames)] {
            for first in stride(from: 0, to: count, by: 1000) {
                let token = first == 0 ? "" : "&queryId=\(first)"
                text += lines(
                    "\(base)/\(path)?properties=\(names)&rowsPerRead=1000\(token)"
                )
            }
        }
        return text
    }

    private static func lines(_ url: String) -> String {
        "url = \"\(url)\"\noutput = \"/dev/null\"\n"
    }
}
