import Basics
import Foundation
import Logging
import TestSupport
import Testing

@testable import HPCPackClient

/// What was logged.
private final class LogLines: Sendable {
    let texts = Mutex<[String]>([])
}

/// A password from a file is stripped of its line end, read again when the file changes, and never shown.
final class PasswordTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("password-\(UUID())")
    private let lines = LogLines()
    private var path: String { folder.appendingPathComponent("password").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ bytes: [UInt8], mode: Int = 0o600) throws {
        let manager = FileManager.default
        _ = manager.createFile(atPath: path, contents: Data(bytes))
        try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func write(_ text: String, mode: Int = 0o600) throws {
        try write(Array(text.utf8), mode: mode)
    }

    private func logger() -> Logger {
        Logger(level: .debug, format: .logfmt) { [lines] line in
            lines.texts.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
    }

    private func credentials() -> Credentials {
        Credentials(user: "u", source: .file(path), logger: logger())
    }

    @Test(arguments: [
        ("hunter2", "hunter2"), ("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"),
        (" hunter2 \n", " hunter2 "), ("\u{FEFF}hunter2\r\n", "hunter2"),
        ("pä:ß\"\\'\n", "pä:ß\"\\'"),
        ("x", "x"), (String(repeating: "x", count: 65_536), String(repeating: "x", count: 65_536)),
    ])
    func `One line end and a byte order mark are no part of the password`(
        text: String,
        password: String
    ) throws {
        try write(text)
        #expect(try PasswordSource.file(path).read().password == password)
    }

    @Test(arguments: [
        ([], "is empty"), ([0x0A], "is empty"), ([0x0D, 0x0A], "is empty"),
        ([0xEF, 0xBB, 0xBF, 0x0A], "is empty"), (Array("a\0b".utf8), "not UTF-8"),
        ([0], "not UTF-8"),
        ([0xFF, 0xFE, 0x68, 0], "not UTF-8"), ([0x70, 0xE4], "not UTF-8"),
        (Array("hunter2\nhunter2\n".utf8), "more than one line"),
        (Array("hunter2\n\n".utf8), "more than one line"),
        (Array("hunter2\r".utf8), "control character"),
        (Array("hunter2\t".utf8), "control character"),
        ([UInt8](repeating: 0x61, count: 65_537), "Larger than 64 KiB"),
    ])
    func `What is no password is told in one line without it`(bytes: [UInt8], words: String) throws
    {
        try write(bytes)
        let error = #expect(throws: PasswordSource.Unreadable.self) {
            try PasswordSource.file(path).read()
        }
        let text = try #require(error).description
        #expect(text.contains(words) && text.contains(path), "\(text)")
        #expect(!text.contains("hunter2") && !text.contains { $0.isNewline })
    }

    @Test func `What is no regular file is told at once`() throws {
        try #require(unsafe mkfifo(path, 0o600) == 0)
        for (place, words) in [
            (path, "Not a regular file"), (folder.path, "a directory"),
            ("/dev/zero", "Not a regular file"), ("/dev/null", "Not a regular file"),
            (path + "/x", "Not a directory"), ("/nonexistent/x", "No such file"),
        ] {
            let error = #expect(throws: PasswordSource.Unreadable.self) {
                try PasswordSource.file(place).read()
            }
            #expect(error?.description.contains(words) == true, "\(place)")
        }
    }

    @Test(arguments: [
        (0o600, false), (0o640, false), (0o440, false), (0o604, true), (0o644, true), (0o602, true),
    ])
    func `A file that others may read or change is exposed`(mode: Int, isExposed: Bool) throws {
        try write("hunter2", mode: mode)
        #expect(try PasswordSource.file(path).read().isExposed == isExposed)
        // The rights that count are those of the file behind a link.
        let link = folder.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(try PasswordSource.file(link).read().isExposed == isExposed)
    }

    @Test func `Nothing that holds the password shows it`() throws {
        try write("hunter2")
        let source = PasswordSource.fixed("hunter2")
        for value in [source, try source.read(), try PasswordSource.file(path).read()] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!"\(value) \(String(reflecting: value)) \(dumped)".contains("hunter2"))
        }
    }

    @Test func `The file is read again when it changes, however it changes`() throws {
        try write("first")
        let credentials = credentials()
        #expect(try credentials.current().password == "first")
        // In place, of the same size.
        try write("secnd")
        #expect(try credentials.current().password == "secnd")
        // By another file in its place, as Kubernetes and careful people do.
        let new = folder.appendingPathComponent("new").path
        try Data("third\n".utf8).write(to: URL(fileURLWithPath: new))
        try #require(unsafe rename(new, path) == 0)
        #expect(try credentials.current().password == "third")
        // With an old time, as a restored backup has.
        try write("forth")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: path
        )
        #expect(try credentials.current().password == "forth")
    }

    @Test
    func `The last password serves while the file is gone or unusable, and that is told once`()
        throws
    {
        try write("first")
        let credentials = credentials()
        #expect(try credentials.current().password == "first")
        try FileManager.default.removeItem(atPath: path)
        for _ in 0..<10 { #expect(try credentials.current().password == "first") }
        #expect(lines.texts.withLock { $0.count } == 1)
        #expect(lines.texts.withLock { $0[0] }.contains("No such file"))
        try write("")
        for _ in 0..<10 { #expect(try credentials.current().password == "first") }
        #expect(lines.texts.withLock { $0.count } == 2)
        #expect(!credentials.reload(replacing: "first"))
        try write("second")
        #expect(try credentials.current().password == "second")
        #expect(credentials.reload(replacing: "first") && !credentials.reload(replacing: "second"))
        #expect(lines.texts.withLock { $0.count } == 2)
    }

    @Test func `Rights that are widened while it runs are told once`() throws {
        try write("first")
        let credentials = credentials()
        _ = try credentials.current()
        for _ in 0..<3 {
            try write("first", mode: 0o644)
            _ = try credentials.current()
        }
        #expect(lines.texts.withLock { $0.count } == 1)
        #expect(lines.texts.withLock { $0[0] }.contains("changed by others"))
    }

    @Test func `A file that was never read is an error with every request`() throws {
        let credentials = credentials()
        for _ in 0..<2 {
            #expect(throws: PasswordSource.Unreadable.self) { try credentials.current() }
        }
        try write("late")
        #expect(try credentials.current().password == "late")
    }

    @Test func `A path that may be the password itself is not repeated`() {
        let error = #expect(throws: PasswordSource.Unreadable.self) {
            try PasswordSource.file("hunter2").read()
        }
        #expect(error?.description == "the password file cannot be read: No such file or directory")
    }
}
