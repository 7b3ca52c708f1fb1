import Glibc

/// A prepared head node in a process of its own, so that its work is nobody's but its own.
final class HeadNodeProgram {
    let port: UInt16
    private let program: ChildProgram

    /// Starts it and waits until it serves.
    init(_ size: ClusterSize) throws(BenchError) {
        program = try ChildProgram(
            Tools.own,
            ["serve"] + size.arguments,
            reading: .standardOutput
        )
        let line = try program.line(with: "port ")
        guard let port = UInt16(line.dropFirst(5)) else {
            throw BenchError("the prepared head node did not tell its port")
        }
        self.port = port
    }

    var url: String { "http://127.0.0.1:\(port)/hpc" }

    /// Lets jobs change.
    func change(_ count: Int) throws(BenchError) { _ = try ask("change?count=\(count)") }

    /// The requests since this was asked last.
    func takeRequests() throws(BenchError) -> Int { try ask("requests") }

    func stop() { program.stop() }

    private func ask(_ what: String) throws(BenchError) -> Int {
        guard let answer = LoopbackClient.get(port, "/bench/" + what),
            let count = Int(String(decoding: answer.body, as: UTF8.self).filter(\.isNumber))
        else { throw BenchError("the prepared head node does not answer") }
        return count
    }
}
