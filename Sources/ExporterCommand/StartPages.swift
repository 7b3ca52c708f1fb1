import Basics
import Glibc

/// Gives back the pages of program and libraries that only the start needed.
///
/// The dynamic linker and the set-up of libcurl's many libraries touch most of what stays resident in a
/// process as small as this one. All of it equals its file, so it can go: what is needed again comes back
/// from the page cache when it is touched.
enum StartPages {
    /// Lets the pages go, once.
    ///
    /// - Returns: The bytes of address space that were let go; 0 where `/proc` does not tell.
    @discardableResult
    static func release() -> Int {
        guard let text = try? FileContents(path: "/proc/self/smaps").text else { return 0 }
        var bytes = 0
        for range in ranges(in: text) {
            // Safe: the mapping belongs to a file, cannot be written, and holds no page that differs from
            // the file (proc(5): Anonymous), so that dropping its pages changes no byte of memory.
            let place = unsafe UnsafeMutableRawPointer(bitPattern: range.lowerBound)
            if unsafe madvise(place, range.count, MADV_DONTNEED) == 0 { bytes += range.count }
        }
        return bytes
    }

    /// The mappings of files that nobody can write and of which no page was ever written.
    ///
    /// - Parameter smaps: The text of `/proc/self/smaps` (proc(5)).
    /// - Returns: Their addresses.
    static func ranges(in smaps: String) -> [Range<UInt>] {
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

    /// The addresses of the line that begins a mapping.
    private static func range(_ fields: [Substring]) -> Range<UInt>? {
        guard fields.count >= 5, let ends = fields.first?.split(separator: "-"), ends.count == 2,
            let start = UInt(ends[0], radix: 16), let end = UInt(ends[1], radix: 16), start < end
        else { return nil }
        return start..<end
    }
}
