import Basics

/// The content coding gzip (RFC 1952): when a client gets it, and how it is put together.
enum Gzip {
    /// Compresses a text.
    ///
    /// - Parameter bytes: The text.
    /// - Returns: `nil` when zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var deflater = Deflater()
        return deflater.deflate(bytes).map { text(of: [$0]) }
    }

    /// Puts parts that were compressed one by one together to one compressed text.
    static func text(of parts: [Deflater.Part]) -> [UInt8] {
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
        guard let field else { return false }
        var gzip: Int?
        var identity: Int?
        var other: Int?
        for item in field.split(separator: ",") {
            let parts = item.split(separator: ";", omittingEmptySubsequences: false).map {
                $0.trimmingBlanks()
            }
            guard let weight = weight(parts.dropFirst()) else { continue }
            switch parts[0].lowercased() {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, weight)
            case "identity": identity = weight
            case "*": other = weight
            default: continue
            }
        }
        let gzipWeight = gzip ?? other ?? 0
        // An identity coding that the field does not name is acceptable, but no preference.
        return gzipWeight > 0 && gzipWeight >= (identity ?? 0)
    }

    /// The weight in thousandths; 1000 without parameters, `nil` when they are no weight.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
        guard let parameter = parameters.first else { return 1000 }
        let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.trimmingBlanks() }
        guard parameters.count == 1, sides.count == 2, sides[0] == "q" || sides[0] == "Q" else {
            return nil
        }
        let digits = Array(sides[1].utf8)
        guard let whole = digits.first?.decimalDigit, whole <= 1, digits.count <= 5 else {
            return nil
        }
        guard digits.count == 1 || digits[1] == UInt8(ascii: ".") else { return nil }
        var value = whole * 1000
        var scale = 100
        for digit in digits.dropFirst(2) {
            guard let digit = digit.decimalDigit else { return nil }
            value += digit * scale
            scale /= 10
        }
        return value <= 1000 ? value : nil
    }
}
