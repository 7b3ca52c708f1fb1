import Testing

@testable import HPCPackSimulator

struct PropertyTests {
    @Test func `Names are taken in any letter case and come back in their own`() throws {
        let probe = try HeadNodeProbe()
        let rows = try probe.rows(probe.ask("/nodes", [("properties", "NAME, numcores,,state")]))
        #expect(Set(rows[0].keys) == ["Name", "NumCores", "State"])
    }

    @Test(arguments: ["/nodes", "/jobs", "/jobs/1", "/jobs/1/tasks", "/jobs/1/tasks/1"])
    func `One unknown name refuses the whole call, unless told to ignore it`(_ path: String) throws
    {
        let asked = [("properties", "State,NoSuch,Name")]
        let strict = try HeadNodeProbe().ask(path, asked)
        #expect(strict.status == 400)
        #expect(strict.message?.contains("NoSuch") == true)
        let lenient = try HeadNodeProbe { $0.ignoresUnknownProperties = true }.ask(path, asked)
        #expect(lenient.status == 200)
        #expect(lenient.text.contains("\"State\""))
    }

    @Test func `NodeGroups of nodes can be switched off`() throws {
        let probe = try HeadNodeProbe { $0.servesNodeGroupsProperty = false }
        #expect(probe.ask("/nodes", [("properties", "Name,NodeGroups")]).status == 400)
        #expect(!probe.ask("/nodes").text.contains("NodeGroups"))
        #expect(!probe.ask("/nodes/HEADNODE").text.contains("NodeGroups"))
        #expect(probe.ask("/jobs", [("properties", "NodeGroups")]).status == 200)
    }

    @Test func `All documented properties of nodes, jobs and tasks are served`() throws {
        let probe = try HeadNodeProbe()
        let node =
            "Availability AzureServiceName CpuSpeed DnsSuffix Guid Id JobType Location "
            + "MemorySize MoveToOffline Name NodeGroups NumCores NumSockets OfflineTime OnlineTime "
            + "Reachable State"
        let job =
            "Id Name Owner UserName Project RuntimeSeconds SubmitTime CreateTime EndTime StartTime "
            + "ChangeTime State PreviousState MinCores MaxCores MinNodes MaxNodes MinSockets "
            + "MaxSockets UnitType RequestedNodes IsExclusive RunUntilCanceled NodeGroups "
            + "FailOnTaskFailure AutoCalculateMax AutoCalculateMin CanGrow CanShrink Preemptable "
            + "ErrorMessage HasRuntime RequeueCount MinMemory MaxMemory MinCoresPerNode "
            + "MaxCoresPerNode EndpointReference SoftwareLicense OrderBy ClientSource Progress "
            + "ProgressMessage TargetResourceCount ExpandedPriority ServiceName JobTemplate "
            + "HoldUntil NotifyOnStart NotifyOnCompletion ExcludedNodes EmailAddress Pool Priority "
            + "AllocatedNodes JobValidExitCodes ParentJobIds FailDependentTasks NodeGroupOp "
            + "SingleNode ChildJobIds EstimatedProcessMemory PlannedCoreCount "
            + "TaskExecutionFailureRetryLimit"
        let task =
            "TaskId Name State PreviousState MinCores MaxCores MinNodes MaxNodes MinSockets "
            + "MaxSockets RuntimeSeconds SubmitTime CreateTime EndTime ChangeTime StartTime "
            + "ParentJobId CommandLine WorkDirectory RequiredNodes DependsOn IsExclusive "
            + "IsRerunnable StdOutFilePath StdInFilePath StdErrFilePath ExitCode RequeueCount "
            + "StartValue EndValue IncrementValue ErrorMessage Output HasRuntime UserBlob Type "
            + "IsServiceConcluded FailJobOnFailure FailJobOnFailureCount AllocatedCoreIds "
            + "AllocatedNodes JobTaskId InstanceId TaskValidExitCodes ExitIfPossible "
            + "ExecutionFailureRetryCount AutoRequeueCount RequestedNodeGroup"
        for (path, names) in [("/nodes", node), ("/jobs", job), ("/jobs/1/tasks", task)] {
            let asked = names.split(separator: " ").map(String.init)
            let rows = try probe.rows(
                probe.ask(path, [("properties", asked.joined(separator: ","))])
            )
            #expect(!rows.isEmpty && rows.allSatisfy { Set($0.keys) == Set(asked) })
        }
    }

    /// The names of the product's SDK that stand in no list of the REST API, by the listing that may know them.
    static let unconfirmed: [(path: String, names: String)] = [
        ("/nodes", "IdleResourceCount OfflineResourceCount"),
        (
            "/jobs",
            "CurrentCoreCount CurrentNodeCount PendingReason TaskCount ConfiguringTaskCount "
                + "SubmittedTaskCount ValidatingTaskCount QueuedTaskCount DispatchingTaskCount "
                + "RunningTaskCount FinishingTaskCount FinishedTaskCount FailedTaskCount "
                + "CanceledTaskCount CancelingTaskCount"
        ),
    ]

    @Test(arguments: unconfirmed)
    func `What only the SDK knows is served by name and refused one by one`(
        _ path: String,
        _ names: String
    ) throws {
        let names = names.split(separator: " ").map(String.init)
        let probe = try HeadNodeProbe()
        let all = [("properties", names.joined(separator: ","))]
        let rows = try probe.rows(probe.ask(path, all))
        #expect(!rows.isEmpty && rows.allSatisfy { Set($0.keys) == Set(names) })
        let whole = try HeadNodeProbe.properties(
            probe.ask(path == "/nodes" ? "/nodes/HEADNODE" : "/jobs/1").jsonValue
        )
        for name in names {
            #expect(whole[name] == nil, "\(name) stands in no list of a whole row")
            let refusing = try HeadNodeProbe { $0.refusedProperties = [name.lowercased()] }
            let refusal = refusing.ask(path, all)
            #expect(refusal.status == 400)
            #expect(refusal.message?.contains(name) == true)
            let others = names.filter { $0 != name }.joined(separator: ",")
            #expect(refusing.ask(path, [("properties", others)]).status == 200)
        }
    }

    @Test func `A property that is refused stands in no row either`() throws {
        let probe = try HeadNodeProbe { $0.refusedProperties = ["Reachable", "ChangeTime"] }
        for path in ["/nodes", "/nodes/HEADNODE", "/jobs/1", "/jobs/1/tasks/1"] {
            let text = probe.ask(path).text
            #expect(!text.contains("\"Reachable\"") && !text.contains("\"ChangeTime\""))
            #expect(text.contains("\"State\""))
        }
        #expect(probe.ask("/jobs/1/tasks", [("properties", "ChangeTime")]).status == 400)
        let arguments = ["--refused-properties=Reachable, changetime", "--refused-properties=Id"]
        #expect(
            try SimulatorArguments(arguments).configuration.refusedProperties
                == ["Reachable", "changetime", "Id"]
        )
        #expect(throws: ConfigurationError.self) {
            try SimulatorArguments(["--refused-properties=NoSuch"])
        }
    }

    @Test
    func
        `What the documents spell so is read and written so, and the spellings of the SDK are unknown`()
        throws
    {
        let client = try JobClient()
        let sent = [
            "Preemptable": "False", "JobValidExitCodes": "0..3", "PlannedCoreCount": "4",
            "RuntimeSeconds": "60",
        ]
        let job = try client.send("POST", "/jobs", sent.map { ($0.key, $0.value) }).text
        let expected = sent.merging(["HasRuntime": "True"]) { $1 }
        let row = try client.properties("/jobs/\(job)")
        for (name, value) in expected { #expect(row[name] == value, "\(name)") }
        let taskSent = [
            "TaskValidExitCodes": "-1,5..max", "UserBlob": "<x/>", "FailJobOnFailureCount": "3",
            "FailJobOnFailure": "False",
        ]
        let tasks = "/jobs/\(job)/tasks"
        _ = try client.send("POST", tasks, taskSent.map { ($0.key, $0.value) })
        let task = try client.properties(tasks + "/1")
        for (name, value) in taskSent { #expect(task[name] == value, "\(name)") }
        for (path, name) in [
            ("/jobs", "CanPreempt"), ("/jobs", "ValidExitCodes"), (tasks, "ValidExitCodes"),
        ] {
            #expect(client.probe.ask(path, [("properties", name)]).status == 400, "\(name)")
        }
    }

    @Test func `A time that was never set is empty or year 1`() throws {
        let asked = [("properties", "HoldUntil"), ("rowsPerRead", "50")]
        func values(_ policy: SimulatorConfiguration.NeverTimes) throws -> Set<String?> {
            let probe = try HeadNodeProbe { $0.neverTimes = policy }
            return Set(try probe.rows(probe.ask("/jobs", asked)).map { $0["HoldUntil"] })
        }
        #expect(try values(.empty) == [""])
        #expect(try values(.yearOne) == ["1/1/0001 12:00:00 AM"])
        #expect(try values(.mixed) == ["", "1/1/0001 12:00:00 AM"])
    }

    @Test func `Times are UTC in the server's format`() throws {
        let probe = try HeadNodeProbe { $0.dateFormat = "dd.MM.yyyy HH:mm:ss" }
        #expect(probe.ask("/cluster/info/dateTimeFormat").text == "\"dd.MM.yyyy HH:mm:ss\"")
        let job = try #require(
            try probe.rows(
                probe.ask("/jobs", [("properties", "CreateTime"), ("rowsPerRead", "1")])
            ).first
        )
        // The first of 400 jobs was created five days before the start.
        #expect(job["CreateTime"] == "10.06.2025 15:06:40")
    }

    @Test func `Jobs come in all states, with groups of every kind`() throws {
        let probe = try HeadNodeProbe()
        let jobs = try probe.walk(
            "/jobs",
            [("properties", "Id,State,NodeGroups"), ("rowsPerRead", "99")]
        )
        #expect(
            Set(jobs.map { $0["State"] }) == [
                "Configuring", "Submitted", "Validating", "ExternalValidation", "Queued", "Running",
                "Finishing", "Finished", "Failed", "Canceled", "Canceling",
            ]
        )
        let groups = Set(jobs.compactMap { $0["NodeGroups"] })
        #expect(
            groups.contains("") && groups.contains("GPU NODES") && groups.contains("Old Cluster")
        )
        #expect(groups.contains("ComputeNodes,Rack #1"))
    }
}
