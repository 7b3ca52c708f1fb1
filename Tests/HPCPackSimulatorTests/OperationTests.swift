import HPCPackSimulator
import Testing

/// Each GET operation of the specification, by its example and by its refusals.
struct OperationTests {
    let probe: HeadNodeProbe

    init() throws {
        probe = try HeadNodeProbe()
    }

    @Test func `The cluster calls answer bare JSON strings`() {
        #expect(probe.ask("/cluster/version").text == "\"5.3.6450.0\"")
        #expect(probe.ask("/cluster/activeHeadNode").text == "\"HEADNODE\"")
        #expect(probe.ask("/cluster/info/dateTimeFormat").text == "\"M/d/yyyy h:mm:ss tt\"")
        #expect(probe.ask("/cluster/version")["Content-Type"] == "application/json; charset=utf-8")
    }

    @Test func `Nodes come as objects whose only member is Properties`() throws {
        let response = probe.ask("/nodes", [("rowsPerRead", "1")])
        #expect(response.text.hasPrefix("[{\"Properties\":[{\"Name\":\"Id\",\"Value\":\"1\"},"))
        let row = try #require(try probe.rows(response).first)
        #expect(row.count == 18)
        #expect(row["Name"] == "HEADNODE")
        #expect(row["Reachable"] == "True")
        #expect(row["NodeGroups"] == "HeadNodes")
    }

    @Test func `A node by its name, in any letter case, has all its properties`() throws {
        let response = probe.ask("/nodes/headnode")
        #expect(response.status == 200)
        let properties = try HeadNodeProbe.properties(response.jsonValue)
        let row = try #require(try probe.rows(probe.ask("/nodes", [("rowsPerRead", "1")])).first)
        #expect(properties == row)
        #expect(probe.ask("/nodes/NOSUCH").status == 404)
        #expect(probe.ask("/nodes/NOSUCH").message?.contains("NOSUCH") == true)
    }

    @Test func `Groups have a name and a description, the built-in ones first`() throws {
        let groups = try probe.rows(probe.ask("/nodes/groups"))
        #expect(
            groups.prefix(3).map { $0["Name"] } == ["HeadNodes", "ComputeNodes", "WCFBrokerNodes"]
        )
        #expect(groups[0]["Description"] == "The head nodes in the cluster")
        #expect(groups.allSatisfy { $0.count == 2 })
        #expect(groups.map { $0["Name"] ?? "" } == probe.simulator.truth().nodeGroups)
    }

    @Test func `The members of every group are the nodes that name it, whatever its name`() throws {
        let nodes = try probe.walk("/nodes")
        for group in probe.simulator.truth().nodeGroups {
            let response = probe.ask("/nodes/groups/" + HeadNodeProbe.escape(group))
            let members = try #require(response.jsonValue as? [String], "\(group)")
            let expected = nodes.filter {
                ($0["NodeGroups"] ?? "").split(separator: ",").contains { $0 == group }
            }
            #expect(members == expected.map { $0["Name"] })
        }
        #expect(probe.ask("/nodes/groups/Empty%20Shelf").text == "[]")
        #expect(probe.ask("/nodes/groups/headnodes").text == "[\"HEADNODE\"]")
    }

    @Test func `An unknown group is 404, or an empty list where the build is so`() throws {
        #expect(probe.ask("/nodes/groups/No%20such").status == 404)
        let lenient = try HeadNodeProbe { $0.answersUnknownGroups = true }
        #expect(lenient.ask("/nodes/groups/No%20such").text == "[]")
    }

    @Test func `A job listing gives five properties, a job all of them`() throws {
        let jobs = try probe.rows(probe.ask("/jobs"))
        #expect(jobs.count == 10)
        #expect(Set(jobs[0].keys) == ["Id", "Owner", "Name", "State", "Priority"])
        let id = try #require(jobs[3]["Id"])
        let all = try HeadNodeProbe.properties(probe.ask("/jobs/\(id)").jsonValue)
        #expect(all.count > 60)
        for (name, value) in jobs[3] { #expect(all[name] == value) }
        let two = probe.ask("/jobs/\(id)", [("properties", "state,ID")])
        #expect(
            two.text == "[{\"Name\":\"State\",\"Value\":\"\(all["State"] ?? "")\"},"
                + "{\"Name\":\"Id\",\"Value\":\"\(id)\"}]"
        )
    }

    @Test func `Owners with a backslash are valid JSON`() throws {
        let jobs = try probe.walk("/jobs", [("rowsPerRead", "500")])
        #expect(jobs.contains { $0["Owner"] == "HPC\\hpcadmin" })
    }

    @Test func `Templates are a list of names`() throws {
        let templates = try #require(probe.ask("/jobs/templates").jsonValue as? [String])
        #expect(templates.first == "Default")
        #expect(templates == probe.simulator.truth().jobTemplates)
    }

    @Test func `A sweep is listed by its instances, or by its master on request`() throws {
        let (job, task) = try #require(try sweep())
        let expanded = try probe.walk("/jobs/\(job)/tasks")
        let masters = try probe.walk("/jobs/\(job)/tasks", [("expandParametric", "False")])
        let instances = expanded.filter { $0["JobTaskId"] == task }
        #expect(instances.count > 1)
        #expect(
            instances.map { $0["TaskId"] }
                == (1...instances.count).map { "\(job).\(task).\($0)" }
        )
        #expect(instances.first?["CommandLine"] == "echo 1")
        #expect(!expanded.contains { $0["TaskId"] == "\(job).\(task)" })
        let master = try #require(masters.first { $0["JobTaskId"] == task })
        #expect(master["TaskId"] == "\(job).\(task)")
        #expect(master["InstanceId"] == "0")
        #expect(
            Set(expanded[0].keys) == [
                "TaskId", "Name", "State", "CommandLine", "ExitCode", "ParentJobId", "JobTaskId",
                "InstanceId",
            ]
        )
        #expect(probe.ask("/jobs/\(job)/tasks", [("expandParametric", "maybe")]).status == 400)
    }

    @Test func `A task and a subtask are found by their numbers`() throws {
        let (job, task) = try #require(try sweep())
        let wanted = [("properties", "TaskId,InstanceId,CommandLine,EndValue")]
        let master = try HeadNodeProbe.properties(
            probe.ask("/jobs/\(job)/tasks/\(task)", wanted).jsonValue
        )
        #expect(master["TaskId"] == "\(job).\(task)")
        #expect(master["CommandLine"] == "echo *")
        let last = try #require(master["EndValue"])
        let path = "/jobs/\(job)/tasks/\(task)/subtasks/\(last)"
        let subtask = try HeadNodeProbe.properties(probe.ask(path, wanted).jsonValue)
        #expect(subtask["TaskId"] == "\(job).\(task).\(last)")
        #expect(subtask["InstanceId"] == last)
        #expect(subtask["CommandLine"] == "echo \(last)")
        #expect(try HeadNodeProbe.properties(probe.ask(path).jsonValue).count > 40)
        for unknown in ["\(task)/subtasks/9999", "\(task)/subtasks/0", "9999"] {
            #expect(probe.ask("/jobs/\(job)/tasks/\(unknown)").status == 404)
        }
    }

    private func sweep() throws -> (job: String, task: String)? {
        for job in try probe.walk("/jobs", [("rowsPerRead", "500"), ("properties", "Id")]) {
            let id = try #require(job["Id"])
            let tasks = try probe.walk("/jobs/\(id)/tasks", [("rowsPerRead", "500")])
            if let instance = tasks.first(where: { $0["InstanceId"] != "0" }) {
                return (id, try #require(instance["JobTaskId"]))
            }
        }
        return nil
    }

    @Test(arguments: ["customProperties", "envVariables"])
    func `Details of jobs and tasks are name-value pairs, all or those named`(_ kind: String) throws
    {
        var seen: [String: String] = [:]
        var path = ""
        for job in try probe.walk("/jobs", [("rowsPerRead", "100")]) {
            let id = try #require(job["Id"])
            for candidate in ["/jobs/\(id)/\(kind)", "/jobs/\(id)/tasks/1/\(kind)"] {
                let set = try HeadNodeProbe.properties(probe.ask(candidate).jsonValue)
                if set.count > seen.count { (seen, path) = (set, candidate) }
            }
        }
        let name = try #require(seen.keys.sorted().first)
        let asked = [("names", "\(name.lowercased()),NoSuchName")]
        let some = try HeadNodeProbe.properties(probe.ask(path, asked).jsonValue)
        // Only of environment variables does the specification promise an empty value.
        #expect(
            some
                == (kind == "envVariables"
                    ? [name: seen[name] ?? "", "NoSuchName": ""] : [name: seen[name] ?? ""])
        )
    }

    @Test(arguments: [
        "/jobs/999999", "/jobs/999999/tasks", "/jobs/999999/customProperties",
        "/jobs/999999/envVariables", "/jobs/999999/tasks/1", "/jobs/99999999999999",
        "/jobs/999999/tasks/1/subtasks/1", "/jobs/999999/tasks/1/envVariables", "/jobs/-1",
        "/cluster", "/cluster/nope", "/nope", "/jobs/1/nope", "/jobs/1/tasks/1/nope", "",
        "/jobs/1/tasks/1/subtasks", "/nodes/groups/x/y",
    ])
    func `What does not exist is 404 with a Message`(_ path: String) {
        let response = probe.ask(path)
        #expect(response.status == 404)
        #expect(response.message?.isEmpty == false)
    }

    @Test(arguments: ["/jobs/abc", "/jobs/1/tasks/x", "/jobs/1/tasks/1/subtasks/x", "/nodes/%zz"])
    func `An id that is no number and a broken escape are 400`(_ path: String) {
        #expect(probe.ask(path).status == 400)
        #expect(probe.ask(path).message != nil)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "HEAD", "PATCH"])
    func `Other methods are 405 and say which one is allowed`(_ method: String) {
        for path in ["/nodes", "/cluster/version", "/jobs/templates", "/nodes/groups"] {
            let response = probe.ask(path, method: method)
            #expect(response.status == 405)
            #expect(response["Allow"] == "GET")
            #expect(response.message != nil)
        }
    }

    @Test func `Fixed parts of a path match in any letter case`() {
        #expect(probe.ask("/Cluster/ACTIVEHEADNODE").status == 200)
        #expect(probe.ask("/JOBS/Templates").status == 200)
        #expect(probe.simulator.answer(APIRequest("GET", "/other/nodes")).status == 401)
    }
}
