import Foundation
import TestSupport

/// A simulator in a process of its own.
final class SimulatedCluster {
    let process: ProgramProcess
    let url: String
    /// The address of the control endpoint.
    let control: String

    init(_ flags: [String] = []) throws {
        process = try ProgramProcess(
            "hpcpack-simulator",
            ["--address=127.0.0.1:0", "--control-address=127.0.0.1:0"] + flags
                + (flags.contains { $0.hasPrefix("--speed=") } ? [] : ["--speed=0"])
        )
        url = try process.word(after: "listening on ")
        control = try process.word(after: "control on ")
    }

    /// The flags and the variable of an exporter that reads it.
    var flags: [String] { ["--hpcpack.url=\(url)", #"--hpcpack.username=HPC\monitor"#] }
    static let environment = ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": "monitor"]

    /// The address of the second head node.
    func secondURL() throws -> String { try process.word(after: "second head node on ") }

    func truth() throws -> Truth { try Truth(Fetch.get(control + "/truth").body) }

    func tell(_ path: String) throws { _ = try Fetch.get(control + path, method: "POST") }
}

/// One HTTP request by curl, which shares nothing with the exporter but its library.
enum Fetch {
    struct Answer {
        var status: Int
        var head: String
        var body: Data
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static func get(_ url: String, method: String = "GET", flags: [String] = []) throws -> Answer {
        let process = Process()
        process.executableURL = try InstalledTool("curl", package: "curl").url
        process.arguments = ["-sS", "-i", "-m", "30", "-X", method, url] + flags
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else {
            return Answer(status: 0, head: "", body: data)
        }
        let head = String(decoding: data[..<end.lowerBound], as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, head: head, body: Data(data[end.upperBound...]))
    }
}

/// The exporter in a process of its own.
final class RunningExporter {
    let process: ProgramProcess
    let url: String

    init(
        _ flags: [String],
        environment: [String: String] = [:],
        shell: String? = nil
    ) throws {
        process = try ProgramProcess(
            "hpcpack-exporter",
            ["--web.listen-address=127.0.0.1:0"] + flags,
            environment: environment,
            shell: shell
        )
        url = try process.word(after: "address=http://")
    }

    func page() throws -> MetricsPage { try MetricsPage(Fetch.get("http://\(url)").text) }

    /// The port on 127.0.0.1.
    var port: UInt16 { UInt16(authority.split(separator: ":").last ?? "") ?? 0 }

    /// The address without the path.
    var authority: String { String(url.prefix { $0 != "/" }) }
}
