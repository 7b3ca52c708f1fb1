import HPCPackSimulator
import Testing

/// Dependencies, validation and limits of jobs that a client drives.
struct JobLimitTests {
    @Test func `Dependencies hold tasks back, and a failed one takes its followers along`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "sleep 10", ("Name", "first"))
        try client.addTask(job, "echo", ("Name", "second"), ("DependsOn", "First"))
        try client.addTask(job, "exit 1", ("Name", "bad"))
        try client.addTask(job, "echo", ("DependsOn", "bad, second"))
        try client.submit(job)
        client.simulator.advance(by: 8)
        #expect(try client.taskStates(job) == ["Running", "Queued", "Failed", "Canceled"])
        client.simulator.advance(by: 20)
        #expect(try client.taskStates(job) == ["Finished", "Finished", "Failed", "Canceled"])
        #expect(client.simulator.violations() == [])
    }

    @Test(arguments: [
        [("NodeGroups", "No Such Group")], [("MinCores", "100000")], [("RequestedNodes", "NOBODY")],
        [("MinMemory", "2000000000")], [("UnitType", "Node"), ("MinNodes", "2")],
    ])
    func `A job that can never run fails validation`(_ properties: [(String, String)]) throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo")
        try client.command("/jobs/\(job)", properties, method: "PUT")
        try client.submit(job)
        #expect(
            try client.watch(job, seconds: 10) == ["Submitted", "Validating", "Failed"]
        )
        #expect(try client.property("/jobs/\(job)", "ErrorMessage").isEmpty == false)
        #expect(try client.taskStates(job) == ["Canceled"])
    }

    @Test func `Tasks that wait for each other or for nobody fail validation`() throws {
        let client = try JobClient()
        for depends in ["b", "nobody", "a"] {
            let job = try client.createJob()
            try client.addTask(job, "echo", ("Name", "a"), ("DependsOn", depends))
            try client.addTask(job, "echo", ("Name", "b"), ("DependsOn", "a"))
            try client.submit(job)
            client.simulator.advance(by: 5)
            #expect(try client.state(job) == "Failed")
        }
    }

    @Test func `The run time limits end tasks and jobs`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "sleep 1000", ("RuntimeSeconds", "20"))
        try client.submit(job)
        client.simulator.advance(by: 40)
        #expect(try client.taskStates(job) == ["Failed"])
        #expect(try client.state(job) == "Failed")
        let other = try client.runningJob("sleep 1000", properties: [("RuntimeSeconds", "60")])
        client.simulator.advance(by: 55)
        #expect(try client.state(other) == "Running")
        client.simulator.advance(by: 20)
        #expect(try client.state(other) == "Canceled")
        #expect(client.simulator.violations() == [])
    }

    @Test func `FailOnTaskFailure ends the job at the first failure`() throws {
        let client = try JobClient()
        let job = try client.runningJob(
            "exit 1",
            "sleep 1000",
            properties: [("FailOnTaskFailure", "true")]
        )
        client.simulator.advance(by: 15)
        #expect(try client.taskStates(job) == ["Failed", "Failed"])
        #expect(try client.state(job) == "Failed")
        #expect(client.simulator.violations() == [])
    }

    @Test func `A time limit that is moved while the job runs counts from its start`() throws {
        let client = try JobClient()
        let job = try client.runningJob("sleep 5000", properties: [("RuntimeSeconds", "60")])
        try client.command("/jobs/\(job)", [("RuntimeSeconds", "600")], method: "PUT")
        client.simulator.advance(by: 550)
        #expect(try client.state(job) == "Running")
        try client.command("/jobs/\(job)", [("RuntimeSeconds", "100")], method: "PUT")
        client.simulator.advance(by: 10)
        #expect(try client.state(job) == "Canceled")
    }

    @Test func `A job ends when it is told not to wait for cancellation any more`() throws {
        let client = try JobClient()
        let job = try client.runningJob("echo", properties: [("RunUntilCanceled", "True")])
        client.simulator.advance(by: 100)
        try client.command("/jobs/\(job)", [("RunUntilCanceled", "False")], method: "PUT")
        client.simulator.advance(by: 5)
        #expect(try client.state(job) == "Finished")
        #expect(client.simulator.violations() == [])
    }

    @Test func `A queued job is validated again when its properties are set`() throws {
        let client = try JobClient()
        let cores = try #require(Int(try client.property("/nodes/HEADNODE", "NumCores")))
        _ = try client.runningJob("sleep 60", properties: [("MinCores", String(cores - 1))])
        let job = try client.createJob(("MinCores", "2"))
        try client.addTask(job, "sleep 100")
        try client.submit(job)
        client.simulator.advance(by: 5)
        #expect(try client.state(job) == "Queued")
        for wrong in [
            ("MinCores", "10000"), ("NodeGroups", "Nowhere"), ("MinMemory", "2000000000"),
        ] {
            let before = try client.properties("/jobs/\(job)")
            let answer = try client.send("PUT", "/jobs/\(job)", [wrong, ("Priority", "Highest")])
            #expect(answer.status == 400, "\(wrong)")
            #expect(try client.properties("/jobs/\(job)") == before)
        }
        #expect(client.simulator.violations() == [])
        try client.command("/jobs/\(job)", [("MinCores", "1"), ("MaxCores", "1")], method: "PUT")
        client.simulator.advance(by: 2)
        #expect(try client.state(job) == "Running")
        #expect(client.simulator.violations() == [])
    }
}
