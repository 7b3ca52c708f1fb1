import CZlib

/// Compresses texts one by one to runs of deflate blocks (RFC 1951) that do not refer to each other, so that they can be
/// joined to one compressed text in any order.
@safe
// Safe: the stream is on the heap, where zlib can keep its address, and this value, which cannot be copied, is its only
// owner.
struct Deflater: ~Copyable {
    /// A compressed text.
    struct Part: Sendable {
        /// Whole blocks, none of them marked as the last, that end at a byte.
        let bytes: [UInt8]
        /// The length of the text.
        let length: Int
        /// The CRC-32 of the text.
        let checksum: UInt32
    }

    private let stream: UnsafeMutablePointer<z_stream>?

    /// Sets zlib up at level 1.
    ///
    /// On a page of 100,000 series that level takes a third of the default's time, for a result that is a few percent
    /// larger.
    init() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // A window of 15 bits; the minus asks for blocks without the wrapper of zlib.
        let code = unsafe deflateInit2_(
            stream,
            1,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        if code == Z_OK {
            unsafe self.stream = stream
        } else {
            unsafe stream.deallocate()
            unsafe self.stream = nil
        }
    }

    deinit {
        guard let stream = unsafe stream else { return }
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Compresses a text.
    ///
    /// - Parameter text: The text.
    /// - Returns: `nil` when zlib has no memory, or the text is longer than it takes.
    mutating func deflate(_ text: [UInt8]) -> Part? {
        guard let stream = unsafe stream, let length = UInt32(exactly: text.count),
            unsafe deflateReset(stream) == Z_OK
        else { return nil }
        // The bound is that of a text that ends there; a flush needs a few bytes more.
        let bound = Int(unsafe deflateBound(stream, UInt(length))) + 16
        var result = [UInt8](repeating: 0, count: bound)
        let (code, checksum) = unsafe text.withUnsafeBufferPointer { input in
            let code = unsafe result.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = length
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
                return unsafe CZlib.deflate(stream, Z_SYNC_FLUSH)
            }
            return (code, unsafe crc32(0, input.baseAddress, length))
        }
        guard code == Z_OK, unsafe stream.pointee.avail_in == 0,
            unsafe stream.pointee.avail_out > 0
        else { return nil }
        return Part(
            bytes: Array(result[..<Int(unsafe stream.pointee.total_out)]),
            length: text.count,
            checksum: UInt32(truncatingIfNeeded: checksum)
        )
    }
}

extension UInt32 {
    /// Appends a text to the one whose CRC-32 this is.
    ///
    /// - Parameters:
    ///   - next: The CRC-32 of the text that follows.
    ///   - length: The length of the text that follows.
    /// - Returns: The CRC-32 of both.
    func combined(with next: UInt32, length: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(UInt(self), UInt(next), length))
    }
}
