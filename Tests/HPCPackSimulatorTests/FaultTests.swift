import Testing

@testable import HPCPackSimulator

struct FaultTests {
    @Test func `Every kind and option that is documented is understood, and no other there is`()
        throws
    {
        for line in FaultReference.kinds { _ = try Fault(line.example) }
        for line in FaultReference.options { _ = try Fault("status=503," + line.example) }
        func names(_ lines: [FaultReference.Line]) -> [String] {
            lines.map { line in String(line.form.prefix { $0 != "=" && $0 != "[" }) }
        }
        #expect(names(FaultReference.kinds) == FaultKind.names)
        #expect(names(FaultReference.options) == Fault.options)
    }

    @Test(arguments: [
        ("", "is not one of"), ("explode", "is not one of latency, status"),
        ("status", "needs a number"), ("status=99", "no number from 200 to 599"),
        ("status=abc", "no number"), ("latency", "no duration"), ("latency=-1s", "no duration"),
        ("latency=1x", "no duration"), ("latency=100h", "no duration"),
        ("latency=nan", "no duration"), ("latency=.", "no duration"), ("drip=5", "BYTES/DURATION"),
        ("drip=0/1s", "no number from 1"), ("hang=1", "takes no value"),
        ("garbage=x", "not one of wire, body"), ("chunks=x", "not one of size, end, overrun"),
        ("filter", "is one of refused"), ("filter=leaves-out/0", "no number from 1"),
        ("date-format=q", "is not supported"), ("date-format", "needs a pattern"),
        ("reset=-1", "no number from 0"), ("shift-pages=9999999", "no number"),
        ("hang,path", "needs a value"), ("hang,path=", "needs a value"),
        ("hang,where=/x", "is not one of path"), ("hang,count=0", "no number from 1"),
        ("hang,probability=2", "must be 0 to 1"), ("hang,probability=x", "must be 0 to 1"),
        ("hang,head-node=3", "no number from 1 to 2"), ("hang,retry-after=1", "a status only"),
        ("status=503,retry-after=date:x", "no number"), ("hang,", "needs a value"),
        ("hang,path=/" + String(repeating: "x", count: 1000), "at most 1000 bytes"),
    ])
    func `What makes no sense is refused in one sentence`(_ text: String, _ part: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Fault(text) }
        #expect(error.description.contains(part), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test func `No text of a fault traps`() {
        var random = SeededRandom(seed: 11)
        let alphabet = Array("=,:/-.0123456789smhdateTER*?é\0 ")
        let examples = FaultReference.kinds.map(\.example)
        let options = FaultReference.options.map(\.example)
        for _ in 0..<3000 {
            var text = Array(examples[random.below(examples.count)])
            for _ in 0..<random.below(3) { text += "," + options[random.below(options.count)] }
            for _ in 0..<random.below(4) {
                let letter = alphabet[random.below(alphabet.count)]
                let index = random.below(text.count)
                if random.chance(500) {
                    text[index] = letter
                } else {
                    text.insert(letter, at: index)
                }
            }
            guard let fault = try? Fault(String(text)) else { continue }
            _ = fault.matches(APIRequest("GET", "/hpc/jobs/1"), headNode: 1)
        }
    }

    @Test(arguments: [
        ("250ms", 0.25), ("5s", 5), ("2m", 120), ("1h", 3600), ("7", 7), ("0.5", 0.5),
        ("24h", 86_400),
    ])
    func `Durations are read`(_ text: String, _ seconds: Double) throws {
        #expect(try FaultValue.seconds("x", text) == seconds)
    }

    @Test(arguments: [
        ("/jobs*", "/hpc/jobs", true), ("/jobs*", "/HPC/Jobs/1/tasks", true),
        ("/jobs", "/hpc/jobs/1", false), ("/jobs/?*/tasks", "/hpc/jobs/12/tasks", true),
        ("/jobs/?/tasks", "/hpc/jobs/12/tasks", false), ("*", "/hpc/nodes", true),
        ("*groups*", "/hpc/nodes/groups/a", true), ("/n*s", "/hpc/nodes", true),
        ("/n*x", "/hpc/nodes", false), ("", "/hpc", true), ("/jobs", "/jobs", true),
        ("*a*a*a*a*a*a*a*b", "/hpc/" + String(repeating: "a", count: 5000), false),
        ("**", "/hpc/x", true),
    ])
    func `Path patterns match`(_ pattern: String, _ path: String, _ matches: Bool) {
        #expect(PathPattern(pattern).matches(path) == matches)
    }
}
