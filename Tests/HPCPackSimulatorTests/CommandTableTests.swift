import HPCPackSimulator
import Testing

/// The state machine of jobs and of tasks: which command is allowed in which state.
struct CommandTableTests {
    /// For each state: cancel, cancel by force, finish, requeue, submit, add a task, set the node
    /// groups, set the priority, set the name.
    static let jobs: [(state: String, allowed: String)] = [
        ("Configuring", "cancel force submit add set priority name"),
        ("Submitted", "cancel force add set priority name"),
        ("Validating", "cancel force add set priority name"),
        ("Queued", "cancel force finish add set priority"),
        ("Running", "cancel force finish requeue add priority name"),
        ("Finishing", "force"),
        ("Canceling", "force"),
        ("Finished", ""),
        ("Failed", "requeue submit set priority name"),
        ("Canceled", "requeue submit"),
    ]

    private static let commands = [
        "cancel", "force", "finish", "requeue", "submit", "add", "set", "priority",
        "name",
    ]

    @Test(arguments: jobs)
    func `A job takes what its state allows and refuses the rest with 409`(
        _ state: String,
        _ allowed: String
    ) throws {
        for command in Self.commands {
            let client = try JobClient()
            let job = try Self.job(in: state, client)
            #expect(try client.state(job) == state)
            let before = try client.properties("/jobs/\(job)")
            let path = "/jobs/\(job)"
            let answer =
                switch command {
                case "force": try client.send("POST", path + "/cancel", query: [("forced", "true")])
                case "add": try client.send("POST", path + "/tasks", [("CommandLine", "echo")])
                case "set": try client.send("PUT", path, [("NodeGroups", "ComputeNodes")])
                case "name": try client.send("PUT", path, [("Name", "Other")])
                case "priority": try client.send("PUT", path, [("Priority", "Highest")])
                default: try client.send("POST", path + "/" + command)
                }
            let isAllowed = allowed.split(separator: " ").contains { $0 == command }
            let expected = isAllowed ? (command == "add" ? 200 : 204) : 409
            #expect(answer.status == expected, "\(command) in \(state): \(answer.text)")
            if !isAllowed {
                #expect(answer.message?.contains(state) == true)
                #expect(try client.properties("/jobs/\(job)") == before)
            }
            #expect(client.simulator.violations() == [])
            client.simulator.advance(by: 3000)
            #expect(client.simulator.violations() == [])
        }
    }

    private static func job(in state: String, _ client: JobClient) throws -> Int {
        let job = try client.createJob(("MinCores", state == "Queued" ? "2" : "1"))
        try client.addTask(job, state == "Finished" ? "echo" : "sleep 1000")
        if state == "Queued" {
            // Somebody else has all the cores.
            let cores = try client.property("/nodes/HEADNODE", "NumCores")
            _ = try client.runningJob("sleep 100", properties: [("MinCores", cores)])
        }
        guard state != "Configuring" else { return job }
        try client.submit(job)
        client.simulator.advance(by: state == "Submitted" ? 0 : state == "Validating" ? 1 : 5)
        switch state {
        case "Finishing": try client.command("/jobs/\(job)/finish")
        case "Canceling": try client.command("/jobs/\(job)/cancel")
        case "Canceled": try client.command("/jobs/\(job)/cancel", query: [("forced", "true")])
        case "Failed":
            try client.command("/jobs/\(job)/tasks/1/cancel", query: [("forced", "true")])
            client.simulator.advance(by: 5)
        case "Finished": client.simulator.advance(by: 10)
        default: break
        }
        return job
    }

    /// For each state of a task: what it takes.
    static let tasks: [(state: String, allowed: String)] = [
        ("Configuring", "cancel set"), ("Submitted", "cancel set"), ("Validating", "cancel set"),
        ("Queued", "cancel finish requeue set"), ("Dispatching", "cancel finish"),
        ("Running", "cancel finish"), ("Canceling", ""), ("Finished", ""),
        ("Failed", "requeue set"), ("Canceled", "requeue set"),
    ]

    @Test(arguments: tasks, [false, true])
    func `A task or subtask takes what its state allows and refuses the rest with 409`(
        _ row: (state: String, allowed: String),
        _ isSubtask: Bool
    ) throws {
        let (state, allowed) = row
        for command in ["cancel", "finish", "requeue", "set"] {
            let client = try JobClient()
            // Before its job runs, a sweep has no subtasks yet.
            if isSubtask, ["Configuring", "Submitted", "Validating"].contains(state) { return }
            let (job, path) = try Self.task(in: state, isSubtask, client)
            #expect(try client.property(path, "State") == state)
            let answer =
                command == "set"
                ? try client.send("PUT", path, [("Name", "New")])
                : try client.send("POST", path + "/" + command)
            let isAllowed = allowed.split(separator: " ").contains { $0 == command }
            #expect(answer.status == (isAllowed ? 204 : 409), "\(command): \(answer.text)")
            if isAllowed {
                let next = try client.property(path, "State")
                let isOn = state == "Dispatching" || state == "Running"
                switch command {
                case "cancel": #expect(next == (isOn ? "Canceling" : "Canceled"))
                case "finish": #expect(next == "Finished")
                case "requeue":
                    // A core is free for one that had failed or was canceled.
                    let isWaiting = state == "Queued" || (isSubtask && state == "Canceled")
                    #expect(next == (isWaiting ? "Queued" : "Dispatching"))
                    #expect(try client.property(path, "RequeueCount") == "1")
                default: #expect(try client.property(path, "Name") == "New")
                }
            } else {
                #expect(answer.message?.contains(state) == true)
                #expect(try client.property(path, "State") == state)
            }
            #expect(client.simulator.violations() == [])
            client.simulator.advance(by: 3000)
            #expect(client.simulator.violations() == [])
            _ = job
        }
    }

    private static func task(
        in state: String,
        _ isSubtask: Bool,
        _ client: JobClient
    ) throws -> (job: Int, path: String) {
        // A second task keeps the job alive.
        let isWaiting = state == "Queued" || (isSubtask && state == "Canceled")
        let job = try client.createJob(
            ("MinCores", isWaiting ? "1" : "2"),
            ("MaxCores", isWaiting ? "1" : "2")
        )
        if isWaiting { try client.addTask(job, "sleep 500") }
        let command = state == "Finished" ? "echo" : "sleep 1000"
        let task =
            isSubtask
            ? try client.addTask(job, command, ("Type", "ParametricSweep"), ("EndValue", "1"))
            : try client.addTask(job, command)
        if !isWaiting { try client.addTask(job, "sleep 500") }
        let path = "/jobs/\(job)/tasks/\(task)" + (isSubtask ? "/subtasks/1" : "")
        if state == "Canceled", !isSubtask { try client.command(path + "/cancel") }
        guard state != "Configuring" else { return (job, path) }
        try client.submit(job)
        let seconds = ["Submitted": 0, "Validating": 1, "Dispatching": 3][state] ?? 5
        client.simulator.advance(by: seconds)
        if state == "Canceling" || (isSubtask && state == "Canceled") {
            try client.command(path + "/cancel")
        }
        if state == "Failed" { try client.command(path + "/cancel", query: [("forced", "true")]) }
        return (job, path)
    }
}
