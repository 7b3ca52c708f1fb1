import JSONRows
import ParserOracles
import Testing

/// A reproducible random number generator (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}

/// Writes random listings, in all forms that a server could choose.
struct ListingWriter {
    var random: SeededGenerator
    let space: [String]
    /// Whether string values are written as the placeholder `§`.
    var isRepetitive = false
    let names = ["Id", "State", "NodeGroups", "Owner", "id", "St\\u0061te"]
    let values = [
        #""1""#, #""Queued""#, #""""#, "null", "17", "true", #""é\n\ud83d\ude00""#,
        #"[{"Value":"x"}]"#,
        #"{"Name":"Id"}"#, #""a value of more than one word, to be sure""#, #""\ud800""#,
    ]
    let extras = [
        #""Value":"§""#, #""Name":"State""#,
        #""x":1"#, #""Href":"/a/b""#, #""name":"Id""#, #""Value":"9""#, #""Name":null"#,
        #""VALUE":null"#,
    ]

    init(seed: UInt64) {
        random = SeededGenerator(state: seed)
        let spaces = [[""], ["", " "], ["\n", " ", ""], ["\r\n\t  "]]
        space = spaces[Int(seed % 4)]
    }

    mutating func one<T>(_ choices: [T]) -> T {
        choices[Int.random(in: choices.indices, using: &random)]
    }
    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func joined(_ parts: [String], _ open: String, _ close: String) -> String {
        var text = open + one(space)
        for (index, part) in parts.enumerated() {
            text += (index == 0 ? "" : one(space) + "," + one(space)) + part
        }
        return text + one(space) + close
    }

    mutating func property(_ name: String) -> String {
        let texts = isRepetitive ? ["\"§\""] : [values[0], values[1], values[9]]
        let value = chance(80) ? one(texts) : one(values)
        var members = [
            "\"Name\":" + one(space) + "\"\(name)\"", "\"Value\"" + one(space) + ":" + value,
        ]
        if chance(random.state % 8 == 0 ? 50 : 3) { members.swapAt(0, 1) }
        if chance(4) { members.remove(at: Int.random(in: 0..<2, using: &random)) }
        if chance(6) {
            members.insert(one(extras), at: Int.random(in: 0...members.count, using: &random))
        }
        return joined(members, "{", "}")
    }

    mutating func row() -> String {
        var order = ["Id", "State", "NodeGroups", "Owner"]
        if chance(10) { order.shuffle(using: &random) }
        if chance(10) { order.removeLast() }
        if chance(5) { order.append(one(names)) }
        if chance(5) { order.removeAll() }
        let properties = order.map { name in property(name) }
        var members = ["\"Properties\":" + (chance(2) ? "null" : joined(properties, "[", "]"))]
        if chance(4) {
            members.insert(one(extras), at: Int.random(in: 0...members.count, using: &random))
        }
        if chance(6) { members.append("\"Properties\":" + joined([property("Id")], "[", "]")) }
        if chance(1) { members.removeFirst() }
        return joined(members, "{", "}")
    }

    mutating func listing() -> [UInt8] {
        let rows = (0..<Int.random(in: 0..<8, using: &random)).map { _ in row() }
        return Array(joined(rows, "[", "]").utf8)
    }

    /// Returns a listing whose rows have a few forms and differ in their values alone, so that the reader
    /// matches known segments.
    mutating func repetitiveListing() -> [UInt8] {
        isRepetitive = true
        let kinds = (0..<Int.random(in: 1...3, using: &random)).map { _ in row() }
        let text = joined((0..<16).map { _ in one(kinds) }, "[", "]")
        isRepetitive = false
        let parts = text.split(separator: "§", omittingEmptySubsequences: false)
        return Array(parts[0].utf8)
            + parts.dropFirst().flatMap { part in
                Array(one(["", "7", "Queued", "12345678", "é", "a \\n b"]).utf8) + Array(part.utf8)
            }
    }

    /// Returns a text with one or two mutations: a flipped bit, a removed, repeated, swapped or replaced
    /// byte, or a repeated part.
    mutating func mutated(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
            let index = Int.random(in: text.indices, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: text[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: text.remove(at: index)
            case 2: text.insert(text[index], at: index)
            case 3: text[index] = one(Array("{}[]:,\"\\ \t\n0129-+.eEtfnu\u{0}\u{1F}\u{7F}".utf8))
            case 4: text.swapAt(index, Int.random(in: text.indices, using: &random))
            case 5: text[index] = UInt8.random(in: 0x80...0xFF, using: &random)
            default:
                let end = Int.random(in: index..<min(index + 40, text.count), using: &random)
                let part = Array(text[index...end])
                text.insert(contentsOf: part, at: Int.random(in: text.indices, using: &random))
            }
        }
        return text
    }

    /// Splits a text into chunks of random sizes.
    mutating func chunks(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        let maximum = one([3, 20, 100, 1000])
        var chunks: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            let end = min(start + Int.random(in: 0...maximum, using: &random), text.count)
            chunks.append(text[start..<end])
            start = end
        }
        return chunks
    }
}

/// Expects the reader to agree with the reference parser about a text, and with itself about its chunks.
///
/// - Returns: Whether the text is a listing.
private func expectAgreement(_ text: [UInt8], _ writer: inout ListingWriter) -> Bool {
    let whole = Reading.of([text[...]], jobColumns)
    let rows = ReferenceReader.rows(text, columns: ["Id", "State", "NodeGroups"])
    let chunks = Reading.of(writer.chunks(text), jobColumns)
    #expect(
        (whole.error == nil) == (rows != nil),
        "\(String(decoding: text, as: UTF8.self)): \(whole)"
    )
    if let rows { #expect(whole.rows == rows, "\(String(decoding: text, as: UTF8.self))") }
    #expect(chunks == whole, "\(String(decoding: text, as: UTF8.self))")
    return rows != nil
}

@Test(arguments: 0..<8)
func `The reader agrees with the reference parser on random listings`(shard: UInt64) {
    for seed in 0..<25 {
        var writer = ListingWriter(seed: shard + 8 * UInt64(seed))
        for text in [writer.listing(), writer.repetitiveListing(), writer.repetitiveListing()] {
            let isListing = expectAgreement(text, &writer)
            #expect(isListing)
        }
    }
}

@Test(arguments: 0..<8)
func `The reader agrees with the reference parser on mutated listings`(shard: UInt64) {
    var accepted = 0
    for seed in 0..<40 {
        var writer = ListingWriter(seed: 1000 + shard + 8 * UInt64(seed))
        let listing = writer.listing()
        for _ in 0..<6 where expectAgreement(writer.mutated(listing), &writer) { accepted += 1 }
    }
    // Some mutations, such as those inside a value, leave a valid listing.
    #expect(accepted > 10 && accepted < 200)
}

@Test func `A mutated listing is refused at the same byte wherever it is split`() {
    for seed in 0..<40 as Range<UInt64> {
        var writer = ListingWriter(seed: 7000 + seed)
        let text = writer.mutated(
            writer.row() == "" ? [] : Array("[\(writer.row()),\(writer.row())]".utf8)
        )
        let (_, deviations) = Reading.ofAllSplits(text, jobColumns)
        #expect(deviations.isEmpty, "\(String(decoding: text, as: UTF8.self))")
    }
}
