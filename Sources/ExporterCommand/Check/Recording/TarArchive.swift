/// An archive in the ustar format (POSIX.1-2017, pax: ustar Interchange Format).
struct TarArchive {
    private(set) var bytes: [UInt8] = []

    /// Appends a regular file of mode 0600 without an owner.
    ///
    /// - Parameters:
    ///   - name: The path in the archive, of 100 bytes of ASCII at most.
    ///   - contents: The contents, of less than 8 GiB.
    ///   - time: When it was changed last, in Unix seconds.
    mutating func add(_ name: String, _ contents: [UInt8], time: UInt32) {
        precondition(name.utf8.count <= 100 && contents.count < 8 << 30)
        var header = [UInt8](repeating: 0, count: 512)
        func set(_ offset: Int, _ text: some Sequence<UInt8>) {
            for (index, byte) in text.enumerated() { header[offset + index] = byte }
        }
        set(0, name.utf8)
        set(100, Self.octal(0o600, digits: 7))
        set(108, Self.octal(0, digits: 7))
        set(116, Self.octal(0, digits: 7))
        set(124, Self.octal(contents.count, digits: 11))
        set(136, Self.octal(Int(time), digits: 11))
        set(148, "        ".utf8)
        set(156, "0".utf8)
        set(257, "ustar\0".utf8)
        set(263, "00".utf8)
        let sum = header.reduce(0) { $0 + Int($1) }
        set(148, Self.octal(sum, digits: 6) + [0])
        bytes += header
        bytes += contents
        bytes += [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
    }

    /// Ends the archive with two empty blocks.
    mutating func finish() { bytes += [UInt8](repeating: 0, count: 1024) }

    private static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
}
