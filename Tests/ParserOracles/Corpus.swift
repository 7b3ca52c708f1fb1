import Foundation

/// The inputs of a parser that are kept as files, under `Tests/Corpus/` and the parser's name.
///
/// In `accepted` and `refused` the folder says what the parser must make of a file; `found` holds what
/// a fuzzer once stumbled over, of which only the oracle's own demands are asked.
package enum Corpus {
    /// One file.
    package struct Entry: Sendable, CustomStringConvertible {
        /// The folder and the name.
        package let description: String
        /// What must become of it; `nil` when that is not asked.
        package let verdict: ParserOracle.Verdict?
        /// The bytes.
        package let bytes: [UInt8]
    }

    /// The files of a parser, in the order of their names.
    ///
    /// - Parameter name: The parser's name.
    /// - Returns: The files; none for a name without a folder.
    /// - Throws: What keeps a file from being read.
    package static func entries(_ name: String) throws -> [Entry] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Corpus/\(name)")
        var entries: [Entry] = []
        for (folder, verdict) in [
            ("accepted", ParserOracle.Verdict.accepted), ("refused", .refused), ("found", nil),
        ] {
            let place = root.appendingPathComponent(folder)
            guard FileManager.default.fileExists(atPath: place.path) else { continue }
            for file in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() {
                let data = try Data(contentsOf: place.appendingPathComponent(file))
                entries.append(
                    Entry(description: "\(folder)/\(file)", verdict: verdict, bytes: Array(data))
                )
            }
        }
        return entries
    }
}
