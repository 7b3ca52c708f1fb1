import CZlib

/// Decompression of gzip files (RFC 1952) by zlib.
enum GzipReader {
    /// Decompresses a file.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - limit: The most bytes to make of it.
    /// - Returns: What the file holds.
    /// - Throws: `MalformedText` for what is no gzip file, is not whole, or is larger.
    static func decompress(_ bytes: [UInt8], limit: Int = 512 << 20) throws(MalformedText)
        -> [UInt8]
    {
        var stream = unsafe z_stream()
        // 15 bits of window, plus 16 for gzip's wrapper in place of zlib's.
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
            throw MalformedText("there is no memory to decompress it")
        }
        defer { unsafe inflateEnd(&stream) }
        var input = bytes
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        // Both buffers stay where they are while zlib has their addresses.
        let isWhole = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = UInt32(clamping: input.count)
            while result.count <= limit {
                let code = unsafe chunk.withUnsafeMutableBufferPointer { output in
                    unsafe stream.next_out = output.baseAddress
                    unsafe stream.avail_out = UInt32(output.count)
                    return unsafe inflate(&stream, Z_NO_FLUSH)
                }
                let (left, unread) = unsafe (Int(stream.avail_out), stream.avail_in)
                let count = chunk.count - left
                result += chunk[..<count]
                if code == Z_STREAM_END { return true }
                guard code == Z_OK, count > 0 || unread > 0 else { return false }
            }
            return false
        }
        guard isWhole else {
            throw MalformedText(
                result.count > limit
                    ? "it is larger than \(limit >> 20) MiB" : "it is no whole gzip file"
            )
        }
        return result
    }
}
