import Foundation
import TestSupport
import Testing

/// Jobs from creation to their end, as somebody with curl and no cluster drives them.
struct JobRunTests {
    @Test func `A job is made, watched, cancelled, requeued and finished over HTTPS`() throws {
        let folder = try TemporaryFolder()
        let authority = folder.path("ca.pem")
        let cluster = try SimulatedCluster(
            ["--tls=self-signed", "--tls-ca-out=\(authority)", "--jobs=0"]
        )
        let script = try JobScript(cluster, authority: authority)
        let job = try script.create(["Name": "Whole run", "MinCores": "1", "MaxCores": "1"])
        #expect(try script.state(job) == "Configuring")
        let tasks = try ["sleep 20", "sleep 20"].map { try script.addTask(job, $0) }
        #expect(tasks == [1, 2])
        #expect(try script.tasks(job).map { $0["State"] } == ["Configuring", "Configuring"])
        try script.post("/jobs/\(job)/submit", "[]")
        #expect(try script.wait(for: "Running", of: job))
        // One core at a time: the second task waits for the first.
        let running = try script.watch(job) {
            $0.map { $0["State"] ?? "" } == ["Running", "Queued"]
        }
        #expect(running)
        try script.post("/jobs/\(job)/cancel", "\"changed my mind\"")
        #expect(try script.wait(for: "Canceled", of: job))
        let message = try script.properties(job)["ErrorMessage"]
        #expect(message?.contains("changed my mind") == true, "\(message ?? "")")
        try script.post("/jobs/\(job)/requeue", "")
        #expect(try script.wait(for: "Running", of: job))
        #expect(try script.properties(job)["RequeueCount"] == "1")
        try script.post("/jobs/\(job)/finish", "\"enough\"")
        #expect(try script.wait(for: "Finished", of: job))
        let refused = try script.curl("/jobs/\(job)/requeue", ["-X", "POST"])
        #expect((400..<500).contains(refused.status), "a finished job is over")
        #expect((refused.json as? [String: Any])?["Message"] is String)
    }

    @Test func `Exit codes decide how a job ends`() throws {
        let cluster = try SimulatedCluster(["--jobs=0"])
        let script = try JobScript(cluster)
        for (command, state, exitCode) in [
            ("echo done", "Finished", "0"), ("exit 3", "Failed", "3"),
        ] {
            let job = try script.create(["Name": command])
            _ = try script.addTask(job, command)
            try script.post("/jobs/\(job)/submit", "[]")
            #expect(try script.wait(for: state, of: job))
            #expect(try script.tasks(job).map { $0["ExitCode"] } == [exitCode])
        }
    }

    @Test func `The exporter shows every step of jobs that a script drives`() throws {
        let cluster = try SimulatedCluster(["--jobs=0", "--nodes=12"])
        let exporter = try RunningExporter(
            cluster.flags + ["--collector.interval=200ms"],
            environment: SimulatedCluster.environment
        )
        let script = try JobScript(cluster)
        /// Waits until a page is exactly what is true now.
        func isShown(_ what: String) throws {
            var differences: [String] = []
            let isSo = try Deadline.wait {
                differences = try cluster.truth().differences(from: exporter.page())
                return differences.isEmpty
            }
            #expect(isSo, "\(what): \(differences.prefix(5))")
        }
        try isShown("nothing there")
        let commands = ["echo ok", "exit 3", "sleep 1000", "sleep 500"]
        let jobs = try commands.map { command in
            let job = try script.create([
                "Name": command, "NodeGroups": "ComputeNodes", "MinCores": "1", "MaxCores": "2",
            ])
            for _ in 0..<3 { _ = try script.addTask(job, command) }
            return job
        }
        try isShown("configuring")
        #expect(try exporter.page()[#"hpcpack_jobs{state="Configuring"}"#] == 4)
        for job in jobs { try script.post("/jobs/\(job)/submit", "[]") }
        try isShown("submitted")
        #expect(try script.wait(for: "Finished", of: jobs[0]))
        #expect(try script.wait(for: "Failed", of: jobs[1]))
        #expect(try script.wait(for: "Running", of: jobs[2]))
        #expect(try script.wait(for: "Running", of: jobs[3]))
        try isShown("running")
        #expect(
            try exporter.page()[
                #"hpcpack_node_group_jobs{node_group="ComputeNodes",state="Running"}"#
            ] == 2
        )
        try script.post("/jobs/\(jobs[2])/cancel?forced=true", "")
        try script.post("/jobs/\(jobs[3])/tasks/1/cancel?forced=true", "\"not this one\"")
        #expect(try script.wait(for: "Canceled", of: jobs[2]))
        try isShown("cancelled")
        try script.post("/jobs/\(jobs[1])/requeue", "")
        try isShown("requeued")
        #expect(try script.wait(for: "Failed", of: jobs[1]))
        #expect(try script.wait(for: "Failed", of: jobs[3], seconds: 2000))
        try isShown("all over")
        let page = try exporter.page()
        #expect(page[#"hpcpack_jobs{state="Running"}"#] == 0)
        #expect(page[#"hpcpack_jobs{state="Failed"}"#] == 2)
        #expect(page[#"hpcpack_jobs_completed_total{state="Finished"}"#] == 1)
        #expect(page[#"hpcpack_jobs_completed_total{state="Canceled"}"#] == 1)
        // The job that was requeued failed twice.
        #expect(page[#"hpcpack_jobs_completed_total{state="Failed"}"#] == 3)
    }

    @Test func `Many clients make and end jobs at once, and each job is whole`() async throws {
        let cluster = try SimulatedCluster(["--jobs=0", "--nodes=30"])
        let base = cluster.url
        let made = try await withThrowingTaskGroup(of: [Int].self) { group in
            for number in 0..<6 {
                group.addTask {
                    let curl = try Curl(base)
                    return try (0..<5).map { round in
                        let name = #"[{"Name":"Name","Value":"job \#(number)/\#(round)"}]"#
                        let job = try #require(Int(curl("/jobs", body: name).body))
                        for step in 1...3 {
                            let task = #"[{"Name":"CommandLine","Value":"echo \#(step)"}]"#
                            #expect(try curl("/jobs/\(job)/tasks", body: task).body == "\(step)")
                        }
                        #expect(try curl("/jobs/\(job)/submit", body: "[]").status == 204)
                        return job
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(made).count == 30)
        try cluster.tell("/advance?seconds=600")
        let rows = try Curl(base)("/jobs?rowsPerRead=100").rows
        #expect(rows.count == 30)
        #expect(rows.allSatisfy { $0["State"] == "Finished" })
        #expect(Set(rows.map { $0["Name"] }).count == 30)
    }
}

/// A script that drives jobs by curl, in a cluster whose time stands still but for it.
private struct JobScript {
    let cluster: SimulatedCluster
    let curl: Curl

    init(_ cluster: SimulatedCluster, authority: String? = nil) throws {
        self.cluster = cluster
        curl = try Curl(cluster.url, authority: authority)
    }

    private static func json(_ properties: [String: String]) throws -> String {
        let pairs = properties.sorted { $0.key < $1.key }.map {
            ["Name": $0.key, "Value": $0.value]
        }
        return String(decoding: try JSONSerialization.data(withJSONObject: pairs), as: UTF8.self)
    }

    /// A second of its own for a change, since times tell no less than a second apart.
    private func tick() throws { try cluster.tell("/advance?seconds=1") }

    func create(_ properties: [String: String]) throws -> Int {
        try tick()
        let answer = try curl("/jobs", body: Self.json(properties))
        #expect(answer.status == 200, "\(answer)")
        return try #require(Int(answer.body))
    }

    func addTask(_ job: Int, _ command: String) throws -> Int {
        try tick()
        let answer = try curl("/jobs/\(job)/tasks", body: Self.json(["CommandLine": command]))
        #expect(answer.status == 200, "\(answer)")
        return try #require(Int(answer.body))
    }

    func post(_ path: String, _ body: String) throws {
        try tick()
        let answer = try curl(path, body: body)
        #expect(answer.status == 204 && answer.body.isEmpty, "\(path) \(answer)")
    }

    func properties(_ job: Int) throws -> [String: String] {
        try curl("/jobs/\(job)").properties
    }

    func state(_ job: Int) throws -> String? { try properties(job)["State"] }

    func tasks(_ job: Int) throws -> [[String: String]] {
        try curl("/jobs/\(job)/tasks?rowsPerRead=100").rows
    }

    /// Lets time pass, second by second, until the tasks are as wanted.
    func watch(_ job: Int, until isSo: ([[String: String]]) -> Bool) throws -> Bool {
        for _ in 0..<60 {
            if isSo(try tasks(job)) { return true }
            try cluster.tell("/advance?seconds=1")
        }
        return false
    }

    /// Lets time pass until the job is in a state.
    func wait(for state: String, of job: Int, seconds: Int = 120) throws -> Bool {
        let step = max(1, seconds / 120)
        for _ in 0...120 {
            if try self.state(job) == state { return true }
            try cluster.tell("/advance?seconds=\(step)")
        }
        return false
    }
}
