import Testing

@testable import ClusterCollector

struct GroupSetMemoTests {
    @Test func `The memory of texts finds what the table itself finds, in any order and again`() {
        let table = GroupTable()
        var memo = GroupSetMemo(table)
        // Far more texts than the memory has places, many of which share one.
        var texts = (0..<500).map { "Group\($0 % 50),Rack\($0 % 7),Row \($0)" }
        texts += ["", "Group1", "group1", "Group1,Group1", " Group1 , Rack2", "ü", "Ü,ü"]
        for _ in 0..<4 {
            texts.shuffle()
            for text in texts {
                let bytes = Array(text.utf8)
                #expect(memo.set(naming: bytes.span) == table.set(naming: text), "\(text)")
            }
        }
    }
}
