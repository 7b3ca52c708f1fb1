import Basics

/// The regular files of an archive in the ustar format.
enum TarReader {
    /// Reads an archive.
    ///
    /// - Parameter bytes: The archive.
    /// - Returns: Names and contents in the order of the archive; entries of other kinds are left out.
    /// - Throws: `MalformedText` for what is no archive, or not whole.
    static func files(in bytes: [UInt8]) throws(MalformedText) -> [(
        name: String, contents: ArraySlice<UInt8>
    )] {
        var files: [(name: String, contents: ArraySlice<UInt8>)] = []
        var position = 0
        while position + 512 <= bytes.count {
            let header = bytes[position..<(position + 512)]
            if header.allSatisfy({ $0 == 0 }) { return files }
            guard header.dropFirst(257).starts(with: "ustar".utf8),
                let size = octal(header, 124, 12), octal(header, 148, 8) == checksum(header)
            else { throw MalformedText("it is no tar archive") }
            let start = position + 512
            guard size <= bytes.count - start else { throw MalformedText("it is no whole archive") }
            let kind = header[position + 156]
            if kind == UInt8(ascii: "0") || kind == 0 {
                let prefix = text(header, 345, 155)
                let name = text(header, 0, 100)
                files.append(
                    (prefix.isEmpty ? name : prefix + "/" + name, bytes[start..<(start + size)])
                )
            }
            position = start + (size + 511) / 512 * 512
        }
        throw MalformedText("it is no whole archive")
    }

    private static func text(_ header: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> String {
        String(decoding: header.dropFirst(offset).prefix(count).prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ header: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int? {
        let digits = header.dropFirst(offset).prefix(count).drop { $0 == 0x20 }
            .prefix { $0 != 0 && $0 != 0x20 }
        guard digits.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// The sum of the header's bytes, with blanks in place of the sum that it tells.
    private static func checksum(_ header: ArraySlice<UInt8>) -> Int {
        header.enumerated().reduce(0) {
            $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element))
        }
    }
}
