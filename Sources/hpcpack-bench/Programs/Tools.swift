import Glibc

/// The programs and files that the benchmark works with.
enum Tools {
    /// This program.
    static let own = "/proc/self/exe"

    /// The exporter, built beside this program.
    static var exporter: String {
        get throws(BenchError) {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe bytes.withUnsafeMutableBytes { memory in
                guard let place = memory.baseAddress else { return 0 }
                return unsafe readlink(
                    own,
                    place.assumingMemoryBound(to: CChar.self),
                    memory.count
                )
            }
            let path = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            let exporter = "/\(folder)/hpcpack-exporter"
            guard unsafe access(exporter, X_OK) == 0 else {
                throw BenchError("\(exporter) is not built")
            }
            return exporter
        }
    }

    /// The text of a file.
    static func read(_ path: String) throws(BenchError) -> String {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BenchError("\(path) cannot be read") }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer[..<count]
        }
    }

    /// Writes a file whole.
    static func write(_ bytes: [UInt8], to path: String) throws(BenchError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { if file >= 0 { close(file) } }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw BenchError("\(path) cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// Removes a folder that `makeFolder` made, with all that is in it.
    static func removeFolder(_ path: String) {
        guard path.hasPrefix("/tmp/hpcpack-bench-") else { return }
        // What cannot be removed is left to whoever looks after the folder of temporary files.
        _ = try? ChildProgram.cpu("rm", ["-rf", "--", path])
    }

    /// A folder of this run's own.
    ///
    /// - Throws: `BenchError` when it cannot be made.
    static func makeFolder() throws(BenchError) -> String {
        // In /tmp itself: a TMPDIR may be a folder that the web server's user cannot enter. mkdtemp writes the
        // letters of the name in place and no more, and the array ends with a zero.
        var name = Array("/tmp/hpcpack-bench-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw BenchError("no folder can be made") }
        // The workers of a web server that is started as root run as another user.
        return unsafe name.withUnsafeBufferPointer { text in
            guard let path = text.baseAddress else { return "" }
            unsafe chmod(path, 0o755)
            return unsafe String(cString: path)
        }
    }
}
