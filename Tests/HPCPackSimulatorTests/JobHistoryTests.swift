import HPCPackSimulator
import Testing

/// Whole histories of jobs that a client drives.
struct JobHistoryTests {
    @Test func `A job passes all states from Configuring to Finished`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob(("Name", "First"))
        try driver.addTask(job, "sleep 10")
        #expect(try driver.state(job) == "Configuring")
        driver.simulator.advance(by: 600)
        #expect(try driver.state(job) == "Configuring")
        try driver.submit(job)
        #expect(
            try driver.watch(job, seconds: 30) == [
                "Submitted", "Validating", "Queued", "Running", "Finishing", "Finished",
            ]
        )
        let task = try driver.properties("/jobs/\(job)/tasks/1")
        #expect(task["State"] == "Finished")
        #expect(task["ExitCode"] == "0")
        #expect(task["StartTime"] == "2025-06-15 15:16:44")
        #expect(task["EndTime"] == "2025-06-15 15:16:54")
        #expect(task["AllocatedNodes"] == "HEADNODE")
        #expect(try driver.property("/jobs/\(job)", "Progress") == "100")
    }

    @Test func `A task that exits with 3 fails, and so does its job`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("exit 3", "echo fine")
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Failed", "Finished"])
        let row = try driver.properties("/jobs/\(job)", "State", "ErrorMessage")
        #expect(row["State"] == "Failed")
        #expect(row["ErrorMessage"]?.isEmpty == false)
        let task = try driver.properties("/jobs/\(job)/tasks/1", "ExitCode", "ErrorMessage")
        #expect(task["ExitCode"] == "3")
        #expect(task["ErrorMessage"]?.isEmpty == false)
        #expect(driver.simulator.violations() == [])
    }

    @Test(arguments: [
        ("0", "Failed"), ("0,3", "Finished"), ("1..5", "Finished"), ("4..5", "Failed"),
    ])
    func `ValidExitCodes say which exit codes are a success`(_ codes: String, _ state: String)
        throws
    {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "exit 3", ("ValidExitCodes", codes))
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.state(job) == state)
    }

    @Test func `A sweep runs its steps with the value in the command line`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        let task = try driver.addTask(
            job,
            "echo ** of *",
            ("Type", "ParametricSweep"),
            ("StartValue", "4"),
            ("EndValue", "11"),
            ("IncrementValue", "3")
        )
        let rows = try driver.probe.walk(
            "/jobs/\(job)/tasks",
            [("properties", "TaskId,CommandLine,InstanceValue,Type")]
        )
        #expect(rows.map { $0["TaskId"] } == ["\(job).1.1", "\(job).1.2", "\(job).1.3"])
        #expect(
            rows.map { $0["CommandLine"] } == ["echo 04 of 4", "echo 07 of 7", "echo 10 of 10"]
        )
        #expect(rows.map { $0["InstanceValue"] } == ["4", "7", "10"])
        let master = try driver.properties("/jobs/\(job)/tasks/\(task)")
        #expect(master["CommandLine"] == "echo ** of *" && master["EndValue"] == "11")
        #expect(master["IsParametric"] == "True" && master["Type"] == "ParametricSweep")
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Finished", "Finished", "Finished"])
        #expect(try driver.property("/jobs/\(job)/tasks/1", "State") == "Finished")
        #expect(try driver.state(job) == "Finished")
    }

    @Test func `One failing step fails the sweep and the job`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(
            job,
            "exit *",
            ("Type", "ParametricSweep"),
            ("StartValue", "0"),
            ("EndValue", "1")
        )
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Finished", "Failed"])
        #expect(try driver.property("/jobs/\(job)/tasks/1", "State") == "Failed")
        #expect(try driver.state(job) == "Failed")
    }

    @Test func `Tasks take turns on the cores of their job, in order`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob(
            "sleep 10",
            "sleep 10",
            "sleep 10",
            properties: [("MinCores", "2"), ("MaxCores", "2")]
        )
        driver.simulator.advance(by: 5)
        #expect(try driver.taskStates(job) == ["Running", "Running", "Queued"])
        driver.simulator.advance(by: 10)
        #expect(try driver.taskStates(job) == ["Finished", "Finished", "Running"])
        driver.simulator.advance(by: 15)
        #expect(try driver.state(job) == "Finished")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `Preparation runs first and release last`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "sleep 5", ("Type", "NodeRelease"))
        try driver.addTask(job, "sleep 20")
        try driver.addTask(job, "sleep 5", ("Type", "NodePrep"))
        try driver.submit(job)
        driver.simulator.advance(by: 5)
        #expect(try driver.taskStates(job) == ["Queued", "Queued", "Running"])
        driver.simulator.advance(by: 8)
        #expect(try driver.taskStates(job) == ["Queued", "Running", "Finished"])
        driver.simulator.advance(by: 20)
        #expect(try driver.taskStates(job) == ["Running", "Finished", "Finished"])
        #expect(try driver.state(job) == "Finishing")
        driver.simulator.advance(by: 10)
        #expect(try driver.state(job) == "Finished")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A failed preparation fails the job, and nothing else runs`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "exit 1", ("Type", "NodePrep"))
        try driver.addTask(job, "echo never")
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Failed", "Canceled"])
        #expect(try driver.state(job) == "Failed")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A job that runs until canceled stays when its tasks are done`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("echo x", properties: [("RunUntilCanceled", "True")])
        driver.simulator.advance(by: 100_000)
        #expect(try driver.state(job) == "Running")
        #expect(try driver.taskStates(job) == ["Finished"])
        #expect(try driver.addTask(job, "sleep 4") == 2)
        driver.simulator.advance(by: 2)
        #expect(try driver.tasks(job)["\(job).2"] == "Running")
        try driver.command("/jobs/\(job)/finish", message: "enough")
        driver.simulator.advance(by: 10)
        #expect(try driver.state(job) == "Finished")
        #expect(try driver.property("/jobs/\(job)", "ErrorMessage") == "enough")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A job without tasks finishes`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.submit(job)
        driver.simulator.advance(by: 20)
        #expect(try driver.state(job) == "Finished")
    }

    @Test func `Canceling a running job ends its tasks as Failed and runs its release task`() throws
    {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "sleep 1000")
        try driver.addTask(job, "sleep 2", ("Type", "NodeRelease"))
        try driver.submit(job)
        driver.simulator.advance(by: 10)
        try driver.command("/jobs/\(job)/cancel", message: "wrong input")
        #expect(try driver.state(job) == "Canceling")
        #expect(try driver.taskStates(job) == ["Canceling", "Queued"])
        let seen = try driver.watch(job, seconds: 20)
        #expect(seen == ["Canceling", "Canceled"])
        #expect(try driver.taskStates(job) == ["Failed", "Finished"])
        #expect(try driver.property("/jobs/\(job)", "ErrorMessage").contains("wrong input"))
    }

    @Test func `Canceling by force ends at once and runs no release task`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "sleep 1000")
        try driver.addTask(job, "sleep 2", ("Type", "NodeRelease"))
        try driver.submit(job)
        driver.simulator.advance(by: 10)
        try driver.command("/jobs/\(job)/cancel", query: [("forced", "true")])
        #expect(try driver.state(job) == "Canceled")
        #expect(try driver.taskStates(job) == ["Failed", "Canceled"])
        #expect(driver.simulator.violations() == [])
    }

    @Test func `Canceling a running task makes it and its job Failed`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("sleep 1000", "sleep 20")
        driver.simulator.advance(by: 3)
        try driver.command("/jobs/\(job)/tasks/1/cancel", message: "not this one")
        #expect(try driver.taskStates(job) == ["Canceling", "Running"])
        driver.simulator.advance(by: 60)
        #expect(try driver.taskStates(job) == ["Failed", "Finished"])
        #expect(try driver.state(job) == "Failed")
        let message = try driver.property("/jobs/\(job)/tasks/1", "ErrorMessage")
        #expect(message.contains("not this one"))
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A requeued job runs again what has not finished`() throws {
        let driver = try APIDriver()
        let job = try driver.createJob()
        try driver.addTask(job, "echo a")
        try driver.addTask(job, "exit 1")
        try driver.addTask(job, "echo never")
        try driver.command("/jobs/\(job)/tasks/3/cancel")
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Finished", "Failed", "Canceled"])
        #expect(try driver.state(job) == "Failed")
        try driver.command("/jobs/\(job)/tasks/2", [("CommandLine", "echo b")], method: "PUT")
        try driver.command("/jobs/\(job)/requeue")
        #expect(try driver.taskStates(job) == ["Finished", "Submitted", "Canceled"])
        let row = try driver.properties("/jobs/\(job)", "State", "RequeueCount", "EndTime")
        #expect(row == ["State": "Submitted", "RequeueCount": "1", "EndTime": ""])
        driver.simulator.advance(by: 30)
        #expect(try driver.state(job) == "Finished")
        #expect(driver.simulator.violations() == [])
    }

    @Test func `A requeued task waits in Configuring until its job is resubmitted`() throws {
        let driver = try APIDriver()
        let job = try driver.runningJob("exit 1")
        driver.simulator.advance(by: 30)
        #expect(try driver.state(job) == "Failed")
        try driver.command("/jobs/\(job)/tasks/1", [("CommandLine", "echo ok")], method: "PUT")
        try driver.command("/jobs/\(job)/tasks/1/requeue")
        #expect(try driver.taskStates(job) == ["Configuring"])
        #expect(try driver.property("/jobs/\(job)/tasks/1", "RequeueCount") == "1")
        driver.simulator.advance(by: 600)
        #expect(try driver.taskStates(job) == ["Configuring"])
        #expect(driver.simulator.violations() == [])
        try driver.submit(job)
        driver.simulator.advance(by: 30)
        #expect(try driver.taskStates(job) == ["Finished"])
        #expect(try driver.state(job) == "Finished")
    }
}
