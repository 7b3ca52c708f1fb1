import Glibc
import Testing

@testable import Logging

struct DescriptorSinkTests {
    /// Both ends of a new pipe.
    private func makePipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// What is in the pipe now, up to 256 KiB.
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

        // The reader is back, and so is the log.
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
        // This process has to outlive the write, as the exporter does.
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
