import Basics
import CZlib

/// The content coding gzip (RFC 1952): when a client gets it, and its compression by zlib.
enum Gzip {
    /// Compresses a page at level 1.
    ///
    /// On a page of 100,000 series that level takes a third of the default's time, for a result that is a few
    /// percent larger.
    ///
    /// - Parameter bytes: The page.
    /// - Returns: `nil` when zlib has no memory; the page is then served plain.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard let length = UInt32(exactly: bytes.count) else { return nil }
        var stream = unsafe z_stream()
        // 15 bits of window, plus 16 for gzip's wrapper in place of zlib's.
        let code = unsafe deflateInit2_(
            &stream,
            1,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard code == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        let bound = Int(unsafe deflateBound(&stream, UInt(length)))
        var result = [UInt8](repeating: 0, count: bound)
        let end = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = length
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(clamping: output.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
        }
        guard end == Z_STREAM_END else { return nil }
        unsafe result.removeLast(bound - Int(stream.total_out))
        return result
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
