import Exposition

/// Compresses page after page; a part that was on the last page too is not compressed again.
struct GzipPages: Sendable {
    private var parts: [UInt64: Deflater.Part] = [:]

    /// Compresses a page of one renderer.
    ///
    /// - Returns: `nil` when zlib has no memory; the page is then served plain.
    mutating func compress(_ page: ExpositionPage) -> [UInt8]? {
        var deflater: Deflater?
        var used: [UInt64: Deflater.Part] = [:]
        used.reserveCapacity(page.parts.count)
        var compressed: [Deflater.Part] = []
        compressed.reserveCapacity(page.parts.count)
        for part in page.parts {
            if let known = parts[part.id] {
                compressed.append(known)
                used[part.id] = known
                continue
            }
            if deflater == nil { deflater = Deflater() }
            guard let new = deflater?.deflate(part.bytes) else { return nil }
            compressed.append(new)
            used[part.id] = new
        }
        parts = used
        return Gzip.member(of: compressed)
    }
}
