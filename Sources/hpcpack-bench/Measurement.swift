import Glibc

/// One line of the table.
struct TableRow {
    /// What was measured.
    var what: String
    /// The median, with its unit.
    var median: String
    /// What was measured beside it in the same run, with its median.
    var beside = ""
    /// The median of the ratios of the two.
    var ratio = ""
    /// What is asked for; empty for a figure that explains another.
    var target = ""
    /// Whether the target is reached; `nil` where there is none.
    var isMet: Bool?

    /// The line in Markdown.
    var line: String {
        let verdict = isMet.map { $0 ? "yes" : "**no**" } ?? ""
        return "| " + [what, median, beside, ratio, target, verdict].joined(separator: " | ") + " |"
    }

    /// The head of the table in Markdown.
    static let head = """
        | what | median | beside it in the same run | ratio | target | met |
        | --- | --- | --- | --- | --- | --- |
        """
}

/// Measurements of one quantity, in the order in which they were made.
struct Samples {
    private(set) var values: [Double] = []

    mutating func append(_ value: Double) { values.append(value) }

    /// The value in the middle; of an even number of values, the mean of the two in the middle.
    var median: Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Returns the ratios of the measurements that were made one after the other.
    ///
    /// What slows both down for a while leaves their ratio alone.
    static func / (left: Samples, right: Samples) -> Samples {
        Samples(values: zip(left.values, right.values).map(/))
    }

    /// Returns the differences of the measurements that were made one after the other.
    static func - (left: Samples, right: Samples) -> Samples {
        Samples(values: zip(left.values, right.values).map(-))
    }
}

extension Double {
    /// Returns the number with so many digits after the decimal point, at most three.
    func digits(_ count: Int) -> String {
        guard isFinite else { return "?" }
        let scale = [1, 10, 100, 1000][count]
        let scaled = Int((magnitude * Double(scale)).rounded())
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard count > 0 else { return "\(sign)\(scaled)" }
        // The 1 before the fraction keeps its leading zeros.
        return "\(sign)\(scaled / scale).\(String(scale + scaled % scale).dropFirst())"
    }

    /// The number, in seconds, as milliseconds.
    var milliseconds: String { "\((self * 1000).digits(self < 0.1 ? 2 : 0)) ms" }
}

/// The CPU time of a process, user and system.
struct CPUClock {
    private let clock: clockid_t

    /// The clock of this process.
    static let own = CPUClock(clock: CLOCK_PROCESS_CPUTIME_ID)

    private init(clock: clockid_t) { self.clock = clock }

    /// Creates the clock of another process, which must not have been waited for.
    init(of process: pid_t) throws {
        var clock = clockid_t()
        guard unsafe clock_getcpuclockid(process, &clock) == 0 else {
            throw BenchError("process \(process) has no CPU clock")
        }
        self.init(clock: clock)
    }

    /// The CPU time so far, in seconds.
    var seconds: Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
