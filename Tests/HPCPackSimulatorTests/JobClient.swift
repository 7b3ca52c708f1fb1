import Foundation
import HPCPackSimulator
import Testing

/// A client that controls jobs through the REST API of a simulator, without sockets.
struct JobClient {
    let probe: HeadNodeProbe
    var simulator: Simulator { probe.simulator }

    /// A cluster of one node whose only jobs are the client's, unless `change` says otherwise.
    init(_ change: (inout SimulatorConfiguration) -> Void = { _ in }) throws {
        probe = try HeadNodeProbe {
            $0.nodes = 1
            $0.jobs = 0
            $0.neverTimes = .empty
            $0.dateFormat = "yyyy-MM-dd HH:mm:ss"
            change(&$0)
        }
    }

    static func json(_ properties: [(String, String)]) throws -> [UInt8] {
        let list = properties.map { ["Name": $0.0, "Value": $0.1] }
        return Array(try JSONSerialization.data(withJSONObject: list))
    }

    static func json(_ text: String) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed))
    }

    /// Sends properties; nil sends no body.
    func send(
        _ method: String = "POST",
        _ path: String,
        _ properties: [(String, String)]? = nil,
        query: [(String, String)] = []
    ) throws -> APIResponse {
        let body = try properties.map { try Self.json($0) } ?? []
        return probe.ask(path, query, method: method, body: body)
    }

    /// Sends a command that must be answered with 204 and nothing else.
    func command(
        _ path: String,
        _ properties: [(String, String)]? = nil,
        method: String = "POST",
        query: [(String, String)] = []
    ) throws {
        let answer = try send(method, path, properties, query: query)
        #expect(answer.status == 204, "\(path): \(answer.text)")
        #expect(answer.body.isEmpty && answer["Content-Type"] == nil)
    }

    /// Sends a message with a command.
    func command(_ path: String, message: String, query: [(String, String)] = []) throws {
        let answer = probe.ask(path, query, method: "POST", body: try Self.json(message))
        #expect(answer.status == 204, "\(path): \(answer.text)")
    }

    private func number(_ answer: APIResponse) throws -> Int {
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.jsonValue as? Int)
    }

    func createJob(_ properties: (String, String)...) throws -> Int {
        try number(send("POST", "/jobs", properties))
    }

    func createJob(xml: String) throws -> Int {
        try number(probe.ask("/jobs/jobFile", method: "POST", body: try Self.json(xml)))
    }

    @discardableResult
    func addTask(_ job: Int, _ command: String, _ properties: (String, String)...) throws -> Int {
        try number(
            send("POST", "/jobs/\(job)/tasks", [("CommandLine", command)] + properties)
        )
    }

    func submit(_ job: Int) throws {
        try command("/jobs/\(job)/submit", [])
    }

    /// A job in Running with the tasks whose command lines are given.
    func runningJob(_ commands: String..., properties: [(String, String)] = []) throws -> Int {
        let job = try number(send("POST", "/jobs", properties))
        for command in commands { try addTask(job, command) }
        try submit(job)
        simulator.advance(by: 3)
        #expect(try state(job) == "Running")
        return job
    }

    func properties(_ path: String, _ names: String...) throws -> [String: String] {
        let query = names.isEmpty ? [] : [("properties", names.joined(separator: ","))]
        let answer = probe.ask(path, query)
        #expect(answer.status == 200, "\(path): \(answer.text)")
        return try HeadNodeProbe.properties(answer.jsonValue)
    }

    func property(_ path: String, _ name: String) throws -> String {
        try properties(path, name)[name] ?? "?"
    }

    func state(_ job: Int) throws -> String {
        try property("/jobs/\(job)", "State")
    }

    /// `TaskId` with the state of each row, instances for sweeps.
    func tasks(_ job: Int) throws -> [String: String] {
        let rows = try probe.walk(
            "/jobs/\(job)/tasks",
            [("properties", "TaskId,State"), ("rowsPerRead", "1000")]
        )
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0["TaskId"] ?? "", $0["State"] ?? "") }
        )
    }

    func taskStates(_ job: Int) throws -> [String] {
        try probe.walk(
            "/jobs/\(job)/tasks",
            [("properties", "State"), ("rowsPerRead", "1000")]
        ).compactMap { $0["State"] }
    }

    /// Lets simulated time pass second by second, and clientJob the states that the job goes through.
    func watch(_ job: Int, seconds: Int) throws -> [String] {
        var seen = [try state(job)]
        for _ in 0..<seconds {
            simulator.advance(by: 1)
            #expect(simulator.violations() == [])
            let state = try state(job)
            if seen.last != state { seen.append(state) }
        }
        return seen
    }
}
