import Basics

/// The content coding gzip (RFC 1952): when a client gets it, and how it is put together.
enum Gzip {
    /// Compresses a text.
    ///
    /// - Parameter bytes: The text.
    /// - Returns: `nil` when zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var deflater = Deflater()
        return deflater.deflate(bytes).map { member(of: [$0]) }
    }

    /// Joins parts that were compressed one by one to one gzip member (RFC 1952 §2.3).
    static func member(of parts: [Deflater.Part]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(32) { $0 + $1.bytes.count })
        // Magic number, deflate, no flags, no time, no extra flags, Unix.
        bytes += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        for part in parts { bytes += part.bytes }
        // A last block without content.
        bytes += [3, 0]
        let checksum = parts.reduce(UInt32(0)) {
            $0.combined(with: $1.checksum, length: $1.length)
        }
        let length = parts.reduce(0) { $0 + $1.length }
        for value in [checksum, UInt32(truncatingIfNeeded: length)] {
            unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes += $0 }
        }
        return bytes
    }

    /// Whether a client prefers gzip to the plain page (RFC 9110 §12.5.3).
    ///
    /// - Parameter field: The `Accept-Encoding` fields joined by commas; `nil` when there is none.
    /// - Returns: `false` also for a malformed field, as every client reads the plain page.
    static func isPreferred(by field: String?) -> Bool {
        var gzip: Int?
        var identity: Int?
        var other: Int?
        for item in AcceptedItem.all(in: field ?? "") where item.parameters.isEmpty {
            switch item.name {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, item.weight)
            case "identity": identity = item.weight
            case "*": other = item.weight
            default: continue
            }
        }
        let gzipWeight = gzip ?? other ?? 0
        // An identity coding that the field does not name is acceptable, but no preference.
        return gzipWeight > 0 && gzipWeight >= (identity ?? 0)
    }
}
