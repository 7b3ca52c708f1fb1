import Foundation
import HTTPListener
import TestSupport
import Testing

@testable import HPCPackSimulator

struct FaultTransportTests {
    /// A transport that records what is sent.
    private final class Recorder: ByteTransport {
        var pieces: [[UInt8]] = []
        var isReset = false
        /// How many bytes are accepted at a time.
        var room = Int.max

        let descriptor: Int32 = -1
        let deadline: ContinuousClock.Instant? = nil
        let hasBufferedInput = false

        func receive(into buffer: inout [UInt8], atMost count: Int) -> TransferOutcome { .ended }

        func send(_ first: Span<UInt8>, _ second: Span<UInt8>) -> TransferOutcome {
            let bytes = first.indices.map { first[$0] } + second.indices.map { second[$0] }
            pieces.append(Array(bytes.prefix(room)))
            return .moved(min(bytes.count, room))
        }

        func endOutput() {}

        func resetOnClose() { isReset = true }
    }

    private let recorder = Recorder()
    private let transport: FaultTransport

    init() { transport = FaultTransport(recorder) }

    private func replace(_ response: RawResponse) throws {
        try #require(transport.context as? ResponseReplacement).set(response)
    }

    /// Sends what the listener would send.
    private func send() -> TransferOutcome {
        transport.send(Array("HTTP".utf8).span, Array("body".utf8).span)
    }

    /// Waits for the timer of a pause.
    private func waitForTimer() {
        var entry = pollfd(fd: transport.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(unsafe poll(&entry, 1, 10_000) == 1)
    }

    @Test func `Without a fault the response goes as it is`() {
        #expect(send() == .moved(8))
        #expect(recorder.pieces == [Array("HTTPbody".utf8)])
        #expect(transport.descriptor == -1)
    }

    @Test(arguments: [1, 7, 25, 26, 27, 1000, 0])
    func `A response in pieces goes whole, whatever their size`(_ pieceBytes: Int) throws {
        let bytes = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        try replace(RawResponse(bytes: bytes, pieceBytes: pieceBytes, pause: .milliseconds(1)))
        recorder.room = 5
        var outcome = send()
        while outcome == .blocked(until: .reading) {
            waitForTimer()
            outcome = send()
        }
        #expect(outcome == .moved(8))
        #expect(recorder.pieces.flatMap(\.self) == bytes)
        #expect(recorder.pieces.allSatisfy { $0.count <= max(pieceBytes, 1) })
        // The next response is the listener's own.
        recorder.room = .max
        #expect(send() == .moved(8))
        #expect(recorder.pieces.last == Array("HTTPbody".utf8))
    }

    @Test func `A piece goes no sooner than a pause after the one before`() throws {
        try replace(RawResponse(bytes: [1, 2], pieceBytes: 1, pause: .milliseconds(150)))
        let start = ContinuousClock.now
        #expect(send() == .blocked(until: .reading))
        #expect(send() == .blocked(until: .reading))
        #expect(recorder.pieces == [[1]])
        waitForTimer()
        #expect(send() == .moved(8))
        #expect(recorder.pieces == [[1], [2]])
        #expect(ContinuousClock.now - start >= .milliseconds(140))
    }

    @Test(arguments: [[], [1, 2, 3]] as [[UInt8]])
    func `A reset comes after the bytes before it`(_ bytes: [UInt8]) throws {
        try replace(RawResponse(bytes: bytes, resets: true))
        #expect(send() == .failed)
        #expect(recorder.pieces.flatMap(\.self) == bytes)
        #expect(recorder.isReset)
    }

    /// A simulator behind a socket with a fault for `/nodes`.
    private func server(_ fault: String) throws -> (server: SimulatorServer, port: UInt16) {
        var configuration = SimulatorConfiguration()
        configuration.jobs = 10
        configuration.addresses = ["127.0.0.1:0"]
        configuration.faults = ["\(fault),path=/nodes"]
        let server = try SimulatorServer(configuration: configuration)
        try server.start()
        let port = server.urls.first.flatMap { URL(string: $0)?.port }
        return (server, UInt16(try #require(port)))
    }

    private func client(_ port: UInt16, _ path: String) throws -> RawClient {
        let client = try RawClient(port: port)
        let user = Data("HPC\\monitor:monitor".utf8).base64EncodedString()
        try client.request("/hpc\(path)", "Authorization: Basic \(user)\r\n")
        return client
    }

    @Test func `Others are served while an answer pauses, and a client may leave in the middle`()
        throws
    {
        let (server, port) = try server("drip=1/60s")
        let slow = try (0..<20).map { _ in try client(port, "/nodes") }
        for client in slow { #expect(try client.read(count: 1) == [UInt8(ascii: "H")]) }
        for client in slow.dropFirst() { client.abort() }
        let quick = try client(port, "/cluster/version")
        #expect(String(decoding: try quick.read(count: 15), as: UTF8.self) == "HTTP/1.1 200 OK")
        server.stop()
        server.join()
    }

    @Test(arguments: ["drip=64/1ms", "truncate=1000000"])
    func `An answer whose bytes a fault sends ends with its connection`(_ fault: String) throws {
        let (server, port) = try server(fault)
        let text = try client(port, "/nodes").readToEnd()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("]"))
        server.stop()
        server.join()
    }
}
