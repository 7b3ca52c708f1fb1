import Testing

@testable import Exposition

/// What is kept from one page to the next.
struct ExpositionRendererTests {
    /// A source whose series come in blocks of ten.
    private struct Source: Sendable {
        var values: [Int]
        var versions: [UInt64]
        var order: UInt64 = 0
        var others = 1

        init(_ count: Int) {
            values = [Int](repeating: 0, count: count)
            versions = [UInt64](repeating: 0, count: count)
        }

        var blocks: [(range: Range<Int>, version: SeriesVersion)] {
            stride(from: 0, to: values.count, by: 10).map { start in
                let range = start..<min(start + 10, values.count)
                let values = versions[range].max() ?? 0
                return (range, SeriesVersion(order: order, values: values))
            }
        }

        static let metrics: [Metric<Source>] = [
            Metric(
                "test_each",
                .gauge,
                labels: ["node"],
                help: "One of many.",
                when: { _ in true },
                blocks: { $0.blocks }
            ) { source, range, writer in
                for index in range where source.values[index] >= 0 {
                    writer.sample(LabelValue("node \(1000 + index)"), source.values[index])
                }
            },
            Metric("test_before", .gauge, help: "Stands first.") { Double($0.others) },
            Metric("test_none", .gauge, help: "Has no series.") { _ in nil },
            Metric("test_sum", .gauge, help: "Stands last.") { Double($0.values.reduce(0, +)) },
        ]
    }

    private static func text(_ page: ExpositionPage) -> [UInt8] {
        Array(page.parts.map(\.bytes).joined())
    }

    private static func alone(_ source: Source) -> [UInt8] {
        // Without versions, and with nothing kept.
        let metrics: [Metric<Source>] = Source.metrics.map { metric in
            guard metric.descriptor.name == "test_each" else { return metric }
            return Metric("test_each", .gauge, labels: ["node"], help: "One of many.") {
                source,
                writer in
                for index in source.values.indices.shuffled() where source.values[index] >= 0 {
                    writer.sample(LabelValue("node \(1000 + index)"), source.values[index])
                }
            }
        }
        return ExpositionPage.render(metrics.families(of: source))
    }

    @Test func `Any history of changes gives the pages that are rendered from nothing`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<40 {
            var source = Source(.random(in: 0...65, using: &random))
            var renderer = ExpositionRenderer()
            for step in 1...20 {
                switch Int.random(in: 0..<6, using: &random) {
                case 0: source.others += 1
                case 1:
                    source.values.append(7)
                    source.versions.append(UInt64(step))
                    source.order = UInt64(step)
                case 2 where !source.values.isEmpty:
                    let index = source.values.indices.randomElement(using: &random) ?? 0
                    source.values.remove(at: index)
                    source.versions.remove(at: index)
                    source.order = UInt64(step)
                case 3: break
                default:
                    guard let index = source.values.indices.randomElement(using: &random) else {
                        continue
                    }
                    source.values[index] = .random(in: -1...3, using: &random)
                    source.versions[index] = UInt64(step)
                }
                let page = renderer.render(Source.metrics.families(of: source).shuffled())
                #expect(Self.text(page) == Self.alone(source))
                #expect(page.byteCount == Self.text(page).count)
                #expect(page.parts.allSatisfy { !$0.bytes.isEmpty })
                #expect(Set(page.parts.map(\.id)).count == page.parts.count)
            }
        }
    }

    @Test func `A change makes the parts anew that it touches, and no change makes none`() {
        var source = Source(100)
        var renderer = ExpositionRenderer()
        let first = renderer.render(Source.metrics.families(of: source))
        let second = renderer.render(Source.metrics.families(of: source))
        #expect(first.parts.map(\.id) == second.parts.map(\.id))
        source.values[42] = 1
        source.versions[42] = 1
        let third = renderer.render(Source.metrics.families(of: source))
        let new = Set(third.parts.map(\.id)).subtracting(first.parts.map(\.id))
        // The block, and the part that holds the sum.
        #expect(new.count == 2)
        #expect(third.parts.count == first.parts.count)
    }

    @Test func `A new version with the same series keeps the part`() {
        var source = Source(30)
        var renderer = ExpositionRenderer()
        let first = renderer.render(Source.metrics.families(of: source))
        source.versions = source.versions.map { $0 + 1 }
        source.order = 9
        #expect(
            renderer.render(Source.metrics.families(of: source)).parts.map(\.id)
                == first.parts.map(\.id)
        )
    }

    @Test func `A family none of whose blocks has a series does not appear`() {
        var source = Source(30)
        source.values = source.values.map { _ in -1 }
        let text = String(decoding: Self.text(rendered(source)), as: UTF8.self)
        #expect(!text.contains("test_each") && text.contains("test_before 1\n"))
    }

    private func rendered(_ source: Source) -> ExpositionPage {
        var renderer = ExpositionRenderer()
        return renderer.render(Source.metrics.families(of: source))
    }

    @Test func `Values precede each other as series are sorted`() {
        let values = ["a", "b", "ab", "a b", "a\"", "a\\", "a\n", "é", "a!", ""].flatMap { end in
            ["", "node ", String(repeating: "n", count: 39), String(repeating: "n", count: 50)].map
            {
                $0 + end
            }
        }.filter { !$0.isEmpty }
        let descriptor = MetricDescriptor("test", .gauge, labels: ["node"], help: "A test.")
        let sorted = values.map(LabelValue.init).sorted { $0.precedes($1) }
        func text(_ values: [LabelValue]) -> [UInt8] {
            ExpositionPage.render([
                MetricFamily(descriptor) { writer in
                    for value in values { writer.sample(value, 1) }
                }
            ])
        }
        let unsorted = sorted.flatMap { text([$0]) }
        let lines = String(decoding: unsorted, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
        let page = String(decoding: text(sorted.shuffled()), as: UTF8.self)
        #expect(page.split(separator: "\n").dropFirst(2).elementsEqual(lines))
    }
}
