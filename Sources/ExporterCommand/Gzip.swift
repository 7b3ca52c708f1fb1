import CZlib

/// The gzip format (RFC 1952) by zlib.
enum Gzip {
    /// Compresses a page.
    ///
    /// Level 1: measured on a page of 100,000 series it takes a third of the default's time for a result that
    /// is a few parts in a hundred larger.
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
}
