import HPCPackSimulator
import Testing

/// Dependencies, validation and limits of jobs that a client drives.
struct JobLimitTests {
    @Test func `Dependencies hold tasks back, and a failed one takes its followers along`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "sleep 10", ("Name", "first"))
        try driver.addTask(job, "echo", ("Name", "second"), ("DependsOn", "First"))
        try driver.addTask(job, "exit 1", ("Name", "bad"))
        try driver.addTask(job, "echo", ("DependsOn", "bad, second"))
        try driver.submit(job)
        driver.simulator.advance(by: 8)
        #expect(try driver.taskStates(job) == ["Running", "Queued", "Failed", "Canceled"])
        driver.simulator.advance(by: 20)
        #expect(try driver.taskStates(job) == ["Finished", "Finished", "Failed", "Canceled"])
        #expect(driver.simulator.violations() == [])
    }

    @Test(arguments: [
        [("NodeGroups", "No Such Group")], [("MinCores", "100000")], [("RequestedNodes", "NOBODY")],
        [("MinMemory", "2000000000")], [("UnitType", "Node"), ("MinNodes", "2")],
    ])
    func `A job that can never run fails validation`(_ properties: [(String, String)]) throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "echo")
        try driver.command("/jobs/\(job)", properties, method: "PUT")
        try driver.submit(job)
        #expect(
            try driver.watch(job, seconds: 10) == ["Submitted", "Validating", "Failed"]
        )
        #expect(try driver.property("/jobs/\(job)", "ErrorMessage").isEmpty == false)
        #expect(try driver.taskStates(job) == ["Canceled"])
    }

    @Test func `Tasks that wait for each other or for nobody fail validation`() throws {
        let driver = try APIDriver()
        for depends in ["b", "nobody", "a"] {
            let job = try driver.createJob()
            try driver.addTask(job, "echo", ("Name", "a"), ("DependsOn", depends))
            try driver.addTask(job, "echo", ("Name", "b"), ("DependsOn", "a"))
            try driver.submit(job)
            driver.simulator.advance(by: 5)
            #expect(try driver.state(job) == "Failed")
        }
    }

    @Test func `The run time limits end tasks and jobs`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "sleep 1000", ("RuntimeSeconds", "20"))
        try driver.submit(job)
        driver.simulator.advance(by: 40)
        #expect(try driver.taskStates(job) == ["Failed"])
        #expect(try driver.state(job) == "Failed")
        let other = try driver.runningJob("sleep 1000", properties: [("RuntimeSeconds", "60")])
        driver.simulator.advance(by: 55)
        #expect(try driver.state(other) == "Running")
        driver.simulator.advance(by: 20)
        #expect(try driver.state(other) == "Canceled")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `FailOnTaskFailure ends the job at the first failure`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob(
            "exit 1",
            "sleep 1000",
            properties: [("FailOnTaskFailure", "true")]
        )
        driver.simulator.advance(by: 15)
        #expect(try driver.taskStates(job) == ["Failed", "Failed"])
        #expect(try driver.state(job) == "Failed")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A time limit that is moved while the job runs counts from its start`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("sleep 5000", properties: [("RuntimeSeconds", "60")])
        try driver.command("/jobs/\(job)", [("RuntimeSeconds", "600")], method: "PUT")
        driver.simulator.advance(by: 550)
        #expect(try driver.state(job) == "Running")
        try driver.command("/jobs/\(job)", [("RuntimeSeconds", "100")], method: "PUT")
        driver.simulator.advance(by: 10)
        #expect(try driver.state(job) == "Canceled")
    }

    @Test func `A job ends when it is told not to wait for cancellation any more`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("echo", properties: [("RunUntilCanceled", "True")])
        driver.simulator.advance(by: 100)
        try driver.command("/jobs/\(job)", [("RunUntilCanceled", "False")], method: "PUT")
        driver.simulator.advance(by: 5)
        #expect(try driver.state(job) == "Finished")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A queued job is validated again when its properties are set`() throws {
        let driver = try APIDriver()
        let cores = try #require(Int(try driver.property("/nodes/HEADNODE", "NumCores")))
        _ = try driver.runningJob("sleep 60", properties: [("MinCores", String(cores - 1))])
        let job = try driver.createJob(("MinCores", "2"))
        try driver.addTask(job, "sleep 100")
        try driver.submit(job)
        driver.simulator.advance(by: 5)
        #expect(try driver.state(job) == "Queued")
        for wrong in [
            ("MinCores", "10000"), ("NodeGroups", "Nowhere"), ("MinMemory", "2000000000"),
        ] {
            let before = try driver.properties("/jobs/\(job)")
            let answer = try driver.send("PUT", "/jobs/\(job)", [wrong, ("Priority", "Highest")])
            #expect(answer.status == 400, "\(wrong)")
            #expect(try driver.properties("/jobs/\(job)") == before)
        }
        #expect(driver.simulator.violations() == [])
        try driver.command("/jobs/\(job)", [("MinCores", "1"), ("MaxCores", "1")], method: "PUT")
        driver.simulator.advance(by: 2)
        #expect(try driver.state(job) == "Running")
        #expect(driver.simulator.violations() == [])
    }
}
