import ParserOracles
import Testing

@testable import HTTPListener

/// The state machine of a connection, with bytes and time from the test.
struct ConnectionMachineTests {
    private typealias Action = ConnectionMachine.Action

    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let upload = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n"

    /// A machine, a clock that moves when told, and the bytes that were sent.
    private struct Client {
        private(set) var machine: ConnectionMachine
        private(set) var now = ContinuousClock.now
        private(set) var sent = ""

        init(_ limits: ListenerLimits = .tests) {
            machine = ConnectionMachine(limits: limits, at: now)
        }

        /// Lets time pass, does something, and returns the actions that follow, those of sending aside.
        @discardableResult
        mutating func after(
            _ seconds: Double = 0,
            accepting bytes: Int = .max,
            _ body: (inout ConnectionMachine, ContinuousClock.Instant) -> Void = { _, _ in }
        ) -> [Action] {
            now += .seconds(seconds)
            body(&machine, now)
            var actions: [Action] = []
            var room = bytes
            while true {
                switch machine.advance(at: now, date: "now") {
                case .send:
                    guard room > 0, let write = machine.pendingWrite else { return actions }
                    let first = Array(write.unsent, upTo: room)
                    let piece = first + Array(write.next, upTo: room - first.count)
                    room -= piece.count
                    sent += String(decoding: piece, as: UTF8.self)
                    _ = machine.sent(piece.count, at: now)
                case .wait: return actions
                case .handle(let request):
                    actions.append(.handle(request))
                    return actions
                case .close: return actions + [.close]
                case let action: actions.append(action)
                }
            }
        }

        @discardableResult
        mutating func after(_ seconds: Double = 0, receiving text: String) -> [Action] {
            after(seconds) { $0.received(Array(text.utf8)[...], at: $1) }
        }

        @discardableResult
        mutating func after(_ seconds: Double = 0, responding text: String) -> [Action] {
            after(seconds) { machine, _ in machine.respond(.text(200, text), due: nil) }
        }

        var deadline: Double? { machine.deadline.map { ($0 - now) / .seconds(1) } }
    }

    private static func isHandle(_ actions: [Action]) -> Bool {
        if case .handle? = actions.first { actions.count == 1 } else { false }
    }

    private static func status(_ actions: [Action]) -> Int? {
        if case .refused(let refusal)? = actions.first { refusal.status } else { nil }
    }

    @Test func `Requests that come in one go are served one by one, and nothing is read meanwhile`()
    {
        var client = Client()
        #expect(Self.isHandle(client.after(receiving: Self.request + Self.request)))
        #expect(client.machine.interest == .hangUp)
        #expect(Self.isHandle(client.after(responding: "one")))
        #expect(client.sent.hasSuffix("\r\n\r\none"))
        #expect(client.after(responding: "two").isEmpty)
        #expect(client.sent.hasSuffix("\r\n\r\ntwo"))
        #expect(client.machine.interest == .input)
    }

    @Test(arguments: ["Connection: close\r\n", ""])
    func `The last response ends the output, and the client has time to close`(_ field: String) {
        var client = Client()
        client.after(receiving: "GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n")
        let actions = client.after { machine, _ in
            let headers = HTTPHeaders(field.isEmpty ? [("Connection", "x, Close")] : [])
            machine.respond(HTTPResponse(status: 200, headers: headers), due: nil)
        }
        #expect(actions == [.endOutput])
        #expect(client.sent.contains("\r\nConnection: close\r\n"))
        #expect(client.after(1.5, receiving: "ignored").isEmpty)
        var leaving = client
        #expect(leaving.after { machine, _ in machine.receivedEnd() } == [.close])
        #expect(client.after(0.5) == [.close])
    }

    @Test func `An idle connection is closed in time, without a word`() {
        var client = Client()
        #expect(client.deadline == 60)
        client.after(59, receiving: Self.request)
        client.after(5, responding: "")
        #expect(client.deadline == 60)
        let before = client.sent
        #expect(client.after(59.5).isEmpty)
        #expect(client.after(0.5) == [.close])
        #expect(client.sent == before)
    }

    @Test func `A head has its time from the first byte on, however its bytes come`() {
        var client = Client()
        client.after(50, receiving: "G")
        #expect(client.deadline == 5)
        for _ in 0..<4 { #expect(client.after(1, receiving: "E").isEmpty) }
        let actions = client.after(1)
        #expect(Self.status(actions) == 408 && actions.last == .endOutput)
        #expect(client.sent.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `A body may stall for its time, but not trickle in below the least rate`() {
        var limits = ListenerLimits.tests
        limits.bodyTimeout = .seconds(10)
        limits.minimumBytesPerSecond = 1
        var client = Client(limits)
        client.after(receiving: Self.upload)
        #expect(client.deadline == 10)
        client.after(9, receiving: "ab")
        #expect(client.deadline == 3, "two bytes have earned two seconds")
        var slow = client
        #expect(Self.status(slow.after(3)) == 408)
        #expect(Self.isHandle(client.after(2.9, receiving: "cdefgh")))
    }

    @Test func `A transfer may be slow, but takes no longer than its longest time`() {
        var limits = ListenerLimits()
        limits.minimumBytesPerSecond = 1000
        let start = ContinuousClock.now
        var watchdog = TransferWatchdog(limits, timeout: .seconds(30), at: start)
        #expect(watchdog.deadline == start + .seconds(30))
        watchdog.recordProgress(5000, at: start + .seconds(20))
        #expect(watchdog.deadline == start + .seconds(35))
        watchdog.recordProgress(1 << 40, at: start + .seconds(34))
        #expect(watchdog.deadline == start + .seconds(60))
    }

    @Test func `A client that reads steadily but slowly is reset after the longest time`() {
        var client = Client()
        client.after(receiving: Self.request)
        client.after(accepting: 4096) { machine, _ in
            machine.respond(
                HTTPResponse(status: 200, body: Array(repeating: 97, count: 1 << 20)),
                due: nil
            )
        }
        for _ in 0..<59 { #expect(client.after(1, accepting: 16_384).isEmpty) }
        #expect(client.machine.evictionRank == nil)
        #expect(client.after(1, accepting: 16_384) == [.reset, .close])
    }

    @Test func `100 Continue is sent before the body is read, and the body has its time anew`() {
        var client = Client()
        let fields = "Expect: 100-continue\r\nContent-Length: 2\r\n"
        client.after(receiving: "PUT / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        #expect(client.sent == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(client.machine.interest == .input && client.deadline == 30)
        #expect(Self.isHandle(client.after(29, receiving: "ab")))
    }

    @Test func `A request that ends too early is refused, and an end between requests is not`() {
        for part in [String(Self.request.dropLast()), Self.upload + "abc"] {
            var client = Client()
            client.after(receiving: part)
            #expect(Self.status(client.after { machine, _ in machine.receivedEnd() }) == 400)
        }
        var client = Client()
        #expect(client.after { machine, _ in machine.receivedEnd() } == [.close])
    }

    @Test
    func `A response may be due later, and a client that ended its sending is not kept for ever`() {
        var limits = ListenerLimits()
        limits.halfClosedTimeout = .seconds(10)
        var client = Client(limits)
        client.after(receiving: Self.request)
        client.after { $0.respond(.text(200, "late"), due: $1 + .seconds(20)) }
        #expect(client.deadline == 20 && client.sent.isEmpty)
        var patient = client
        patient.after(20)
        #expect(patient.sent.hasSuffix("late"))
        client.after(5) { $0.hungUp(at: $1) }
        #expect(client.machine.interest == .nothing && client.deadline == 10)
        #expect(client.after(10) == [.close] && client.sent.isEmpty)
    }

    @Test func `A handler that takes too long is answered for, and only once`() {
        var client = Client(ListenerLimits(answerTimeout: .seconds(3)))
        client.after(receiving: Self.request.replacing("GET", with: "HEAD"))
        #expect(client.deadline == 3)
        #expect(Self.status(client.after(3)) == 503)
        #expect(client.sent.hasPrefix("HTTP/1.1 503 ") && client.sent.hasSuffix("\r\n\r\n"))
        let before = client.sent
        client.after(responding: "too late")
        #expect(client.sent == before)
    }

    @Test func `Stopping closes what is idle or incomplete, and lets a request be served`() {
        for part in ["", "GET", Self.upload + "abc"] {
            var client = Client()
            client.after(receiving: part)
            #expect(client.after { $0.stop(by: $1 + .seconds(3)) } == [.close])
        }
        var served = Client()
        served.after(receiving: Self.request)
        #expect(served.after { $0.stop(by: $1 + .seconds(3)) }.isEmpty)
        var late = served
        #expect(served.after(1, responding: "last") == [.endOutput])
        #expect(served.sent.contains("Connection: close"))
        late = Client()
        late.after(receiving: Self.request)
        late.after { $0.respond(.text(200, ""), due: $1 + .seconds(5)) }
        #expect(late.after { $0.stop(by: $1 + .seconds(3)) } == [.close])
    }

    @Test func `Connections are closed for others in order, and those being served never`() throws {
        var ending = Client()
        ending.after(receiving: "GET / HTTP/1.0\r\n\r\n")
        ending.after(responding: "")
        var empty = Client()
        empty.after(0)
        var head = Client()
        head.after(receiving: "GET")
        var idle = Client()
        idle.after(receiving: Self.request)
        #expect(idle.machine.evictionRank == nil)
        idle.after(responding: "")
        var body = Client()
        body.after(receiving: Self.upload)
        var halfClosed = Client()
        halfClosed.after(receiving: Self.request)
        halfClosed.after { $0.hungUp(at: $1) }
        let ranks = try [ending, empty, head, idle, body, halfClosed].map {
            try #require($0.machine.evictionRank)
        }
        #expect(ranks.map(\.state.rawValue) == [0, 1, 1, 2, 3, 4])
        #expect(ranks.shuffled().sorted() == ranks)
        // Of two in the same state the one that has been in it longest goes first.
        var older = idle
        older.after(receiving: Self.request)
        older.after(30, responding: "")
        let rank = try #require(older.machine.evictionRank)
        #expect(ranks[3] < rank && rank < ranks[4])
    }
}

extension Array where Element == UInt8 {
    /// Copies the first bytes of a span.
    fileprivate init(_ span: Span<UInt8>, upTo count: Int) {
        self = (0..<Swift.min(count, span.count)).map { span[$0] }
    }
}
