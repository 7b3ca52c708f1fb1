/// A pattern for paths under `/hpc`: `*` is anything, `?` any one byte, letter case does not matter.
///
/// `/jobs*` is all that begins with `/jobs`; `/jobs/?*/tasks` the tasks of any job.
struct PathPattern: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.lowercased().utf8)
    }

    /// Whether the path of a request, base path included, is meant.
    func matches(_ path: String) -> Bool {
        let path = path.lowercased()
        return matches(Array((path.hasPrefix("/hpc") ? path.dropFirst(4) : path[...]).utf8))
    }

    /// Matches without going back further than the last `*`, so that no pattern takes long.
    private func matches(_ text: [UInt8]) -> Bool {
        var position = 0
        var index = 0
        var star: (position: Int, index: Int)?
        while index < text.count {
            if position < bytes.count, bytes[position] == UInt8(ascii: "*") {
                star = (position, index)
                position += 1
            } else if position < bytes.count,
                bytes[position] == text[index] || bytes[position] == UInt8(ascii: "?")
            {
                position += 1
                index += 1
            } else if let last = star {
                star = (last.position, last.index + 1)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return bytes[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
