import Basics

/// What a client accepts (RFC 9110 §12.5.3).
enum AcceptEncoding {
    /// Whether the client would rather have gzip than the plain page.
    ///
    /// - Parameter field: The `Accept-Encoding` fields joined by commas; `nil` when there is none.
    /// - Returns: False also for a field that makes no sense: plain always works.
    static func prefersGzip(_ field: String?) -> Bool {
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
        // Identity is acceptable unless it is excluded; unnamed, it is the fallback and not a preference.
        return gzipWeight > 0 && gzipWeight >= (identity ?? 0)
    }

    /// The weight in thousandths; 1000 without one, `nil` for what is no weight.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
        guard let parameter = parameters.first else { return 1000 }
        let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.trimmingBlanks() }
        guard parameters.count == 1, sides.count == 2, sides[0] == "q" || sides[0] == "Q" else {
            return nil
        }
        let digits = Array(sides[1].utf8)
        guard let first = digits.first, first == 0x30 || first == 0x31, digits.count <= 5 else {
            return nil
        }
        guard digits.count == 1 || digits[1] == UInt8(ascii: ".") else { return nil }
        var value = Int(first - 0x30) * 1000
        var scale = 100
        for digit in digits.dropFirst(2) {
            guard (0x30...0x39).contains(digit) else { return nil }
            value += Int(digit - 0x30) * scale
            scale /= 10
        }
        return value <= 1000 ? value : nil
    }
}
