import HPCPackSimulator
import Testing

struct PagingTests {
    @Test func `A page has ten rows unless asked otherwise, and at least one`() throws {
        let probe = try HeadNodeProbe()
        #expect(try probe.rows(probe.ask("/jobs")).count == 10)
        #expect(try probe.rows(probe.ask("/jobs", [("rowsPerRead", "37")])).count == 37)
        #expect(try probe.rows(probe.ask("/jobs", [("rowsPerRead", "0")])).count == 1)
        #expect(try probe.rows(probe.ask("/jobs", [("ROWSPERREAD", "-5")])).count == 1)
        #expect(probe.ask("/jobs", [("rowsPerRead", "many")]).status == 400)
        let capped = try HeadNodeProbe { $0.maxRowsPerRead = 25 }
        #expect(try capped.rows(capped.ask("/jobs", [("rowsPerRead", "1000")])).count == 25)
    }

    @Test(arguments: ["/nodes", "/jobs"], [1, 7, 10, 30, 400, 1000])
    func `Pages of any size add up to the whole listing, each row once`(_ path: String, _ size: Int)
        throws
    {
        let probe = try HeadNodeProbe()
        let count = path == "/nodes" ? 30 : 400
        guard count / size < 200 else { return }
        let pages = try probe.pages(path, [("rowsPerRead", String(size)), ("properties", "Id")])
        let ids = pages.flatMap { $0 }.compactMap { $0["Id"].flatMap { Int($0) } }
        #expect(ids.count == count && ids == Set(ids).sorted())
        // Without the option an exact multiple ends with a full page.
        #expect(pages.count == (count + size - 1) / size)
    }

    @Test func `An exact multiple ends with an empty page where the build is so`() throws {
        let probe = try HeadNodeProbe { $0.endsWithEmptyPage = true }
        let exact = try probe.pages("/nodes", [("rowsPerRead", "15")])
        #expect(exact.map { $0.count } == [15, 15, 0])
        let other = try probe.pages("/nodes", [("rowsPerRead", "16")])
        #expect(other.map { $0.count } == [16, 14])
    }

    @Test func `The token's header has the spelling it was told`() throws {
        let usual = try HeadNodeProbe().ask("/jobs").headers.map { $0.name }
        #expect(usual.contains("x-ms-continuation-QueryId"))
        let other = try HeadNodeProbe { $0.continuationHeader = "x-ms-continuation-queryId" }
        #expect(other.ask("/jobs").headers.map { $0.name }.contains("x-ms-continuation-queryId"))
    }

    @Test func `A token is good once`() throws {
        let probe = try HeadNodeProbe()
        let token = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        let second = probe.ask("/jobs", [("queryId", token)])
        #expect(second.status == 200)
        #expect(second["x-ms-continuation-QueryId"] != token)
        let again = probe.ask("/jobs", [("queryId", token)])
        #expect(again.status == 400)
        #expect(again.message?.contains(token) == true)
    }

    @Test(arguments: [
        ("/jobs", [("rowsPerRead", "20")]), ("/jobs", [("properties", "Id")]),
        ("/jobs", [("$filter", "JobState eq Finished")]), ("/nodes", []),
    ])
    func `A token is bound to its query, which may still be read on`(
        _ path: String,
        _ parameters: [(String, String)]
    ) throws {
        let probe = try HeadNodeProbe()
        let token = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        #expect(probe.ask(path, parameters + [("queryId", token)]).status == 400)
        #expect(probe.ask("/jobs", [("queryId", token)]).status == 200)
    }

    @Test func `A token is bound to its user, and to whom an administrator acts as`() throws {
        var probe = try HeadNodeProbe {
            $0.accounts.append(SimulatorAccount(name: "HPC\\other", password: "x"))
        }
        let token = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        let asUser = probe.ask(
            "/jobs",
            [("queryId", token)],
            headers: [("x-ms-as-user", "HPC\\alice")]
        )
        #expect(asUser.status == 400)
        probe.credentials = "HPC\\other:x"
        #expect(probe.ask("/jobs", [("queryId", token)]).status == 400)
        probe.credentials = "hpc\\MONITOR:monitor"
        #expect(probe.ask("/jobs", [("queryId", token)]).status == 200)
    }

    @Test func `A token expires, and is lost when the service forgets`() throws {
        let probe = try HeadNodeProbe {
            $0.tokenLifetimeSeconds = 60
            $0.lostTokenStatus = 410
        }
        let first = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        #expect(probe.ask("/jobs", [("queryId", first)], later: 50).status == 200)
        let second = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        #expect(probe.ask("/jobs", [("queryId", second)], later: 70).status == 410)
        let third = try #require(probe.ask("/jobs")["x-ms-continuation-QueryId"])
        probe.simulator.loseTokens()
        #expect(probe.ask("/jobs", [("queryId", third)]).status == 410)
        #expect(probe.ask("/jobs", [("queryId", "nonsense")]).message?.contains("nonsense") == true)
    }

    @Test func `Paging by row gives the count and no token`() throws {
        let probe = try HeadNodeProbe()
        let page = probe.ask("/jobs", [("startRow", "395"), ("queryId", "ignored")])
        #expect(try probe.rows(page).count == 5)
        #expect(page["x-ms-row-count"] == "400")
        #expect(page["x-ms-continuation-QueryId"] == nil)
        let past = probe.ask("/jobs", [("startRow", "400")])
        #expect(past.text == "[]" && past["x-ms-row-count"] == "400")
        #expect(probe.ask("/jobs", [("startRow", "-1")]).status == 400)
        #expect(probe.ask("/jobs", [("startRow", "x")]).status == 400)
    }

    @Test func `asc=false turns the order around`() throws {
        let probe = try HeadNodeProbe()
        for path in ["/nodes", "/jobs", "/jobs/1/tasks"] {
            for sorting in [("sortNodesBy", "Name"), ("sortJobsBy", "Id"), ("sortTasksBy", "Name")]
            {
                let up = try probe.walk(path, [sorting, ("rowsPerRead", "400")])
                let down = try probe.walk(
                    path,
                    [sorting, ("rowsPerRead", "400"), ("asc", "False")]
                )
                #expect(down == up.reversed())
            }
        }
    }

    @Test func `Older builds ignore or refuse the newer parameters`() throws {
        let newer = [("startRow", "5"), ("asc", "false")]
        let old = try HeadNodeProbe { $0.apiBuild = .old }
        let page = old.ask("/jobs", newer)
        #expect(try old.rows(page) == old.rows(old.ask("/jobs")))
        #expect(page["x-ms-row-count"] == nil && page["x-ms-continuation-QueryId"] != nil)
        let strict = try HeadNodeProbe { $0.apiBuild = .strictOld }
        #expect(strict.ask("/jobs", newer).status == 400)
        #expect(strict.ask("/jobs").status == 200)
    }

    @Test func `A snapshot keeps its rows while jobs arrive, a live listing does not`() throws {
        for listing in SimulatorConfiguration.Listing.allCases {
            let probe = try HeadNodeProbe {
                $0.listing = listing
                $0.apiBuild = .current
            }
            let newestFirst = [("asc", "false"), ("rowsPerRead", "200"), ("properties", "Id")]
            let first = probe.ask("/jobs", newestFirst)
            let token = try #require(first["x-ms-continuation-QueryId"])
            probe.simulator.advance(by: 20_000)
            let second = try probe.rows(probe.ask("/jobs", newestFirst + [("queryId", token)]))
            let repeated = Set(try probe.rows(first)).intersection(second)
            #expect(repeated.isEmpty == (listing == .snapshot))
        }
    }

    @Test(arguments: ["State", "Priority", "Name", "Owner", "CreateTime", "EndTime", "minCORES"])
    func `Sorting by a property orders all pages and loses none`(_ property: String) throws {
        let probe = try HeadNodeProbe { $0.neverTimes = .empty }
        let rows = try probe.walk(
            "/jobs",
            [("sortJobsBy", property), ("rowsPerRead", "90"), ("properties", "Id,\(property)")]
        )
        #expect(Set(rows.map { $0["Id"] }).count == 400)
        let values = rows.compactMap { $0.first { $0.key != "Id" }?.value }
        var runs: [String] = []
        for value in values where runs.last != value { runs.append(value) }
        // Equal values stand together, whatever the order between different ones.
        #expect(runs.count == Set(runs).count)
        if property == "Name" { #expect(values == values.sorted()) }
    }

    @Test func `Sorting by an unknown property means by Id`() throws {
        let probe = try HeadNodeProbe()
        let odd = try probe.walk("/jobs", [("sortJobsBy", "NoSuch"), ("rowsPerRead", "400")])
        #expect(odd == (try probe.walk("/jobs", [("rowsPerRead", "400")])))
    }
}
