import Basics
import Foundation
import Testing

final class FileContentsTests {
    private let folder = NSTemporaryDirectory() + "/file-contents-\(UUID())"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Creates a file, and returns its path.
    private func file(_ bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
        let path = folder + "/file"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try #require(unsafe chmod(path, mode) == 0)
        return path
    }

    /// Reads a file, which must fail.
    private func failure(_ path: String, limit: Int = 1 << 20) -> String? {
        do {
            _ = try FileContents(path: path, limit: limit)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000])
    func `A file is read whole`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try file(bytes)
        #expect(try FileContents(path: path, limit: count).bytes == bytes)
    }

    @Test(arguments: [(0, 1), (1023, 1024), (16_384, 16_385), (1 << 20, 1 << 20 + 1)])
    func `A file of one byte more than the limit is rejected`(limit: Int, count: Int) throws {
        let path = try file([UInt8](repeating: 0x20, count: count))
        #expect(failure(path, limit: limit) == "Larger than \(limit >> 10) KiB")
    }

    @Test func `A folder is no file`() {
        #expect(failure(folder) == "Is a directory")
    }

    @Test func `A FIFO without a writer is rejected, and not waited for`() throws {
        let path = folder + "/fifo"
        try #require(unsafe mkfifo(path, 0o600) == 0)
        #expect(failure(path) == "Not a regular file")
    }

    @Test(arguments: ["/dev/zero", "/dev/null"])
    func `A device is rejected`(path: String) {
        #expect(failure(path) == "Not a regular file")
    }

    @Test func `A missing file is named by the system's error`() {
        #expect(failure(folder + "/missing") == "No such file or directory")
        #expect(failure("") == "No such file or directory")
    }

    @Test func `A symbolic link is followed`() throws {
        let path = try file(Array("text".utf8))
        try #require(unsafe symlink(path, folder + "/link") == 0)
        #expect(try FileContents(path: folder + "/link").text == "text")
    }

    @Test(arguments: [
        (0o600, false), (0o640, false), (0o660, false), (0o604, true), (0o602, true),
        (0o644, true), (0o601, false),
    ])
    func `A file that other users may read or write is exposed`(mode: mode_t, isExposed: Bool)
        throws
    {
        #expect(try FileContents(path: file([], mode: mode)).isExposed == isExposed)
    }

    @Test func `Bytes that are not UTF-8 become replacement characters`() throws {
        let path = try file([0x61, 0xFF, 0x62])
        #expect(try FileContents(path: path).text == "a\u{FFFD}b")
    }

    @Test func `Files of the kernel, which have no size, are read`() throws {
        #expect(try FileContents(path: "/proc/self/status").text.contains("Name:"))
    }
}
