import Testing

@testable import ClusterCollector

struct NodeGroupRegistryTests {
    @Test func `The cache finds what the registry finds, in any order and again`() {
        let registry = NodeGroupRegistry()
        var cache = TextCache { registry.set(naming: $0) }
        // Far more texts than the cache has slots.
        var texts = (0..<500).map { "Group\($0 % 50),Rack\($0 % 7),Row \($0)" }
        texts += ["", "Group1", "group1", "Group1,Group1", " Group1 , Rack2", "ü", "Ü,ü"]
        for _ in 0..<4 {
            texts.shuffle()
            for text in texts {
                let bytes = Array(text.utf8)
                #expect(cache[bytes.span] == registry.set(naming: text), "\(text)")
            }
        }
    }
}
