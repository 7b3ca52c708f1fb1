import Basics

/// The exit codes that are a success: numbers and ranges, such as `0,-4..12,400..max`.
///
/// `min` and `max`, in any letter case, stand for the ends of 32 bits in a range. An empty text means 0
/// (product documentation, `ISchedulerTask::ValidExitCodes`).
struct ExitCodes: Sendable {
    private let ranges: [ClosedRange<Int>]

    /// Parses the value of `JobValidExitCodes` or `TaskValidExitCodes`.
    init?(_ text: String) {
        guard !text.trimmingBlanks().isEmpty else {
            ranges = [0...0]
            return
        }
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = String(part.trimmingBlanks())
            let ends = word.split(separator: ".", omittingEmptySubsequences: false)
            if ends.count == 1, let code = Int32(word) {
                ranges.append(Int(code)...Int(code))
            } else if ends.count == 3, ends[1].isEmpty, let one = Self.end(ends[0]),
                let other = Self.end(ends[2])
            {
                ranges.append(min(one, other)...max(one, other))
            } else {
                return nil
            }
        }
        self.ranges = ranges
    }

    private static func end(_ text: Substring) -> Int? {
        switch text.lowercased() {
        case "min": Int(Int32.min)
        case "max": Int(Int32.max)
        default: Int32(text).map { Int($0) }
        }
    }

    func contains(_ code: Int32) -> Bool {
        ranges.contains { $0.contains(Int(code)) }
    }
}
