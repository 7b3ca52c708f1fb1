import Testing

@testable import HPCPackSimulator

struct PermissionTests {
    @Test(
        arguments: [
            ("GET", "/hpc/nodes", .membership), ("GET", "/hpc/jobs", .membership),
            ("GET", "/hpc/jobs/templates", .membership), ("GET", "/hpc", .membership),
            ("POST", "/hpc/jobs", .createJobs), ("POST", "/hpc/jobs/jobFile", .createJobs),
            ("GET", "/hpc/jobs/7", .see(7)), ("GET", "/HPC/Jobs/7/Tasks", .see(7)),
            ("GET", "/hpc/%6aobs/%37/tasks/1", .see(7)), ("PUT", "/hpc/jobs/7", .change(7)),
            ("POST", "/hpc/jobs/7/submit", .change(7)), ("POST", "/hpc/jobs/7/tasks", .change(7)),
            ("POST", "/hpc/jobs/7/CANCEL", .control(7)),
            ("POST", "/hpc/jobs/7/finish", .control(7)),
            ("POST", "/hpc/jobs/7/tasks/1/subtasks/2/requeue", .control(7)),
            ("PUT", "/hpc/jobs/7/tasks/1", .change(7)),
        ] as [(String, String, Permission)]
    )
    func `Method and path say what is needed`(
        _ method: String,
        _ path: String,
        _ permission: Permission
    ) {
        #expect(Permission(method: method, path: path) == permission)
    }

    /// The roles that may, beside administrators and job administrators, for a job of their own and
    /// for another's.
    @Test(
        arguments: [
            ("GET", "/jobs", ["JobOperator", "User"], ["JobOperator", "User"]),
            ("GET", "/jobs/ID", ["JobOperator", "User"], ["JobOperator"]),
            ("GET", "/jobs/ID/tasks", ["JobOperator", "User"], ["JobOperator"]),
            ("POST", "/jobs", ["User"], ["User"]),
            ("POST", "/jobs/ID/submit", ["User"], []),
            ("PUT", "/jobs/ID", ["User"], []),
            ("POST", "/jobs/ID/tasks", ["User"], []),
            ("POST", "/jobs/ID/cancel", ["JobOperator", "User"], ["JobOperator"]),
            ("POST", "/jobs/ID/tasks/1/requeue", ["JobOperator", "User"], ["JobOperator"]),
        ] as [(String, String, [String], [String])]
    )
    func `Each role may do what its documentation says`(
        _ method: String,
        _ path: String,
        _ own: [String],
        _ others: [String]
    ) throws {
        var probe = try HeadNodeProbe {
            $0.accounts = SimulatorRole.allCases.map {
                SimulatorAccount(name: "HPC\\alice", password: $0.rawValue, roles: [$0])
            }
        }
        probe.credentials = "HPC\\alice:Administrator"
        let jobs = try probe.walk("/jobs")
        for isOwn in [true, false] {
            let job = try #require(jobs.first { ($0["Owner"] == "HPC\\alice") == isOwn })
            let target = path.split(separator: "/").map { part in
                part == "ID" ? job["Id"] ?? "" : String(part)
            }
            for role in SimulatorRole.allCases {
                probe.credentials = "HPC\\alice:\(role.rawValue)"
                let response = probe.ask("/" + target.joined(separator: "/"), method: method)
                let may =
                    role == .administrator || role == .jobAdministrator
                    || (isOwn ? own : others).contains(role.rawValue)
                #expect((response.status != 403) == may, "\(role) \(isOwn) \(response.status)")
            }
        }
    }

    @Test func `Several roles add up`() throws {
        var probe = try HeadNodeProbe {
            $0.accounts = [
                SimulatorAccount(name: "a", password: "p", roles: [.jobOperator, .user])
            ]
        }
        probe.credentials = "a:p"
        let id = try #require(probe.walk("/jobs").first?["Id"])
        #expect(probe.ask("/jobs/\(id)").status == 200)
        #expect(probe.ask("/jobs", method: "POST").status != 403)
        #expect(probe.ask("/jobs/\(id)", method: "PUT").status == 403)
    }
}
