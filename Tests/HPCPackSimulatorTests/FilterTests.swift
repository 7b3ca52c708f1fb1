import HPCPackSimulator
import Testing

struct FilterTests {
    let probe: HeadNodeProbe

    init() throws {
        probe = try HeadNodeProbe { $0.dateFormat = "yyyy-MM-dd HH:mm:ss" }
    }

    private func rows(_ path: String, _ filter: String?, _ properties: String) throws -> [[String:
        String]]
    {
        var parameters = [("rowsPerRead", "400"), ("properties", properties)]
        if let filter { parameters.append(("$filter", filter)) }
        return try probe.walk(path, parameters)
    }

    @Test(arguments: ["Online", "offline", "DRAINING"])
    func `Nodes are filtered by state, in any letter case`(_ state: String) throws {
        let all = try rows("/nodes", nil, "Id,State")
        let some = try rows("/nodes", "NodeState eq \(state)", "Id,State")
        #expect(some == all.filter { $0["State"]?.lowercased() == state.lowercased() })
    }

    @Test func `Jobs are filtered by state, group and change, and by all at once`() throws {
        let all = try rows("/jobs", nil, "Id,State,NodeGroups,ChangeTime")
        let finished = try rows("/jobs", "JobState eq finished", "Id,State,NodeGroups,ChangeTime")
        #expect(finished == all.filter { $0["State"] == "Finished" })
        #expect(!finished.isEmpty && finished.count < all.count)

        func names(_ row: [String: String], _ group: String) -> Bool {
            (row["NodeGroups"] ?? "").lowercased().split(separator: ",").contains { $0 == group }
        }
        let gpu = try rows("/jobs", "NodeGroup eq gpu nodes", "Id,State,NodeGroups,ChangeTime")
        #expect(gpu == all.filter { names($0, "gpu nodes") })
        #expect(Set(gpu.map { $0["NodeGroups"] }).isSuperset(of: ["GPU Nodes", "GPU NODES"]))

        let since = "2025-06-14 00:00:00"
        let all2 =
            "ChangeTimeFrom eq 06/14/2025 00:00:00 and JobState eq Finished "
            + "and NodeGroup eq ComputeNodes"
        let both = try rows("/jobs", all2, "Id,State,NodeGroups,ChangeTime")
        #expect(
            both
                == finished.filter {
                    ($0["ChangeTime"] ?? "") >= since && names($0, "computenodes")
                }
        )
        #expect(!both.isEmpty)
    }

    @Test func `ChangeTimeFrom takes in the second it names`() throws {
        let all = try rows("/jobs", nil, "Id,ChangeTime")
        let newest = try #require(all.compactMap { $0["ChangeTime"] }.max())
        let parts = newest.split { $0 == "-" || $0 == " " }
        let time = "\(parts[1])/\(parts[2])/\(parts[0]) \(parts[3])"
        let changed = try rows("/jobs", "ChangeTimeFrom eq \(time)", "Id,ChangeTime")
        #expect(changed == all.filter { $0["ChangeTime"] == newest })
        #expect(!changed.isEmpty)
    }

    @Test(arguments: [
        ("2025-06-14", "06/14/2025 00:00:00"), ("6/14/2025", "06/14/2025 00:00:00"),
        ("2025-06-14T08:05:06Z", "06/14/2025 08:05:06"),
        ("2025-06-14T08:05:06", "06/14/2025 08:05:06"),
        ("2025-06-14 08:05", "06/14/2025 08:05:00"),
        ("2025-06-14T08:05:06.1234567+02:00", "06/14/2025 06:05:06"),
        ("2025-06-14T20:05:06-05:30", "06/15/2025 01:35:06"),
        ("6/14/2025 12:00:00 AM", "06/14/2025 00:00:00"),
        ("06/14/2025 12:30:00 pm", "06/14/2025 12:30:00"),
        ("6/14/2025 8:05:06 PM", "06/14/2025 20:05:06"),
    ])
    func `ChangeTimeFrom takes dates, ISO 8601 and the clock of twelve hours`(
        _ sent: String,
        _ same: String
    ) throws {
        let client = try JobClient { $0.startTime = 1_700_000_000 }
        let stamps = try [same, sent].map { text in
            let job = try client.createJob()
            try client.command("/jobs/\(job)", [("HoldUntil", text)], method: "PUT")
            return try client.property("/jobs/\(job)", "HoldUntil")
        }
        #expect(stamps[0] == stamps[1] && !stamps[0].isEmpty)
        let expected = try rows("/jobs", "ChangeTimeFrom eq \(same)", "Id")
        #expect(try rows("/jobs", "ChangeTimeFrom eq \(sent)", "Id") == expected)
        #expect(!expected.isEmpty)
    }

    @Test(arguments: [
        ("/jobs", "JobState eq ", ""), ("/jobs", "JobState eq", ""),
        ("/jobs", "ChangeTimeFrom eq  and JobState eq Finished", "JobState eq Finished"),
        ("/jobs", "ChangeTimeFrom eq and JobState eq Finished", "JobState eq Finished"),
        ("/jobs", "JobState eq Finished and NodeGroup eq ", "JobState eq Finished"),
        ("/nodes", "NodeState eq ", ""), ("/jobs/1/tasks", "TaskStates eq ", ""),
        ("/jobs/1/tasks", "TaskIds eq ", ""),
    ])
    func `A clause without a value is ignored`(_ path: String, _ filter: String, _ same: String)
        throws
    {
        let all = try rows(path, same.isEmpty ? nil : same, "State")
        #expect(try rows(path, filter, "State") == all)
        #expect(!all.isEmpty)
    }

    @Test func `A group may have the words of the grammar in its name`() throws {
        let filter = "NodeGroup eq Research and Development and JobState eq Finished"
        let some = try rows("/jobs", filter, "NodeGroups,State")
        #expect(!some.isEmpty)
        #expect(some.allSatisfy { $0["NodeGroups"] == "Research and Development" })
        #expect(try rows("/jobs", "NodeGroup eq No such", "Id").isEmpty)
    }

    @Test func `Jobs are filtered by owner`() throws {
        let all = try rows("/jobs", nil, "Id,Owner")
        let owner = "hpc\\JÖRG"
        let some = try probe.walk(
            "/jobs",
            [("owner", owner), ("properties", "Id,Owner"), ("rowsPerRead", "400")]
        )
        #expect(some == all.filter { $0["Owner"]?.lowercased() == "hpc\\jörg" })
        #expect(!some.isEmpty)
    }

    @Test func `Tasks are filtered by states, numbers and instances`() throws {
        let jobs = try rows("/jobs", "JobState eq Running", "Id")
        var seen = 0
        for job in jobs {
            let id = job["Id"] ?? ""
            let path = "/jobs/\(id)/tasks"
            let names = "TaskId,State,JobTaskId,InstanceId,ChangeTime"
            let all = try rows(path, nil, names)
            #expect(
                try rows(path, "TaskState eq running", names)
                    == all.filter { $0["State"] == "Running" }
            )
            #expect(
                try rows(path, "TaskStates eq Queued,finished", names)
                    == all.filter { ["Queued", "Finished"].contains($0["State"]) }
            )
            #expect(
                try rows(path, "TaskIds eq 1,\(id).2", names)
                    == all.filter { ["1", "2"].contains($0["JobTaskId"]) }
            )
            #expect(
                try rows(path, "TaskInstanceIds eq 2 and TaskIds eq 1", names)
                    == all.filter { $0["InstanceId"] == "2" && $0["JobTaskId"] == "1" }
            )
            #expect(try rows(path, "ChangeTimeFrom eq 01/01/2100 00:00:00", names).isEmpty)
            seen += all.count
        }
        #expect(seen > jobs.count)
    }

    @Test(arguments: [
        ("/nodes", "JobState eq Queued"), ("/nodes", "NodeState eq Unknown"),
        ("/nodes", "NodeState"),
        ("/nodes", "NodeState ne Online"), ("/nodes", " "),
        ("/nodes", "NodeState eq Online or NodeState eq Offline"),
        ("/nodes", "NodeState eq Online and NodeState eq Offline"),
        ("/nodes", "NodeState eq Online and "), ("/nodes", "(NodeState eq Online)"),
        ("/jobs", "TaskState eq Queued"), ("/jobs", "JobState eq Dispatching"),
        ("/jobs", "JobState eq Queued and Owner eq x"), ("/jobs", "ChangeTimeFrom eq yesterday"),
        ("/jobs", "ChangeTimeFrom eq 2025-06-31"), ("/jobs", "ChangeTimeFrom eq 14-06-2025"),
        ("/jobs", "ChangeTimeFrom eq 2025-06-14T00:00:00X"),
        ("/jobs", "ChangeTimeFrom eq 2025-06-14T24:00:00"),
        ("/jobs", "ChangeTimeFrom eq 13/01/2025 00:00:00"),
        ("/jobs", "ChangeTimeFrom eq 02/30/2025 00:00:00"),
        ("/jobs", "ChangeTimeFrom eq 06/14/2025 13:00:00 PM"),
        ("/jobs", "ChangeTimeFrom eq 06/14/2025 0:00:00 AM"),
        ("/jobs", "ChangeTimeFrom eq 06/14/2025 1:00:00 XM"),
        ("/jobs/1/tasks", "TaskState eq ExternalValidation"), ("/jobs/1/tasks", "TaskIds eq x"),
        ("/jobs/1/tasks", "TaskStates eq Queued;Running"), ("/jobs/1/tasks", "NodeGroup eq a"),
    ])
    func `What is not in the grammar is refused`(_ path: String, _ filter: String) {
        let response = probe.ask(path, [("$filter", filter)])
        #expect(response.status == 400)
        #expect(response.message?.isEmpty == false)
    }
}
