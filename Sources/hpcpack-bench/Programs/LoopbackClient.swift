import Glibc

/// GET requests to a port of this machine, one connection each.
enum LoopbackClient {
    /// An answer, its body as sent.
    struct Answer {
        var head: String
        var body: [UInt8]
    }

    private static let noSignal = Int32(0x4000)

    /// Asks once.
    ///
    /// - Returns: `nil` when nobody listens there.
    static func get(_ port: UInt16, _ path: String, headers: [String] = []) -> Answer? {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard connection >= 0 else { return nil }
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                connection,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        guard connected == 0 else { return nil }
        let lines = ["GET \(path) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        guard unsafe send(connection, request, request.count, noSignal) > 0
        else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return split(answer)
    }

    private static func split(_ answer: [UInt8]) -> Answer? {
        let end = Array("\r\n\r\n".utf8)
        guard answer.count >= end.count else { return nil }
        for place in 0...(answer.count - end.count)
        where answer[place] == end[0] && Array(answer[place..<place + end.count]) == end {
            return Answer(
                head: String(decoding: answer[..<place], as: UTF8.self),
                body: Array(answer[(place + end.count)...])
            )
        }
        return nil
    }

    /// A port that is free now.
    ///
    /// - Throws: `BenchError` when the system gives none.
    static func freePort() throws(BenchError) -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let place = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            guard unsafe bind(probe, place, size) == 0, let place = unsafe place else {
                return Int32(-1)
            }
            return unsafe getsockname(probe, place, &size)
        }
        guard code == 0 else { throw BenchError("no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
