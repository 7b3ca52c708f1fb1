import Foundation
import HPCPackSimulator
import Testing

/// Each operation that writes, by its example in the specification and by its refusals.
struct WriteOperationTests {
    @Test func `Create Job answers the bare id, and the job has what was sent`() throws {
        let client = try JobClient()
        let answer = try client.send(
            "POST",
            "/jobs",
            [
                ("name", "Crash \"A\""), ("PRIORITY", "AboveNormal"), ("Project", "R&D"),
                ("NodeGroups", "ComputeNodes, HeadNodes"), ("MinCores", "2"), ("MaxCores", "4"),
                ("RunUntilCanceled", "true"), ("JobTemplate", "gpu"), ("UnitType", "0"),
                ("NodeGroupOp", "union"), ("EmailAddress", "a@b.c"), ("Password", "secret"),
            ]
        )
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/json; charset=utf-8")
        let id = try #require(Int(answer.text))
        let job = try client.properties("/jobs/\(id)")
        let expected = [
            "Name": "Crash \"A\"", "Priority": "AboveNormal", "ExpandedPriority": "3000",
            "Project": "R&D", "NodeGroups": "ComputeNodes,HeadNodes", "MinCores": "2",
            "MaxCores": "4", "RunUntilCanceled": "True", "JobTemplate": "GPU", "UnitType": "Core",
            "NodeGroupOp": "Union", "EmailAddress": "a@b.c", "State": "Configuring",
            "PreviousState": "Configuring", "Id": String(id), "AutoCalculateMin": "False",
            "SubmitTime": "", "StartTime": "", "EndTime": "", "RequeueCount": "0",
            "CreateTime": "2025-06-15 15:06:40", "ChangeTime": "2025-06-15 15:06:40",
        ]
        for (name, value) in expected { #expect(job[name] == value, "\(name)") }
        #expect(job["Owner"]?.lowercased() == "hpc\\monitor")
        #expect(!client.probe.ask("/jobs/\(id)").text.contains("secret"))
    }

    @Test func `A job without any property has the defaults, and no drawn values`() throws {
        let client = try JobClient()
        for body in [nil, [UInt8]("[]".utf8), [UInt8]("null".utf8)] as [[UInt8]?] {
            let answer = client.probe.ask("/jobs", method: "POST", body: body ?? [])
            let job = try client.properties("/jobs/\(answer.text)")
            let expected = [
                "Name": "", "Project": "", "Priority": "Normal", "NodeGroups": "",
                "MinCores": "1", "MaxCores": "1", "RunUntilCanceled": "False",
                "JobTemplate": "Default", "AutoCalculateMin": "True", "IsExclusive": "False",
                "ErrorMessage": "",
            ]
            for (name, value) in expected { #expect(job[name] == value, "\(name)") }
            #expect(client.probe.ask("/jobs/\(answer.text)/envVariables").text == "[]")
            #expect(client.probe.ask("/jobs/\(answer.text)/customProperties").text == "[]")
            #expect(client.probe.ask("/jobs/\(answer.text)/tasks").text == "[]")
        }
    }

    @Test(arguments: [
        [("NoSuch", "1")], [("State", "Running")], [("Id", "5")], [("Owner", "x")],
        [("MinCores", "0")], [("MinCores", "many")], [("MinCores", "-1")], [("Priority", "Urgent")],
        [("RunUntilCanceled", "maybe")], [("UnitType", "Rack")], [("JobTemplate", "Nope")],
        [("MinCores", "5"), ("MaxCores", "4")], [("Name", String(repeating: "n", count: 129))],
        [("ExpandedPriority", "4001")], [("Progress", "101")], [("HoldUntil", "tomorrow")],
        [("Name", "fine"), ("TaskCount", "1")], [("", "x")], [("CanPreempt", "True")],
        [("ValidExitCodes", "0")], [("HasRuntime", "True")], [("JobValidExitCodes", "max")],
        [("JobValidExitCodes", "0;1")], [("JobValidExitCodes", "1..")],
    ])
    func `Unknown, read-only and impossible properties are refused and change nothing`(
        _ properties: [(String, String)]
    ) throws {
        let client = try JobClient()
        let refusal = try client.send("POST", "/jobs", properties)
        #expect(refusal.status == 400)
        #expect(refusal.message?.isEmpty == false)
        #expect(client.probe.ask("/jobs").text == "[]")
        let job = try client.createJob(("Name", "Kept"), ("MaxCores", "8"))
        let before = try client.properties("/jobs/\(job)")
        #expect(try client.send("PUT", "/jobs/\(job)", properties).status == 400)
        #expect(try client.send("POST", "/jobs/\(job)/submit", properties).status == 400)
        #expect(try client.properties("/jobs/\(job)") == before)
    }

    @Test func `Set Job Properties answers 204 and stamps the change`() throws {
        let client = try JobClient()
        let job = try client.createJob(("Name", "Old"))
        client.simulator.advance(by: 60)
        try client.command(
            "/jobs/\(job)",
            [("Name", "New"), ("Priority", "4"), ("NodeGroups", "")],
            method: "PUT"
        )
        let row = try client.properties("/jobs/\(job)", "Name", "Priority", "ChangeTime")
        #expect(
            row == ["Name": "New", "Priority": "Highest", "ChangeTime": "2025-06-15 15:07:40"]
        )
        let changed = try client.probe.rows(
            client.probe.ask("/jobs", [("$filter", "ChangeTimeFrom eq 06/15/2025 15:07:40")])
        )
        #expect(changed.map { $0["Id"] } == [String(job)])
    }

    @Test(arguments: ["", "/tasks/1"])
    func `Custom properties and environment variables are set, kept and asked for by name`(
        _ path: String
    ) throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo")
        let custom = "/jobs/\(job)\(path)/customProperties"
        let environment = "/jobs/\(job)\(path)/envVariables"
        for kind in [custom, environment] {
            try client.command(kind, [("c1", "v1"), ("c2", "v2")])
            #expect(
                client.probe.ask(kind).text
                    == "[{\"Name\":\"c1\",\"Value\":\"v1\"},{\"Name\":\"c2\",\"Value\":\"v2\"}]"
            )
            client.simulator.advance(by: 9)
            try client.command(kind, [("C1", "new"), ("c3", "\"ü\"")])
            let all = try HeadNodeProbe.properties(client.probe.ask(kind).jsonValue)
            #expect(all == ["c1": "new", "c2": "v2", "c3": "\"ü\""])
            let change = try client.property("/jobs/\(job)\(path)", "ChangeTime")
            let now = client.simulator.truth().now
            #expect(change == (try DotNetDatePattern("yyyy-MM-dd HH:mm:ss").string(unix: now)))
        }
        let asked = [("names", "C2,none")]
        #expect(client.probe.ask(custom, asked).text == "[{\"Name\":\"c2\",\"Value\":\"v2\"}]")
        #expect(
            try HeadNodeProbe.properties(client.probe.ask(environment, asked).jsonValue)
                == ["c2": "v2", "none": ""]
        )
        try client.command(environment, [("c2", "")])
        #expect(!client.probe.ask(environment).text.contains("c2"))
        #expect(try client.send("POST", "/jobs/\(job)/tasks/9/envVariables", []).status == 404)
    }

    @Test func `Submit takes a user and a password and never tells the password`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo")
        try client.command(
            "/jobs/\(job)/submit",
            [("UserName", "HPC\\runner"), ("Password", "hunter2"), ("Priority", "Lowest")]
        )
        let answer = client.probe.ask("/jobs/\(job)")
        let row = try HeadNodeProbe.properties(answer.jsonValue)
        #expect(row["UserName"] == "HPC\\runner" && row["Priority"] == "Lowest")
        #expect(row["State"] == "Submitted" && row["SubmitTime"] == "2025-06-15 15:06:40")
        #expect(!answer.text.contains("hunter2"))
        #expect(client.probe.ask("/jobs", [("properties", "Password")]).status == 400)
    }

    @Test func `Add Task answers the number of the task within its job`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        #expect(try client.addTask(job, "time /t", ("Name", "My Task")) == 1)
        #expect(try client.addTask(job, "echo") == 2)
        let task = try client.properties("/jobs/\(job)/tasks/1")
        let expected = [
            "TaskId": "\(job).1", "JobTaskId": "1", "InstanceId": "0", "State": "Configuring",
            "CommandLine": "time /t", "Name": "My Task", "ParentJobId": String(job),
            "Type": "Basic", "MinCores": "1", "IsRerunnable": "True", "WorkDirectory": "",
        ]
        for (name, value) in expected { #expect(task[name] == value, "\(name)") }
    }

    @Test(arguments: [
        [("NoSuch", "1")], [("State", "Queued")], [("ExitCode", "0")], [("MinCores", "x")],
        [("ValidExitCodes", "0")], [("TaskValidExitCodes", "..")], [("AutoRequeueCount", "1")],
        [("Type", "Batch")], [("Type", "ParametricSweep")],
        [("Type", "ParametricSweep"), ("StartValue", "5"), ("EndValue", "4")],
        [("Type", "ParametricSweep"), ("EndValue", "9"), ("IncrementValue", "0")],
        [("IsParametric", "true"), ("EndValue", "2000000")],
        [("IsParametric", "true"), ("StartValue", "-2147483648"), ("EndValue", "2147483647")],
        [("MinCores", "3"), ("MaxCores", "2")],
        [("CommandLine", String(repeating: "x", count: 8193))],
    ])
    func `A task that makes no sense is refused`(_ properties: [(String, String)]) throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "echo")
        let before = client.probe.ask("/jobs/\(job)/tasks").text
        let refusal = try client.send("POST", "/jobs/\(job)/tasks", properties)
        #expect(refusal.status == 400 && refusal.message?.isEmpty == false)
        #expect(try client.send("PUT", "/jobs/\(job)/tasks/1", properties).status == 400)
        #expect(client.probe.ask("/jobs/\(job)/tasks").text == before)
    }

    @Test func `Set Task Properties changes a task, and makes a sweep of it`() throws {
        let client = try JobClient()
        let job = try client.createJob(("MinCores", "1"), ("MaxCores", "1"))
        try client.addTask(job, "echo a")
        try client.addTask(job, "echo b")
        client.simulator.advance(by: 5)
        try client.command(
            "/jobs/\(job)/tasks/1",
            [("CommandLine", "echo *"), ("Type", "1"), ("EndValue", "3")],
            method: "PUT"
        )
        try client.submit(job)
        let late = try client.send("PUT", "/jobs/\(job)/tasks/1", [("EndValue", "4")])
        #expect(late.status == 409)
        client.simulator.advance(by: 3)
        #expect(
            try client.probe.walk("/jobs/\(job)/tasks").map { $0["TaskId"] }
                == ["\(job).1.1", "\(job).1.2", "\(job).1.3", "\(job).2"]
        )
        try client.command(
            "/jobs/\(job)/tasks/1/subtasks/2",
            [("CommandLine", "exit 5")],
            method: "PUT"
        )
        let subtask = try client.properties("/jobs/\(job)/tasks/1/subtasks/2")
        #expect(subtask["CommandLine"] == "exit 5" && subtask["TaskId"] == "\(job).1.2")
        #expect(try client.property("/jobs/\(job)/tasks/1/subtasks/3", "CommandLine") == "echo 3")
        client.simulator.advance(by: 30)
        #expect(try client.taskStates(job) == ["Finished", "Failed", "Finished", "Finished"])
        #expect(client.simulator.violations() == [])
    }

    @Test func `Canceling a sweep cancels all of it`() throws {
        let client = try JobClient()
        let job = try client.createJob(("MinCores", "2"), ("MaxCores", "2"))
        try client.addTask(job, "sleep 1000", ("Type", "ParametricSweep"), ("EndValue", "4"))
        try client.addTask(job, "echo")
        try client.submit(job)
        client.simulator.advance(by: 6)
        try client.command("/jobs/\(job)/tasks/1/cancel", query: [("forced", "True")])
        #expect(try client.property("/jobs/\(job)/tasks/1", "State") == "Canceled")
        client.simulator.advance(by: 20)
        #expect(
            try client.taskStates(job) == ["Failed", "Failed", "Canceled", "Canceled", "Finished"]
        )
        #expect(try client.state(job) == "Failed")
        try client.command("/jobs/\(job)/tasks/1/requeue")
        #expect(try client.property("/jobs/\(job)/tasks/1", "State") == "Configuring")
        #expect(client.simulator.violations() == [])
    }

    @Test func `A task that is not rerunnable is not requeued`() throws {
        let client = try JobClient()
        let job = try client.createJob()
        try client.addTask(job, "exit 1", ("IsRerunnable", "False"))
        try client.submit(job)
        client.simulator.advance(by: 20)
        #expect(try client.send("POST", "/jobs/\(job)/tasks/1/requeue").status == 409)
    }
}
