import Foundation
import TestSupport
import Testing

/// The program `hpcpack-simulator` as curl sees it.
struct SimulatorServiceTests {
    @Test func `HTTPS with the certificate that was made and written at the start`() throws {
        let folder = try TemporaryFolder()
        let authority = folder.path("ca.pem")
        let cluster = try SimulatedCluster(
            [
                "--tls=self-signed", "--tls-host=head.example.com", "--tls-host=10.1.2.3",
                "--tls-ca-out=\(authority)", "--jobs=50",
            ]
        )
        #expect(cluster.url.hasPrefix("https://127.0.0.1:"))
        let curl = try Curl(cluster.url, authority: authority)
        #expect(try curl("/cluster/version").body == "\"5.3.6450.0\"")
        let port = cluster.url.split(separator: ":").last?.prefix { $0 != "/" } ?? ""
        let byName = try Curl("https://head.example.com:\(port)/hpc", authority: authority)
        let resolve = ["--resolve", "head.example.com:\(port):127.0.0.1"]
        #expect(try byName("/cluster/version", resolve).status == 200)
        #expect(try Curl(cluster.url)("/cluster/version").exitCode == 60, "not trusted")
        let plain = try Curl(cluster.url.replacingOccurrences(of: "https", with: "http"))
        let answer = try plain("/cluster/version")
        #expect(answer.exitCode != 0 && answer.body.isEmpty)
        #expect(try curl("/cluster/version").status == 200)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files == ["ca.pem"], "no draft is left")
    }

    @Test func `The exporter reads it over HTTPS, and an operator's account is enough`() throws {
        let folder = try TemporaryFolder()
        let authority = folder.path("ca.pem")
        let file = try folder.write("accounts", "HPC\\watch JobOperator w\nHPC\\alice User x\n")
        let cluster = try SimulatedCluster(
            ["--tls=self-signed", "--tls-ca-out=\(authority)", "--accounts-file=\(file)"]
        )
        func page(_ user: String, _ password: String, _ flags: [String] = []) throws
            -> MetricsPage
        {
            let once = try ChildProcess(
                "hpcpack-exporter",
                [
                    "--hpcpack.url=\(cluster.url)", "--hpcpack.ca-file=\(authority)",
                    "--hpcpack.username=\(user)", "--once",
                ] + flags,
                environment: SimulatedCluster.environment.merging(
                    ["HPCPACK_EXPORTER_HPCPACK_PASSWORD": password],
                    uniquingKeysWith: { $1 }
                )
            )
            _ = try once.exitCode()
            return MetricsPage(once.standardOutput)
        }
        let differences = try cluster.truth().differences(from: page(#"HPC\watch"#, "w"))
        #expect(differences.isEmpty, "\(differences.prefix(5))")
        // A user may list all jobs, but not see the tasks of others: their numbers come from the jobs, or not at all.
        let limited = try page(#"HPC\alice"#, "x")
        #expect(limited[#"hpcpack_scrape_collector_success{collector="jobs"}"#] == 1)
        #expect(limited[#"hpcpack_scrape_collector_success{collector="tasks"}"#] == 1)
        let called = try page(#"HPC\alice"#, "x", ["--collector.tasks.source=calls"])
        #expect(called[#"hpcpack_scrape_collector_success{collector="jobs"}"#] == 1)
        #expect(called[#"hpcpack_scrape_collector_success{collector="tasks"}"#] == 0)
    }

    @Test func `Accounts with their roles come from a file`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "accounts",
            "HPC\\admin Administrator a:b c\nHPC\\watch JobOperator w\nHPC\\alice User x\n"
        )
        let cluster = try SimulatedCluster(["--accounts-file=\(file)"])
        func status(_ user: String?, _ path: String, _ asUser: String? = nil) throws -> Int {
            let flags = asUser.map { ["-H", "x-ms-as-user: \($0)"] } ?? []
            return try Curl(cluster.url, user: user)(path, flags).status
        }
        let refused = try Curl(cluster.url, user: #"HPC\admin:a"#)("/jobs")
        #expect(refused.status == 401)
        #expect(refused.headers["www-authenticate"]?.hasPrefix("Basic realm=") == true)
        #expect(try status(nil, "/jobs") == 401)
        #expect(try status(#"HPC\admin:a:b c"#, "/jobs", #"HPC\alice"#) == 200)
        #expect(try status(#"HPC\admin:a:b c"#, "/jobs", #"HPC\nobody"#) == 403)
        #expect(try status(#"hpc\WATCH:w"#, "/jobs") == 200)
        #expect(try status(#"HPC\watch:w"#, "/jobs", #"HPC\alice"#) == 403)
        #expect(try status(#"HPC\monitor:monitor"#, "/jobs") == 401, "the account is replaced")
    }

    @Test(arguments: [
        ("reset", 56), ("reset=30", 56), ("truncate=5", 18), ("garbage", 1),
        ("content-length=9", 18),
        ("chunks", 56), ("chunks=end", 18), ("chunks=overrun", 56), ("hang", 28), ("drip=1/1s", 28),
        ("die=1s", 56),
    ])
    func `curl fails as the fault says, on one request and no other`(
        _ fault: String,
        _ exitCode: Int32
    ) throws {
        let cluster = try SimulatedCluster(["--jobs=50", "--fault=\(fault),path=/nodes,count=1"])
        let curl = try Curl(cluster.url)
        #expect(try curl("/cluster/version").status == 200)
        let failed = try curl("/nodes", seconds: ["hang", "drip=1/1s"].contains(fault) ? 1 : 20)
        #expect(failed.exitCode == exitCode, "\(failed)")
        // A head node that died returns.
        let isBack = try Deadline.wait { try curl("/nodes").status == 200 }
        #expect(isBack)
    }

    @Test func `A slow answer comes whole in the end`() throws {
        let cluster = try SimulatedCluster([
            "--fault=drip=64/10ms,count=1", "--fault=latency=300ms",
        ])
        let start = ContinuousClock.now
        #expect(try Curl(cluster.url)("/cluster/version").body == "\"5.3.6450.0\"")
        #expect(ContinuousClock.now - start > .milliseconds(300))
    }

    @Test func `Head nodes die and return one by one, and keep their addresses`() throws {
        let cluster = try SimulatedCluster(["--second-address=127.0.0.1:0", "--jobs=200"])
        let control = try Curl(cluster.control, user: nil)
        let first = try Curl(cluster.url)
        let second = try Curl(cluster.secondURL())
        let token = try #require(first("/jobs").headers["x-ms-continuation-queryid"])
        let other = try #require(second("/jobs").headers["x-ms-continuation-queryid"])
        #expect(try control("/die", ["-X", "POST"]).status == 200)
        let isDead = try Deadline.wait { try first("/jobs").exitCode == 7 }
        #expect(isDead, "connection refused")
        #expect(try second("/jobs?queryId=\(other)").status == 200)
        #expect(try control("/failover", ["-X", "POST"]).status == 200)
        #expect(try second("/cluster/activeHeadNode").body == "\"HEADNODE2\"")
        let alive = try control("/return?head-node=1", ["-X", "POST"]).json as? [[String: Any]]
        #expect(alive?.map { $0["alive"] as? Bool } == [true, true])
        #expect(alive?.map { $0["active"] as? Bool } == [false, true])
        #expect(try first("/cluster/activeHeadNode").body == "\"HEADNODE2\"")
        #expect(try first("/jobs?queryId=\(token)").status == 400, "it has forgotten its tokens")
        #expect(try control("/die?head-node=2&for=200ms", ["-X", "POST"]).status == 200)
        let isBack = try Deadline.wait { try second("/cluster/version").status == 200 }
        #expect(isBack)
        #expect(try control("/die?head-node=3", ["-X", "POST"]).status == 400)
        #expect(try control("/die?for=soon", ["-X", "POST"]).status == 400)
        #expect(try control("/head-nodes").status == 200)
        #expect(try control("/die").status == 405)
    }

    @Test func `The exporter survives the death of one of two head nodes`() throws {
        let cluster = try SimulatedCluster(["--second-address=127.0.0.1:0", "--jobs=200"])
        let exporter = try RunningExporter(
            cluster.flags + [
                "--hpcpack.url=\(try cluster.secondURL())", "--collector.interval=1s",
            ],
            environment: SimulatedCluster.environment
        )
        let isUp = try Deadline.wait { try exporter.page()["hpcpack_up"] == 1 }
        #expect(isUp)
        _ = try Curl.get(cluster.control + "/die?head-node=1", method: "POST")
        try cluster.tell("/failover")
        let isMoved = try Deadline.wait {
            let page = try exporter.page()
            return try page["hpcpack_up"] == 1 && cluster.truth().differences(from: page).isEmpty
        }
        #expect(isMoved, "\(exporter.process.standardError.suffix(2000))")
        let name = #"active_head_node="HEADNODE2""#
        #expect(try exporter.page().values.contains { $0.key.contains(name) })
    }

    @Test func `Many clients at once read whole listings over HTTPS, each with its own tokens`()
        async throws
    {
        let folder = try TemporaryFolder()
        let authority = folder.path("ca.pem")
        let cluster = try SimulatedCluster(
            ["--tls=self-signed", "--tls-ca-out=\(authority)", "--jobs=400", "--nodes=60"]
        )
        let curl = try Curl(cluster.url, authority: authority)
        let whole = try curl("/jobs?rowsPerRead=5000").rows.compactMap { $0["Id"] }
        let base = cluster.url
        try await withThrowingTaskGroup(of: [String].self) { group in
            for size in [37, 51, 64, 83, 99, 111] {
                group.addTask {
                    let curl = try Curl(base, authority: authority)
                    var ids: [String] = []
                    var token: String?
                    repeat {
                        let query = token.map { "&queryId=\($0)" } ?? ""
                        let page = try curl("/jobs?rowsPerRead=\(size)\(query)")
                        ids += page.rows.compactMap { $0["Id"] }
                        token = page.headers["x-ms-continuation-queryid"]
                    } while token != nil && ids.count < 10_000
                    return ids
                }
            }
            for try await ids in group { #expect(ids == whole) }
        }
    }

    @Test(
        arguments: [
            (["--tls=yes"], "is not self-signed"), (["--tls-key=/x"], "go together"),
            (["--tls=self-signed", "--tls-key=/x"], "exclude each other"),
            (["--tls-ca-out=/x"], "need --tls=self-signed"),
            (["--tls=self-signed", "--tls-ca-out=/no/such/folder/x"], "cannot be written"),
            (["--tls=self-signed", "--tls-host=a b"], "neither a host name nor an IP address"),
            (["--tls-certificate=/no.pem", "--tls-key=/no.key"], "/no.pem has no certificate"),
            (["--accounts-file=/no/file"], "cannot be read"),
            (["--accounts-file=/dev/null"], "cannot be read: Not a regular file"),
            (["--accounts-file=/dev/null", "--user=x"], "takes the place of"),
            (["--fault=explode"], "is not one of"), (["--fault=hang,count=0"], "no number"),
            (["--token-lifetime=0"], "lifetime"), (["--second-address=nowhere"], "has no port"),
            (["--profile=huge"], "is not one of small, department, enterprise"),
            (["--nope"], "unknown flag"),
            (["--nodes=-1"], "number of nodes"), (["--speed=-1"], "is not a number"),
        ] as [([String], String)]
    )
    func `Flags that cannot be used are named in one line, and it ends with 2`(
        _ flags: [String],
        _ part: String
    ) throws {
        let process = try ChildProcess("hpcpack-simulator", ["--address=127.0.0.1:0"] + flags)
        #expect(try process.exitCode() == 2)
        let lines = process.standardError.split(separator: "\n")
        #expect(lines.count == 1 && lines.first?.contains(part) == true, "\(lines)")
        #expect(process.standardOutput.isEmpty)
    }
}
