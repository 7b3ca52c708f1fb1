import Foundation
import TestSupport

/// A simulator in a process of its own.
final class SimulatedCluster {
    let process: ChildProcess
    let url: String
    /// The address of the control endpoint.
    let control: String

    init(_ flags: [String] = []) throws {
        process = try ChildProcess(
            "hpcpack-simulator",
            ["--address=127.0.0.1:0", "--control-address=127.0.0.1:0"] + flags
                + (flags.contains { $0.hasPrefix("--speed=") } ? [] : ["--speed=0"])
        )
        url = try process.word(after: "listening on ")
        control = try process.word(after: "control on ")
    }

    /// The flags and the variable of an exporter that reads it.
    var flags: [String] { ["--hpcpack.url=\(url)", #"--hpcpack.username=HPC\monitor"#] }
    /// The password, and everything that the truth tells.
    static let environment = [
        "HPCPACK_EXPORTER_HPCPACK_PASSWORD": "monitor",
        "HPCPACK_EXPORTER_COLLECTOR_JOBS_BY": "owner,project,template,priority",
    ]

    /// The address of the second head node.
    func secondURL() throws -> String { try process.word(after: "second head node on ") }

    func truth() throws -> Truth { try Truth(Data(Curl.get(control + "/truth").bytes)) }

    func tell(_ path: String) throws { _ = try Curl.get(control + path, method: "POST") }
}

/// The exporter in a process of its own.
final class RunningExporter {
    let process: ChildProcess
    let url: String

    init(
        _ flags: [String],
        environment: [String: String] = [:],
        shell: String? = nil,
        scheme: String = "http"
    ) throws {
        process = try ChildProcess(
            "hpcpack-exporter",
            ["--web.listen-address=127.0.0.1:0"] + flags,
            environment: environment,
            shell: shell
        )
        url = try process.word(after: "address=\(scheme)://")
    }

    func page() throws -> MetricsPage { try MetricsPage(Curl.get("http://\(url)").body) }

    /// The port on 127.0.0.1.
    var port: UInt16 { UInt16(authority.split(separator: ":").last ?? "") ?? 0 }

    /// The address without the path.
    var authority: String { String(url.prefix { $0 != "/" }) }
}
