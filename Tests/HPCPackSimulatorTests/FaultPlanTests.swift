import Testing

@testable import HPCPackSimulator

struct FaultPlanTests {
    private func plan(_ texts: String..., seed: UInt64 = 1) throws -> FaultPlan {
        var plan = FaultPlan(seed: seed)
        for text in texts { try plan.add(Fault(text), at: 100) }
        return plan
    }

    /// For each of so many requests whether a fault hits it.
    private func hits(
        _ plan: inout FaultPlan,
        _ count: Int,
        method: String = "GET",
        path: String = "/hpc/jobs",
        headNode: Int = 1,
        at real: Double = 100
    ) -> [Bool] {
        (0..<count).map { _ in
            !plan.faults(for: APIRequest(method, path), headNode: headNode, at: real).isEmpty
        }
    }

    @Test func `Some matching requests are left alone, then as many are hit as asked for`() throws {
        var plan = try plan("hang,skip=2,count=3")
        #expect(hits(&plan, 7) == [false, false, true, true, true, false, false])
    }

    @Test func `Path, method and head node say which requests count`() throws {
        var plan = try plan("hang,path=/jobs/*,method=post,head-node=2,count=1")
        #expect(hits(&plan, 1, method: "POST", path: "/hpc/jobs", headNode: 2) == [false])
        #expect(hits(&plan, 1, path: "/hpc/jobs/1", headNode: 2) == [false])
        #expect(hits(&plan, 1, method: "POST", path: "/hpc/jobs/1") == [false])
        #expect(hits(&plan, 1, method: "POST", path: "/hpc/jobs/1", headNode: 2) == [true])
    }

    @Test func `A fault lasts as long as it should`() throws {
        var plan = try plan("hang,for=5s")
        #expect(hits(&plan, 1, at: 104.9) == [true])
        #expect(hits(&plan, 1, at: 105) == [false])
    }

    @Test func `A probability is kept to, and the seed decides which requests are hit`() throws {
        var plan = try plan("hang,probability=0.3", seed: 5)
        var same = try self.plan("hang,probability=0.3", seed: 5)
        var other = try self.plan("hang,probability=0.3", seed: 6)
        let first = hits(&plan, 2000)
        #expect((500...700).contains(first.count { $0 }))
        #expect(hits(&same, 2000) == first)
        #expect(hits(&other, 2000) != first)
        var never = try self.plan("hang,probability=0")
        #expect(!hits(&never, 100).contains(true))
    }

    @Test func `Faults end by number or all at once, and there are not too many`() throws {
        var plan = try plan("hang", "latency=1s")
        #expect(plan.entries.map(\.id) == [1, 2])
        let unknown = plan.remove(7)
        let known = plan.remove(1)
        #expect(!unknown && known)
        #expect(plan.entries.map(\.fault.text) == ["latency=1s"])
        let all = plan.remove(nil)
        #expect(all && plan.entries.isEmpty)
        for _ in 0..<FaultPlan.limit { try plan.add(Fault("hang,for=1s"), at: 100) }
        #expect(throws: ConfigurationError.self) { try plan.add(Fault("hang"), at: 100) }
        // Those that are over make room.
        let id = try plan.add(Fault("hang"), at: 102)
        #expect(id > FaultPlan.limit)
    }
}
