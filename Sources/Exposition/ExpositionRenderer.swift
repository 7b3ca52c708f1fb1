/// Renders page after page, and keeps the parts that have not changed.
///
/// A block of series whose version is that of the last page is not rendered again. What has no version is rendered
/// and compared, so that a part that comes out the same can be served and compressed as it was.
public struct ExpositionRenderer: Sendable {
    private typealias Part = ExpositionPage.Part

    /// A block of series as it was rendered last.
    private struct Block: Sendable {
        let version: SeriesVersion?
        /// `nil` when the block has no series.
        let part: Part?
    }

    /// The length from which on a part with whole families ends.
    private static let partBytes = 64 << 10

    /// The parts with whole families, by the name of their first one.
    private var parts: [String: Part] = [:]
    /// The blocks of the families that have several, by the name of the family.
    private var blocks: [String: [Block]] = [:]
    private var lastID: UInt64 = 0

    /// Creates a renderer that has rendered nothing.
    public init() {}

    /// Writes families, sorted by name, each with its series sorted by labels: same state, same bytes.
    ///
    /// - Parameter families: The families, in any order, each name once.
    /// - Returns: The page.
    public mutating func render(_ families: [MetricFamily]) -> ExpositionPage {
        let sorted = families.sorted { $0.descriptor.name < $1.descriptor.name }
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            precondition(
                left.descriptor.name != right.descriptor.name,
                "\(left.descriptor.name) is there twice"
            )
        }
        var page = ExpositionPage()
        var buffer = PageBuffer(expecting: Self.partBytes)
        var partNames = PartNames()
        var blockBuffer = PageBuffer()
        for family in sorted {
            let name = family.descriptor.name
            if family.blocks.count > 1 {
                let rendered = render(family, using: &blockBuffer)
                partNames.blocks.insert(name)
                guard rendered.contains(where: { $0.part != nil }) else { continue }
                partNames.begin(name)
                buffer.append(text: Self.head(family.descriptor))
                end(&buffer, &partNames, of: &page)
                page.parts += rendered.compactMap(\.part)
                continue
            }
            let start = buffer.count
            buffer.append(text: Self.head(family.descriptor))
            let samples = buffer.count
            for block in family.blocks { Self.emit(block, family.descriptor, into: &buffer) }
            guard buffer.count > samples else {
                buffer.cut(to: start)
                continue
            }
            partNames.begin(name)
            if buffer.count >= Self.partBytes { end(&buffer, &partNames, of: &page) }
        }
        end(&buffer, &partNames, of: &page)
        parts = parts.filter { partNames.all.contains($0.key) }
        blocks = blocks.filter { partNames.blocks.contains($0.key) }
        return page
    }

    /// The names by which the parts of a page are kept.
    private struct PartNames {
        /// The first family of the part that is being written; `nil` when nothing is written of it.
        var current: String?
        var all: Set<String> = []
        var blocks: Set<String> = []

        mutating func begin(_ name: String) { current = current ?? name }
    }

    /// Ends a part with whole families: it is the last page's when the text is the same.
    private mutating func end(
        _ buffer: inout PageBuffer,
        _ names: inout PartNames,
        of page: inout ExpositionPage
    ) {
        guard let name = names.current else { return }
        names.current = nil
        names.all.insert(name)
        if let kept = parts[name], buffer.holds(kept.bytes) {
            page.parts.append(kept)
        } else {
            let part = makePart(buffer)
            parts[name] = part
            page.parts.append(part)
        }
        buffer.cut(to: 0)
    }

    /// Renders those blocks of a family that have changed.
    private mutating func render(
        _ family: MetricFamily,
        using buffer: inout PageBuffer
    ) -> [Block] {
        let name = family.descriptor.name
        let kept = blocks[name] ?? []
        let rendered = family.blocks.enumerated().map { index, block in
            if index < kept.count, let version = block.version, version == kept[index].version {
                return kept[index]
            }
            Self.emit(block, family.descriptor, into: &buffer)
            defer { buffer.cut(to: 0) }
            if index < kept.count, let part = kept[index].part, buffer.holds(part.bytes) {
                return Block(version: block.version, part: part)
            }
            return Block(version: block.version, part: buffer.count == 0 ? nil : makePart(buffer))
        }
        blocks[name] = rendered
        return rendered
    }

    private mutating func makePart(_ buffer: borrowing PageBuffer) -> Part {
        lastID += 1
        return Part(id: lastID, bytes: Array(buffer[0..<buffer.count]))
    }

    private static func emit(
        _ block: SeriesBlock,
        _ descriptor: MetricDescriptor,
        into buffer: inout PageBuffer
    ) {
        // The writer is the buffer's only owner while it writes.
        var writer = SampleWriter(descriptor, buffer)
        buffer = PageBuffer()
        block.emit(&writer)
        buffer = writer.finish()
    }

    private static func head(_ descriptor: MetricDescriptor) -> [UInt8] {
        var bytes = Array("# HELP \(descriptor.name) ".utf8)
        Escaping.append(descriptor.help, quotes: false, to: &bytes)
        bytes += "\n# TYPE \(descriptor.name) \(descriptor.type.rawValue)\n".utf8
        return bytes
    }
}
