import Basics
import Flags
import HPCPackClient

/// What a check asked and how it was answered, in the form of docs/recordings.md#the-file.
struct Recording {
    /// The version of the format.
    static let version = 1
    private static let folder = "hpcpack-recording/"

    /// The exchanges, their texts replaced.
    let exchanges: [Exchange]
    /// What was left in.
    let report: AnonymizerReport
    /// How many exchanges of each call were not kept, by the template of its path.
    let omitted: [String: Int]
    private let continuations: [Int: ExchangeLog.Continuation]
    private let start: ContinuousClock.Instant

    /// Replaces the texts of what was recorded.
    init(
        _ log: ExchangeLog,
        generator: some RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        let result = Anonymizer.anonymize(log.exchanges, generator: generator)
        exchanges = result.exchanges
        report = result.report
        omitted = log.omitted
        continuations = log.continuations
        start = log.start
    }

    /// The calls that were recorded, by the templates of their paths.
    var calls: Set<String> { Set(exchanges.map(\.pathTemplate)) }

    /// The archive, compressed.
    ///
    /// - Parameter time: When it was made, in Unix seconds.
    /// - Returns: `nil` when there is no memory for it.
    func archive(time: UInt32) -> [UInt8]? {
        var archive = TarArchive()
        archive.add(Self.folder + "README", Array(readme.utf8), time: time)
        for (index, exchange) in exchanges.enumerated() {
            let number = String(index + 1)
            let words = exchange.pathTemplate.split { $0 == "/" || $0 == "{" || $0 == "}" }
            let name =
                String(repeating: "0", count: max(0, 4 - number.count)) + number + "-"
                + words.joined(separator: "-") + ".txt"
            archive.add(Self.folder + name, text(of: exchange, index), time: time)
        }
        archive.finish()
        return Gzip.compress(archive.bytes)
    }

    /// One exchange: lines that describe it, an empty line, and the body as it came.
    private func text(of exchange: Exchange, _ index: Int) -> [UInt8] {
        var request = "\(exchange.method) \(exchange.path)"
        for (index, (name, value)) in exchange.query.enumerated() {
            request += index == 0 ? "?" : "&"
            request +=
                PercentText.encode(name, keeping: "$") + "="
                + PercentText.encode(value, keeping: ",")
        }
        var lines = [
            "hpcpack-recording \(Self.version)",
            "request: \(request)",
            "call: \(exchange.pathTemplate)",
            "head-node: \(exchange.headNode)",
            "sent-ms: \(Int((exchange.start - start) / .milliseconds(1)))",
            "took-ms: \(Int(exchange.duration / .milliseconds(1)))",
            "status: \(exchange.status)",
            "body: \(exchange.isWhole ? "whole" : "cut off")",
        ]
        if let failure = exchange.failure { lines.append("failure: \(failure)") }
        switch continuations[index] {
        case .at(let next):
            lines.append("next-page: left out, goes on at \(exchanges[next].pageToken ?? "")")
        case .end: lines.append("next-page: left out")
        case nil: break
        }
        lines += exchange.headers.map { "field: \($0.name): \($0.value)" }
        let head = lines.map { line in
            String(
                scalars: line.unicodeScalars.map {
                    $0.properties.generalCategory == .control ? " " : $0
                }
            )
        }
        return Array((head.joined(separator: "\n") + "\n\n").utf8) + exchange.body
    }

    private var readme: String {
        var text = """
            How an HPC Pack cluster answered hpcpack-exporter \(BuildInfo.version), without its names.

            Each file is one request and its answer: lines that describe it, an empty line, and the body. Every text
            that may name something was replaced by random letters of the same form, the same text always by the same
            letters. Requests hold no credentials. Please read it before you send it.

            Format \(Self.version); hpcpack-simulator --replay=FILE answers from this archive.

            Calls and their answers:

            """
        for call in calls.sorted() {
            let count = exchanges.count { $0.pathTemplate == call }
            let more = omitted[call].map { ", \($0) more not kept" } ?? ""
            text += "  \(call): \(count)\(more)\n"
        }
        text += "\nLeft in as it was:\n\n"
        for line in keptLines { text += "  \(line)\n" }
        return text
    }

    /// What was left in, one line for each property.
    var keptLines: [String] {
        report.kept.sorted { $0.key < $1.key }.map { property, kept in
            let examples = kept.examples.map { $0.printable(limit: 40) }.joined(separator: " | ")
            return "\(property): \(CheckReport.count(kept.count, "value")), such as \(examples)"
        }
    }
}
