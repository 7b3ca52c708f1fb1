import Basics
import Foundation
import Glibc

/// An HTTP server of a few lines that answers exactly what a test scripts, down to broken bytes.
///
/// It shares nothing with the exporter's listener or client. One thread a connection, loopback only.
public final class ScriptedServer: Sendable {
    /// What arrived.
    public struct Request: Sendable {
        /// The method.
        public var method = ""
        /// The path, percent-encoded as it came.
        public var path = ""
        /// The query parameters, decoded, in order.
        public var query: [(name: String, value: String)] = []
        /// The header fields with lower-case names.
        public var headers: [String: String] = [:]

        /// Whether a single row is asked for, to find out what the server can do.
        public var isForOneRow: Bool { parameter("rowsPerRead") == "1" }

        /// The first value of a query parameter.
        public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
    }

    /// What goes back.
    public enum Reply: Sendable {
        /// A well-formed response with a Content-Length.
        case response(Int, headers: [(String, String)] = [], body: String)
        /// These bytes, then the connection is closed.
        case raw([UInt8])
        /// These bytes, then the connection is reset.
        case reset([UInt8])
        /// These bytes, then nothing until the client gives up.
        case hang([UInt8])
        /// These pieces with a pause before each, then the connection is closed.
        case drip([[UInt8]], pause: Double)
        /// A reply after a while.
        indirect case delayed(Double, Reply)

        /// A 200 with a JSON body.
        public static func json(_ body: String, headers: [(String, String)] = []) -> Reply {
            .response(
                200,
                headers: [("Content-Type", "application/json; charset=utf-8")] + headers,
                body: body
            )
        }
    }

    private struct State {
        var handler: @Sendable (Request) -> Reply
        var requests: [Request] = []
        var open = 0
        var mostOpen = 0
        var accepted = 0
    }

    private let listener: Int32
    private let listens: Bool
    private let state: Mutex<State>
    /// Connections that fill the queue of a black hole.
    private let waiting: [Int32]
    /// The port on 127.0.0.1.
    public let port: UInt16

    /// A port that refuses connections and that nobody else can get meanwhile.
    public static func refusing() -> ScriptedServer {
        ScriptedServer(listens: false) { _ in .raw([]) }
    }

    /// A port that takes no connection and refuses none: whoever connects waits in vain.
    ///
    /// The kernel drops further connections while the queue of those that nobody accepts is full.
    public static func blackHole() -> ScriptedServer {
        ScriptedServer(listens: true, accepts: false) { _ in .raw([]) }
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1; a free one for 0.
    ///   - handler: Answers each request.
    public convenience init(port: UInt16 = 0, _ handler: @escaping @Sendable (Request) -> Reply) {
        self.init(listens: true, port: port, handler)
    }

    private init(
        listens: Bool,
        accepts: Bool = true,
        port wanted: UInt16 = 0,
        _ handler: @escaping @Sendable (Request) -> Reply
    ) {
        signal(SIGPIPE, SIG_IGN)
        self.listens = listens
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = wanted.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let fd = listener
        var reuse: Int32 = 1
        unsafe setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, 4)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                let result = unsafe bind(fd, raw, length)
                unsafe getsockname(fd, raw, &length)
                return result
            }
        }
        let backlog: Int32 = accepts ? 128 : 0
        precondition(bound == 0 && (!listens || listen(listener, backlog) == 0), "no loopback port")
        port = UInt16(bigEndian: address.sin_port)
        state = Mutex(State(handler: handler))
        guard accepts else {
            waiting = Self.fill(address)
            return
        }
        waiting = []
        guard listens else { return }
        let thread = Foundation.Thread { [self] in accept() }
        thread.start()
    }

    /// Replies from now on by another script.
    public func script(_ handler: @escaping @Sendable (Request) -> Reply) {
        state.withLock { $0.handler = handler }
    }

    /// The base address for a client.
    public var url: String { "http://127.0.0.1:\(port)/hpc" }

    /// Every request so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// The most connections that were open at once.
    public var mostConnections: Int { state.withLock { $0.mostOpen } }

    /// How many connections are open now.
    public var openConnections: Int { state.withLock { $0.open } }

    /// How many connections there were.
    public var connections: Int { state.withLock { $0.accepted } }

    /// Forgets the requests so far.
    public func forget() { state.withLock { $0.requests = [] } }

    /// Stops accepting.
    ///
    /// The accepting thread closes the socket when it has woken up: closed here, its number could be another
    /// server's by the time that the thread accepts once more.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in waiting { close(socket) }
        if !listens || !waiting.isEmpty { close(listener) }
    }

    private func accept() {
        defer { close(listener) }
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            state.withLock { state in
                state.accepted += 1
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
            }
            let thread = Foundation.Thread { [self] in
                serve(client)
                close(client)
                state.withLock { $0.open -= 1 }
            }
            thread.start()
        }
    }

    private func serve(_ client: Int32) {
        var buffer: [UInt8] = []
        while let request = Self.readRequest(client, &buffer) {
            let handler = state.withLock { state in
                state.requests.append(request)
                return state.handler
            }
            guard answer(handler(request), client) else { return }
        }
    }

    /// Whether the connection goes on.
    private func answer(_ reply: Reply, _ client: Int32) -> Bool {
        switch reply {
        case .response(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Scripted\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            head += "Content-Length: \(body.utf8.count)\r\n\r\n"
            return Self.send(client, Array(head.utf8) + Array(body.utf8))
        case .raw(let bytes):
            _ = Self.send(client, bytes)
            return false
        case .reset(let bytes):
            _ = Self.send(client, bytes)
            var linger = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(
                client,
                SOL_SOCKET,
                SO_LINGER,
                &linger,
                socklen_t(MemoryLayout.size(ofValue: linger))
            )
            return false
        case .hang(let bytes):
            _ = Self.send(client, bytes)
            var sink = [UInt8](repeating: 0, count: 1024)
            while unsafe recv(client, &sink, sink.count, 0) > 0 {}
            return false
        case .drip(let pieces, let pause):
            for piece in pieces {
                Foundation.Thread.sleep(forTimeInterval: pause)
                guard Self.send(client, piece) else { return false }
            }
            return false
        case .delayed(let seconds, let reply):
            Foundation.Thread.sleep(forTimeInterval: seconds)
            return answer(reply, client)
        }
    }

    /// Connects a few times without waiting for an answer.
    private static func fill(_ address: sockaddr_in) -> [Int32] {
        (0..<4).map { _ in
            let socket = socket(
                AF_INET,
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
                0
            )
            var address = address
            // A sockaddr_in is what AF_INET takes behind a sockaddr pointer.
            _ = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe connect(socket, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return socket
        }
    }

    private static func send(_ client: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func readRequest(_ client: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return parse(head)
            }
            var chunk = [UInt8](repeating: 0, count: 16384)
            let count = unsafe recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private static func parse(_ head: String) -> Request {
        var request = Request()
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return request }
        request.method = words[0]
        let parts = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        request.path = parts[0]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1).map {
                String($0).removingPercentEncoding ?? String($0)
            }
            request.query.append((sides[0], sides.count > 1 ? sides[1] : ""))
        }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            request.headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return request
    }
}

/// Counts calls from any thread.
public final class Counter: Sendable {
    private let calls = Mutex(0)

    /// Begins at zero.
    public init() {}

    /// The calls so far.
    public var count: Int { calls.withLock { $0 } }

    /// The number of this call, beginning with 1.
    public func next() -> Int {
        calls.withLock { calls in
            calls += 1
            return calls
        }
    }
}
