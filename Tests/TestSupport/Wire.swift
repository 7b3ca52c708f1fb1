/// Responses byte by byte, for tests that break them.
public enum Wire {
    /// A response head.
    ///
    /// - Parameters:
    ///   - status: The status line behind the version.
    ///   - fields: The header lines, without line ends.
    ///   - version: The protocol version.
    /// - Returns: The bytes, with the empty line.
    public static func head(
        _ status: String = "200 OK",
        _ fields: [String] = [],
        version: String = "HTTP/1.1"
    ) -> [UInt8] {
        Array(([version + " " + status] + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// A whole response with a Content-Length.
    public static func response(_ body: String, _ fields: [String] = []) -> [UInt8] {
        head(
            "200 OK",
            ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] + fields
        ) + Array(body.utf8)
    }

    /// A whole response in chunks.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - size: How many bytes a chunk has.
    /// - Returns: Head and chunks, the last one included.
    public static func chunked(_ body: String, size: Int = 7) -> [UInt8] {
        var bytes = head("200 OK", ["Transfer-Encoding: chunked"])
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(size)
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10]
            rest = rest.dropFirst(size)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    /// The body as gzip (RFC 1952), stored without compression.
    ///
    /// - Parameter body: Less than 64 KiB.
    /// - Returns: The gzip stream.
    public static func gzip(_ body: String) -> [UInt8] {
        let bytes = Array(body.utf8)
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(bytes.count, 2)
            + little(~bytes.count, 2) + bytes + little(Int(~sum), 4) + little(bytes.count, 4)
    }

    /// A whole response with a gzip body.
    ///
    /// - Parameter stream: The body as it is sent, whole or damaged.
    /// - Returns: Head and body.
    public static func gzipped(_ stream: [UInt8]) -> [UInt8] {
        head("200 OK", ["Content-Encoding: gzip", "Content-Length: \(stream.count)"]) + stream
    }
}
