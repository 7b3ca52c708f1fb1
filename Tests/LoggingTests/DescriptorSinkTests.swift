import Basics
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Logging

struct DescriptorSinkTests {
    /// Creates a pipe.
    private func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// Reads what is in the pipe, up to 256 KiB.
    private func drain(_ descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 262_144)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    @Test func `Lines arrive whole and in order`() throws {
        let pipe = try makePipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        let sink = DescriptorSink(descriptor: pipe.writing)
        sink.write(Array("one\n".utf8))
        sink.write(Array("two\n".utf8))
        #expect(drain(pipe.reading) == Array("one\ntwo\n".utf8))
        #expect(sink.lostLines == 0)
    }

    @Test func `A pipe that nobody reads loses lines and blocks nobody`() throws {
        let pipe = try makePipe()
        defer {
            close(pipe.reading)
            close(pipe.writing)
        }
        let sink = DescriptorSink(descriptor: pipe.writing)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: LogLine.maximumBytes - 1) + [10]
        for _ in 0..<100 {
            sink.write(line)
        }
        #expect(sink.lostLines > 0)
        let bytes = drain(pipe.reading)
        #expect(bytes.count.isMultiple(of: line.count))
        #expect(!bytes.isEmpty)

        // The pipe has been read: lines are written again.
        sink.write(Array("back\n".utf8))
        #expect(sink.lostLines == 0)
        #expect(drain(pipe.reading) == Array("back\n".utf8))
    }

    @Test func `A full device loses the line`() throws {
        let descriptor = unsafe open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let sink = DescriptorSink(descriptor: descriptor)
        sink.write(Array("one\n".utf8))
        #expect(sink.lostLines == 1)
    }

    @Test func `A closed reader loses the line`() throws {
        // The process must survive the write, as the exporter does.
        signal(SIGPIPE, SIG_IGN)
        let pipe = try makePipe()
        close(pipe.reading)
        defer { close(pipe.writing) }
        let sink = DescriptorSink(descriptor: pipe.writing)
        sink.write(Array("one\n".utf8))
        #expect(sink.lostLines == 1)
    }

    @Test func `A descriptor that is not open loses the line`() {
        let sink = DescriptorSink(descriptor: 1_000_000)
        sink.write(Array("one\n".utf8))
        #expect(sink.lostLines == 1)
    }
}

struct SharedDescriptorTests {
    @Test func `The flags of a pipe that others hold are left as they are`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let before = fcntl(ends[1], F_GETFL)
        let sink = DescriptorSink(descriptor: ends[1])
        sink.write(Array("one\n".utf8))
        #expect(sink.lostLines == 0)
        #expect(fcntl(ends[1], F_GETFL) == before && before & O_NONBLOCK == 0)
    }

    @Test(arguments: ["pipe", "socket"])
    func `A pipe that another writer keeps full blocks no line`(kind: String) throws {
        var ends: [Int32] = [0, 0]
        if kind == "pipe" {
            try #require(unsafe pipe(&ends) == 0)
        } else {
            try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        }
        signal(SIGPIPE, SIG_IGN)
        let sink = DescriptorSink(descriptor: ends[1])
        // Another process fills it between poll(2) and write(2) of the sink.
        let flags = fcntl(ends[1], F_GETFL)
        _ = fcntl(ends[1], F_SETFL, flags | O_NONBLOCK)
        let block = [UInt8](repeating: 0x2E, count: 4096)
        while unsafe write(ends[1], block, block.count) > 0 {}
        _ = fcntl(ends[1], F_SETFL, flags)
        let result = Mutex<Int?>(nil)
        let writer = Foundation.Thread {
            let count = sink.writeWithoutBlocking(Array("line\n".utf8))
            result.withLock { $0 = count }
        }
        writer.start()
        let isDone = Deadline.wait { result.withLock { $0 != nil } }
        // A write that blocks ends here.
        close(ends[0])
        #expect(isDone && result.withLock { $0 } == 0)
        close(ends[1])
    }

    @Test func `A socket that nobody reads loses lines, and goes on with a whole one`() throws {
        var ends: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let sink = DescriptorSink(descriptor: ends[1])
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 3000) + [10]
        for _ in 0..<1000 { sink.write(line) }
        #expect(sink.lostLines > 0)
        var bytes: [UInt8] = []
        while true {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(ends[0], &chunk, chunk.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        sink.write(Array("back\n".utf8))
        #expect(sink.lostLines == 0)
        var chunk = [UInt8](repeating: 0, count: 64)
        let count = unsafe recv(ends[0], &chunk, chunk.count, Int32(MSG_DONTWAIT))
        bytes += chunk.prefix(max(0, count))
        #expect(bytes.split(separator: 10).last.map(Array.init) == Array("back".utf8))
    }

    @Test func `A file is written at its end, not anew`() throws {
        let path = "/tmp/sink-\(UUID())"
        defer { _ = unsafe unlink(path) }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        for text in ["one\n", "two\n"] {
            DescriptorSink(descriptor: descriptor).write(Array(text.utf8))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n")
    }
}
