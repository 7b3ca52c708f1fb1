import HPCPackClient
import TestSupport
import Testing

@testable import ClusterCollector

struct JobTableTests {
    private static func entry(_ id: Int64, _ time: UInt32) -> JobTable.Entry {
        JobTable.Entry(row: JobRow(id: id, state: .queued, changeTime: time), groups: 0)
    }

    @Test(arguments: [true, false])
    func `A job is found by its id whatever the order in which jobs came`(isAscending: Bool) {
        var random = SeededRandom(isAscending ? 1 : 2)
        var table = JobTable()
        var expected: [Int64: UInt32] = [:]
        for step in 1...3000 {
            switch random.number(0...9) {
            case 0:
                let id = Int64(random.number(-5...9000))
                let index = table.index(of: id, guess: random.number(0...3000))
                #expect(index.map { table[$0].row.changeTime } == expected[id])
            case 1 where step % 50 == 0:
                let ids = table.ids
                table.keep { ids[$0] % 7 != 3 }
                expected = expected.filter { $0.key % 7 != 3 }
            case 2:
                guard let id = expected.keys.min() else { continue }
                let index = table.insert(Self.entry(id, UInt32(step)))
                #expect(table.ids[index] == id)
                expected[id] = UInt32(step)
            default:
                let id = isAscending ? Int64(step * 3) : Int64(random.number(0...4000))
                table.insert(Self.entry(id, UInt32(step)))
                expected[id] = UInt32(step)
            }
        }
        #expect(table.count == expected.count)
        for (id, time) in expected {
            #expect(table.index(of: id).map { table[$0].row.changeTime } == time)
        }
        #expect(table.index(of: -1) == nil && table.index(of: .max) == nil)
        table.keep { _ in false }
        #expect(table.index(of: 3) == nil)
        table.insert(Self.entry(3, 1))
        #expect(table.index(of: 3) == 0)
    }
}
