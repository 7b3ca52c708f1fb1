import HPCPackSimulator
import Testing

/// Whole histories of jobs that a client drives.
struct JobHistoryTests {
    @Test func `A job passes all states from Configuring to Finished`() throws {
        let client = try JobClient()
        let job = try client.createJob(("Name", "First"))
        try client.addTask(job, "sleep 10")
        #expect(try client.state(job) == "Configuring")
        client.simulator.advance(by: 600)
        #expect(try client.state(job) == "Configuring")
        try client.submit(job)
        #expect(
            try client.watch(job, seconds: 30) == [
                "Submitted", "Validating", "Queued", "Running", "Finishing", "Finished",
            ]
        )
        let task = try client.properties("/jobs/\(job)/tasks/1")
        #expect(task["State"] == "Finished")
        #expect(task["ExitCode"] == "0")
        #expect(task["StartTime"] == "2025-06-15 15:16:44")
        #expect(task["EndTime"] == "2025-06-15 15:16:54")
        #expect(task["AllocatedNodes"] == "HEADNODE")
        #expect(try client.property("/jobs/\(job)", "Progress") == "100")
    }

    @Test func `A task that exits with 3 fails, and so does its job`() throws {
        let client = try JobClient()
        let job = try client.runningJob("exit 3", "echo fine")
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Failed", "Finished"])
        let row = try client.properties("/jobs/\(job)", "State", "ErrorMessage")
        #expect(row["State"] == "Failed")
        #expect(row["ErrorMessage"]?.isEmpty == false)
        let task = try client.properties("/jobs/\(job)/tasks/1", "ExitCode", "ErrorMessage")
        #expect(task["ExitCode"] == "3")
        #expect(task["ErrorMessage"]?.isEmpty == false)
        #expect(client.simulator.violations() == [])
    }

    @Test(arguments: [
        ("", "Failed"), ("0", "Failed"), ("0,3", "Finished"), ("1..5", "Finished"),
        ("4..5", "Failed"), ("-7, MIN..3", "Finished"), ("max..4", "Failed"),
        ("3..Max", "Finished"),
    ])
    func `The valid exit codes of a task, or else of its job, are a success`(
        _ codes: String,
        _ state: String
    ) throws {
        let client = try JobClient()
        let ofTask = try client.createJob(("JobValidExitCodes", "3"))
        try client.addTask(ofTask, "exit 3", ("TaskValidExitCodes", codes))
        let ofJob = try client.createJob(("JobValidExitCodes", codes))
        try client.addTask(ofJob, "exit 3")
        for job in [ofTask, ofJob] {
            try client.submit(job)
            client.simulator.advance(by: 30)
            #expect(try client.state(job) == state)
        }
    }

    @Test func `A sweep fails its job when as many steps have failed as are counted`() throws {
        let client = try JobClient()
        for (count, states) in [
            ("2", ["Failed", "Failed", "Canceled", "Canceled"]),
            ("4", ["Failed", "Failed", "Failed", "Finished"]),
        ] {
            let job = try client.createJob(("MinCores", "1"), ("MaxCores", "1"))
            try client.addTask(
                job,
                "exit *",
                ("Type", "ParametricSweep"),
                ("StartValue", "-3"),
                ("EndValue", "0"),
                ("FailJobOnFailureCount", count)
            )
            let task = try client.properties("/jobs/\(job)/tasks/1")
            #expect(task["FailJobOnFailureCount"] == count && task["FailJobOnFailure"] == "True")
            try client.submit(job)
            client.simulator.advance(by: 40)
            #expect(try client.taskStates(job) == states)
            #expect(try client.state(job) == "Failed")
            #expect(client.simulator.violations() == [])
        }
    }

    @Test func `The output of a task has the variables of the task, or else of its job`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        for _ in 1...2 { try client.addTask(job, "echo $myvar %MYVAR% %other%") }
        try client.addTask(job, "echo lost", ("StdOutFilePath", "out.txt"))
        try client.addTask(job, "sleep 100 && echo late")
        try client.addTask(job, "thiscommanddoesnotexist")
        try client.command("/jobs/\(job)/envVariables", [("myvar", "of the job"), ("other", "x")])
        try client.command("/jobs/\(job)/tasks/1/envVariables", [("MyVar", "My Var")])
        try client.command("/jobs/\(job)/customProperties", [("myvar", "none")])
        func output(_ task: Int) throws -> String {
            try client.property("/jobs/\(job)/tasks/\(task)", "Output")
        }
        #expect(try output(1) == "")
        try client.submit(job)
        client.simulator.advance(by: 20)
        #expect(try output(1) == "My Var My Var x\r\n")
        #expect(try output(2) == "of the job of the job x\r\n")
        #expect(try output(3) == "")
        try client.command("/jobs/\(job)/tasks/4/finish")
        #expect(try client.property("/jobs/\(job)/tasks/4", "State") == "Finished")
        let failed = try client.properties("/jobs/\(job)/tasks/5", "State", "ExitCode", "Output")
        #expect(failed["State"] == "Failed" && failed["ExitCode"] == "1")
        #expect(failed["Output"]?.contains("thiscommanddoesnotexist") == true)
    }

    @Test func `A sweep runs its steps with the value in the command line`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        let task = try client.addTask(
            job,
            "echo ** of *",
            ("Type", "ParametricSweep"),
            ("StartValue", "4"),
            ("EndValue", "11"),
            ("IncrementValue", "3")
        )
        try client.submit(job)
        client.simulator.advance(by: 3)
        let rows = try client.probe.walk(
            "/jobs/\(job)/tasks",
            [("properties", "TaskId,CommandLine,InstanceValue,Type")]
        )
        #expect(rows.map { $0["TaskId"] } == ["\(job).1.1", "\(job).1.2", "\(job).1.3"])
        #expect(
            rows.map { $0["CommandLine"] } == ["echo 04 of 4", "echo 07 of 7", "echo 10 of 10"]
        )
        #expect(rows.map { $0["InstanceValue"] } == ["4", "7", "10"])
        let master = try client.properties("/jobs/\(job)/tasks/\(task)")
        #expect(master["CommandLine"] == "echo ** of *" && master["EndValue"] == "11")
        #expect(master["IsParametric"] == "True" && master["Type"] == "ParametricSweep")
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Finished", "Finished", "Finished"])
        #expect(try client.property("/jobs/\(job)/tasks/1", "State") == "Finished")
        #expect(try client.state(job) == "Finished")
    }

    @Test func `One failing step fails the sweep and the job`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(
            job,
            "exit *",
            ("Type", "ParametricSweep"),
            ("StartValue", "0"),
            ("EndValue", "1")
        )
        try client.submit(job)
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Finished", "Failed"])
        #expect(try client.property("/jobs/\(job)/tasks/1", "State") == "Failed")
        #expect(try client.state(job) == "Failed")
    }

    @Test func `Tasks take turns on the cores of their job, in order`() throws {
        let client = try JobClient()
        let job = try client.runningJob(
            "sleep 10",
            "sleep 10",
            "sleep 10",
            properties: [("MinCores", "2"), ("MaxCores", "2")]
        )
        client.simulator.advance(by: 5)
        #expect(try client.taskStates(job) == ["Running", "Running", "Queued"])
        client.simulator.advance(by: 10)
        #expect(try client.taskStates(job) == ["Finished", "Finished", "Running"])
        client.simulator.advance(by: 15)
        #expect(try client.state(job) == "Finished")
        #expect(client.simulator.violations() == [])
    }

    @Test func `Preparation runs first and release last`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "sleep 5", ("Type", "NodeRelease"))
        try client.addTask(job, "sleep 20")
        try client.addTask(job, "sleep 5", ("Type", "NodePrep"))
        try client.submit(job)
        client.simulator.advance(by: 5)
        #expect(try client.taskStates(job) == ["Queued", "Queued", "Running"])
        client.simulator.advance(by: 8)
        #expect(try client.taskStates(job) == ["Queued", "Running", "Finished"])
        client.simulator.advance(by: 20)
        #expect(try client.taskStates(job) == ["Running", "Finished", "Finished"])
        #expect(try client.state(job) == "Finishing")
        client.simulator.advance(by: 10)
        #expect(try client.state(job) == "Finished")
        #expect(client.simulator.violations() == [])
    }

    @Test func `A failed preparation fails the job, and nothing else runs`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "exit 1", ("Type", "NodePrep"))
        try client.addTask(job, "echo never")
        try client.submit(job)
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Failed", "Canceled"])
        #expect(try client.state(job) == "Failed")
        #expect(client.simulator.violations() == [])
    }

    @Test func `A job that runs until canceled stays when its tasks are done`() throws {
        let client = try JobClient()
        let job = try client.runningJob("echo x", properties: [("RunUntilCanceled", "True")])
        client.simulator.advance(by: 100_000)
        #expect(try client.state(job) == "Running")
        #expect(try client.taskStates(job) == ["Finished"])
        #expect(try client.addTask(job, "sleep 4") == 2)
        client.simulator.advance(by: 2)
        #expect(try client.tasks(job)["\(job).2"] == "Running")
        try client.command("/jobs/\(job)/finish", message: "enough")
        client.simulator.advance(by: 10)
        #expect(try client.state(job) == "Finished")
        #expect(try client.property("/jobs/\(job)", "ErrorMessage") == "")
        #expect(client.simulator.violations() == [])
    }

    @Test func `The tasks of a job that is canceled before it is submitted stay Configuring`()
        throws
    {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo a")
        try client.addTask(job, "echo *", ("Type", "ParametricSweep"), ("EndValue", "2"))
        try client.addTask(job, "echo b", ("Type", "NodeRelease"))
        try client.command("/jobs/\(job)/cancel")
        #expect(try client.state(job) == "Canceled")
        #expect(try Set(client.taskStates(job)) == ["Configuring"])
        #expect(client.simulator.violations() == [])
        try client.command("/jobs/\(job)/requeue")
        client.simulator.advance(by: 40)
        #expect(try Set(client.taskStates(job)) == ["Finished"])
    }

    @Test func `Subtasks exist once their job has been running`() throws {
        let client = try JobClient()
        let job = try client.createJob(("MaxCores", "1"))
        try client.addTask(job, "sleep 60", ("Type", "ParametricSweep"), ("EndValue", "2"))
        let path = "/jobs/\(job)/tasks/1/subtasks/1"
        for _ in 0..<3 {
            #expect(try client.tasks(job).keys.sorted() == ["\(job).1"])
            for (method, path) in [("GET", path), ("PUT", path), ("POST", path + "/cancel")] {
                let answer = try client.send(method, path)
                #expect(answer.status == 404)
                #expect(answer.message?.contains("has not been expanded yet") == true)
            }
            let missing = client.probe.ask("/jobs/\(job)/tasks/1/subtasks/3")
            #expect(missing.status == 404 && missing.message?.contains("expanded") == false)
            if try client.state(job) == "Configuring" { try client.submit(job) }
            client.simulator.advance(by: 1)
        }
        client.simulator.advance(by: 2)
        try client.addTask(job, "echo", ("Type", "ParametricSweep"), ("EndValue", "1"))
        let all = ["\(job).1.1", "\(job).1.2", "\(job).2.1"]
        #expect(try client.tasks(job).keys.sorted() == all)
        #expect(try client.property(path, "State") == "Running")
        // They stay, whatever becomes of the job.
        try client.command("/jobs/\(job)/requeue")
        #expect(try client.state(job) == "Submitted")
        #expect(try client.tasks(job).keys.sorted() == all)
    }

    @Test func `A job without tasks finishes`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.submit(job)
        client.simulator.advance(by: 20)
        #expect(try client.state(job) == "Finished")
    }

    @Test func `Canceling a running job ends its tasks as Failed and runs its release task`() throws
    {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "sleep 1000")
        try client.addTask(job, "sleep 2", ("Type", "NodeRelease"))
        try client.submit(job)
        client.simulator.advance(by: 10)
        try client.command("/jobs/\(job)/cancel", message: "wrong input")
        #expect(try client.state(job) == "Canceling")
        #expect(try client.taskStates(job) == ["Canceling", "Queued"])
        let seen = try client.watch(job, seconds: 20)
        #expect(seen == ["Canceling", "Canceled"])
        #expect(try client.taskStates(job) == ["Failed", "Finished"])
        #expect(try client.property("/jobs/\(job)", "ErrorMessage").contains("wrong input"))
    }

    @Test func `Canceling by force ends at once and runs no release task`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "sleep 1000")
        try client.addTask(job, "sleep 2", ("Type", "NodeRelease"))
        try client.submit(job)
        client.simulator.advance(by: 10)
        try client.command("/jobs/\(job)/cancel", query: [("forced", "true")])
        #expect(try client.state(job) == "Canceled")
        #expect(try client.taskStates(job) == ["Failed", "Canceled"])
        #expect(client.simulator.violations() == [])
    }

    @Test func `Canceling a running task makes it and its job Failed`() throws {
        let client = try JobClient()
        let job = try client.runningJob("sleep 1000", "sleep 20")
        client.simulator.advance(by: 3)
        try client.command("/jobs/\(job)/tasks/1/cancel", message: "not this one")
        #expect(try client.taskStates(job) == ["Canceling", "Running"])
        client.simulator.advance(by: 60)
        #expect(try client.taskStates(job) == ["Failed", "Finished"])
        #expect(try client.state(job) == "Failed")
        let message = try client.property("/jobs/\(job)/tasks/1", "ErrorMessage")
        #expect(message.contains("not this one"))
        #expect(client.simulator.violations() == [])
    }

    @Test func `A requeued job runs again what has not finished`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo a")
        try client.addTask(job, "exit 1")
        try client.addTask(job, "echo never")
        try client.command("/jobs/\(job)/tasks/3/cancel")
        try client.submit(job)
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Finished", "Failed", "Canceled"])
        #expect(try client.state(job) == "Failed")
        try client.command("/jobs/\(job)/tasks/2", [("CommandLine", "echo b")], method: "PUT")
        try client.command("/jobs/\(job)/requeue")
        #expect(try client.taskStates(job) == ["Finished", "Submitted", "Canceled"])
        let row = try client.properties("/jobs/\(job)", "State", "RequeueCount", "EndTime")
        #expect(row == ["State": "Submitted", "RequeueCount": "1", "EndTime": ""])
        client.simulator.advance(by: 30)
        #expect(try client.state(job) == "Finished")
        #expect(client.simulator.violations() == [])
    }

    @Test(arguments: [false, true])
    func `A canceled task or subtask of a running job that is requeued runs again`(
        _ isSubtask: Bool
    ) throws {
        let client = try JobClient()
        let job = try client.createJob(("RunUntilCanceled", "True"), ("MaxCores", "1"))
        let sweep = isSubtask ? [("Type", "ParametricSweep"), ("EndValue", "2")] : []
        #expect(
            try client.send(
                "POST",
                "/jobs/\(job)/tasks",
                [("CommandLine", "sleep 60 || ping localhost -n 60")] + sweep
            ).text == "1"
        )
        let path = "/jobs/\(job)/tasks/1" + (isSubtask ? "/subtasks/1" : "")
        try client.submit(job)
        client.simulator.advance(by: 6)
        #expect(try client.property(path, "State") == "Running")
        try client.command(path + "/cancel")
        client.simulator.advance(by: 5)
        #expect(try client.property(path, "State") == "Failed")
        try client.command(path + "/requeue")
        var seen: [String] = []
        for _ in 0..<70 where seen.last != "Running" {
            let state = try client.property(path, "State")
            if seen.last != state { seen.append(state) }
            client.simulator.advance(by: 1)
            #expect(client.simulator.violations() == [])
        }
        // The other subtask has the core for a minute.
        #expect(
            seen
                == (isSubtask ? ["Queued", "Dispatching", "Running"] : ["Dispatching", "Running"])
        )
        let task = try client.properties(path)
        #expect(task["RequeueCount"] == "1" && task["ErrorMessage"] == "" && task["EndTime"] == "")
        try client.command("/jobs/\(job)/cancel")
        client.simulator.advance(by: 10)
        #expect(try client.state(job) == "Canceled")
    }

    @Test func `A requeued task waits in Configuring until its job is resubmitted`() throws {
        let client = try JobClient()
        let job = try client.runningJob("exit 1")
        client.simulator.advance(by: 30)
        #expect(try client.state(job) == "Failed")
        try client.command("/jobs/\(job)/tasks/1", [("CommandLine", "echo ok")], method: "PUT")
        try client.command("/jobs/\(job)/tasks/1/requeue")
        #expect(try client.taskStates(job) == ["Configuring"])
        #expect(try client.property("/jobs/\(job)/tasks/1", "RequeueCount") == "1")
        client.simulator.advance(by: 600)
        #expect(try client.taskStates(job) == ["Configuring"])
        #expect(client.simulator.violations() == [])
        try client.submit(job)
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Finished"])
        #expect(try client.state(job) == "Finished")
    }
}
