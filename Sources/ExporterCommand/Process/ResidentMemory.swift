import Basics
import Glibc

/// The memory that the process keeps resident.
enum ResidentMemory {
    /// Releases the resident pages of the program and its libraries that are unchanged from their files.
    ///
    /// In a process as small as this one most of the resident memory was touched by the dynamic linker and by the
    /// initialization of libcurl's libraries, and is not used again. The kernel reads a released page from the page
    /// cache when it is touched again.
    ///
    /// - Returns: The bytes of address space that were released; 0 where `/proc` is missing.
    @discardableResult
    static func releaseFilePages() -> Int {
        let limit = 16 << 20
        guard let text = try? FileContents(path: "/proc/self/smaps", limit: limit).text else {
            return 0
        }
        var bytes = 0
        for range in unchangedFileRanges(in: text) {
            // Safe: the mapping belongs to a file, is read-only, and has no page that differs from the file
            // (proc(5): Anonymous), so that dropping its pages changes no byte of memory.
            let address = unsafe UnsafeMutableRawPointer(bitPattern: range.lowerBound)
            if unsafe madvise(address, range.count, MADV_DONTNEED) == 0 { bytes += range.count }
        }
        return bytes
    }

    /// The read-only mappings of files in which no page differs from the file.
    ///
    /// - Parameter smaps: The text of `/proc/self/smaps` (proc(5)).
    /// - Returns: Their address ranges.
    static func unchangedFileRanges(in smaps: String) -> [Range<UInt>] {
        var found: [Range<UInt>] = []
        var candidate: Range<UInt>?
        for line in smaps.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            if let range = range(fields) {
                let isFile = fields.count > 5 && fields[5].hasPrefix("/")
                let isReadOnly = fields[1].hasPrefix("r-") && fields[1].hasSuffix("p")
                candidate = isFile && isReadOnly ? range : nil
            } else if fields.count == 3, fields[0] == "Anonymous:", fields[1] == "0" {
                if let range = candidate { found.append(range) }
                candidate = nil
            }
        }
        return found
    }

    /// The addresses in the first line of a mapping; `nil` for any other line.
    private static func range(_ fields: [Substring]) -> Range<UInt>? {
        guard fields.count >= 5, let ends = fields.first?.split(separator: "-"), ends.count == 2,
            let start = UInt(ends[0], radix: 16), let end = UInt(ends[1], radix: 16), start < end
        else { return nil }
        return start..<end
    }
}
