import Testing

@testable import ExporterCommand

/// Descriptors for clients, and those that rounds keep.
struct DescriptorLimitTests {
    @Test(arguments: [
        // wanted, soft, hard, the soft limit to set, the connections to serve
        (512, 1024, 4096, 1024, 512), (512, 256, 4096, 612, 512), (512, 612, 612, 612, 512),
        (512, 611, 611, 611, 511), (512, 256, 300, 300, 200), (512, 64, 64, 64, 1),
        (100_000, 1024, 1_048_576, 100_100, 100_000), (1, 100, 100, 100, 1),
    ])
    func `The limit is raised as far as needed, and the rest goes without`(
        wanted: Int,
        soft: UInt64,
        hard: UInt64,
        raised: UInt64,
        connections: Int
    ) {
        let limit = DescriptorLimit(
            connections: wanted,
            reserve: 100,
            limit: soft,
            hardLimit: hard
        )
        #expect(limit.soft == raised && limit.connections == connections)
        #expect((limit.warning == nil) == (raised >= UInt64(wanted + 100)))
        guard let warning = limit.warning else { return }
        #expect(warning.contains("=\(wanted) ") && warning.contains(" is \(hard);"))
    }

    @Test func `A limit that cannot be read, or has none, is enough`() {
        let limit = DescriptorLimit(
            connections: 100_000,
            reserve: 100,
            limit: .max,
            hardLimit: .max
        )
        #expect(limit.connections == 100_000 && limit.soft == .max && limit.warning == nil)
    }
}
