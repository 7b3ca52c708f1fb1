import Foundation
import HPCPackSimulator
import Testing

/// What writes refuse, whichever they are: unknown ids, malformed bodies, sizes and methods.
struct WriteRefusalTests {
    @Test(arguments: [
        ("PUT", ""), ("POST", "/submit"), ("POST", "/cancel"), ("POST", "/finish"),
        ("POST", "/requeue"), ("POST", "/customProperties"), ("POST", "/envVariables"),
        ("POST", "/tasks"), ("PUT", "/tasks/1"), ("POST", "/tasks/1/cancel"),
        ("POST", "/tasks/1/finish"), ("POST", "/tasks/1/requeue"),
        ("POST", "/tasks/1/customProperties"), ("POST", "/tasks/1/envVariables"),
        ("PUT", "/tasks/1/subtasks/1"), ("POST", "/tasks/1/subtasks/1/cancel"),
        ("POST", "/tasks/1/subtasks/1/finish"), ("POST", "/tasks/1/subtasks/1/requeue"),
    ])
    func `An unknown job, task or subtask is 404, an id that is no number 400`(
        _ method: String,
        _ path: String
    ) throws {
        let client = try JobClient()
        let job = try client.createJob()
        var unknown = ["/jobs/999\(path)", "/jobs/99999999999\(path)"]
        if path.contains("/tasks/") { unknown.append("/jobs/\(job)\(path)") }
        if path.contains("/subtasks/") {
            try client.addTask(job, "echo")
            unknown.append("/jobs/\(job)\(path)")
            unknown.append(
                "/jobs/\(job)\(path)".replacingOccurrences(of: "subtasks/1", with: "subtasks/0")
            )
        }
        for path in unknown {
            let answer = try client.send(method, path, [])
            #expect(answer.status == 404, "\(path): \(answer.text)")
            #expect(answer.message?.isEmpty == false)
        }
        #expect(try client.send(method, "/jobs/x\(path)", []).status == 400)
    }

    @Test(arguments: [
        ("/jobs/99999999999", "99999999999"), ("/jobs/4294967296/tasks", "4294967296"),
        ("/jobs/-1", "-1"), ("/jobs/99999999999999999999999", "99999999999999999999999"),
        ("/jobs/1/tasks/99999999999", "1.99999999999"),
        ("/jobs/1/tasks/2/subtasks/99999999999", "1.2.99999999999"),
    ])
    func `An id beyond 32 bits is unknown, and repeated as it was sent`(
        _ path: String,
        _ id: String
    ) throws {
        let answer = try JobClient().probe.ask(path)
        #expect(answer.status == 404)
        #expect(answer.message?.contains("with ID \(id) does") == true, "\(answer.text)")
    }

    @Test(arguments: [
        "{", "[", "[{}]", "[1]", "{\"Name\":\"Name\",\"Value\":\"x\"}", "[{\"Value\":\"x\"}]",
        "[{\"Name\":1,\"Value\":\"x\"}]", "[{\"Name\":\"Name\",\"Value\":{}}]", "\"text\"", "7",
        "[{\"Name\":\"Name\",\"Value\":\"x\"}] ]", "[{\"Name\":\"Name\",\"Value\":\"x\"},]",
        "<ArrayOfProperty/>", String(repeating: "[", count: 100_000),
    ])
    func `A body that is no list of properties is 400`(_ body: String) throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo")
        let paths = [
            ("POST", "/jobs"), ("PUT", "/jobs/\(job)"), ("POST", "/jobs/\(job)/submit"),
            ("POST", "/jobs/\(job)/tasks"), ("PUT", "/jobs/\(job)/tasks/1"),
            ("POST", "/jobs/\(job)/customProperties"), ("POST", "/jobs/\(job)/envVariables"),
        ]
        for (method, path) in paths {
            let answer = client.probe.ask(path, method: method, body: Array(body.utf8))
            #expect(answer.status == 400, "\(path)")
            #expect(answer.message?.isEmpty == false)
        }
    }

    @Test(arguments: [
        "[]", "7", "true", "{\"Message\":\"m\"}", "\"" + String(repeating: "m", count: 321) + "\"",
    ])
    func `A message that is no string, or too long, is 400`(_ body: String) throws {
        let client = try JobClient()
        let job = try client.runningJob("sleep 100")
        for path in ["cancel", "finish", "tasks/1/cancel", "tasks/1/finish"] {
            let answer = client.probe.ask(
                "/jobs/\(job)/\(path)",
                method: "POST",
                body: Array(body.utf8)
            )
            #expect(answer.status == 400, "\(path)")
        }
        #expect(try client.state(job) == "Running")
        let answer = try client.send("POST", "/jobs/\(job)/cancel", query: [("forced", "perhaps")])
        #expect(answer.status == 400)
    }

    @Test(arguments: ["", " \r\n", "{}", " { } ", "null"])
    func `An empty body and an empty object are no body where one is optional`(_ body: String)
        throws
    {
        let client = try JobClient()
        func send(_ method: String, _ path: String) -> APIResponse {
            client.probe.ask(path, method: method, body: Array(body.utf8))
        }
        let job = try #require(Int(send("POST", "/jobs").text))
        #expect(send("POST", "/jobs/\(job)/tasks").text == "1")
        try client.addTask(job, "sleep 1000", ("Type", "ParametricSweep"), ("EndValue", "3"))
        for path in ["customProperties", "envVariables", "tasks/1/customProperties", "submit"] {
            #expect(send("POST", "/jobs/\(job)/\(path)").status == 204, "\(path)")
        }
        client.simulator.advance(by: 6)
        for (method, path) in [
            ("PUT", ""), ("POST", "/tasks/2/subtasks/1/finish"),
            ("POST", "/tasks/2/subtasks/2/cancel"), ("PUT", "/tasks/2/subtasks/2"),
            ("POST", "/tasks/2/subtasks/2/requeue"), ("POST", "/cancel"),
        ] {
            #expect(send(method, "/jobs/\(job)\(path)").status == 204, "\(path)")
            client.simulator.advance(by: 5)
        }
        #expect(try client.property("/jobs/\(job)", "ErrorMessage") == "Canceled by user.")
        #expect(send("POST", "/jobs/jobFile").status == 400)
    }

    @Test func `What takes no body reads none`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "exit 1", ("Type", "ParametricSweep"), ("EndValue", "1"))
        try client.submit(job)
        client.simulator.advance(by: 20)
        for path in ["tasks/1/subtasks/1/requeue", "requeue"] {
            let answer = client.probe.ask(
                "/jobs/\(job)/\(path)",
                method: "POST",
                headers: [("Content-Type", "text/plain")],
                body: Array("[ no message".utf8)
            )
            #expect(answer.status == 204, "\(path): \(answer.text)")
        }
    }

    @Test func `Sizes and media types have their limits`() throws {
        let client = try JobClient()
        let large = [UInt8](repeating: UInt8(ascii: " "), count: (4 << 20) + 1)
        #expect(client.probe.ask("/jobs", method: "POST", body: large).status == 413)
        let many = try JobClient.json((0...2000).map { ("n\($0)", "v") })
        let job = try client.createJob()
        #expect(
            client.probe.ask("/jobs/\(job)/envVariables", method: "POST", body: many).status == 400
        )
        for type in [
            "text/plain", "application/x-www-form-urlencoded", "text/json; charset=utf-16",
        ] {
            let answer = client.probe.ask(
                "/jobs",
                method: "POST",
                headers: [("Content-Type", type)],
                body: Array("[]".utf8)
            )
            #expect(answer.status == 415)
            #expect(answer.message?.isEmpty == false)
        }
    }

    @Test func `Other methods are 405 and say which ones are allowed`() throws {
        let client = try JobClient()
        for (method, path, allowed) in [
            ("DELETE", "/jobs/1", "GET, PUT"), ("GET", "/jobs/1/submit", "POST"),
            ("PUT", "/jobs", "GET, POST"), ("GET", "/jobs/jobFile", "POST"),
            ("POST", "/jobs/1/tasks/1/subtasks/1", "GET, PUT"), ("POST", "/jobs/templates", "GET"),
        ] {
            let answer = try client.send(method, path)
            #expect(answer.status == 405 && answer["Allow"] == allowed, "\(path)")
        }
    }
}
