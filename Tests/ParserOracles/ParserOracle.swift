/// What must hold for a parser whatever bytes it gets; the corpus, the mutations of `make test` and the
/// fuzzers of `make fuzz` all ask it.
package struct ParserOracle: Sendable {
    /// What a parser made of an input.
    package enum Verdict: Sendable, Equatable {
        /// It took the input.
        case accepted
        /// It refused the input.
        case refused
        /// It contradicts itself or the plain reference; one sentence that says how.
        case wrong(String)
    }

    /// In how many ways an input is cut into pieces.
    package enum Cuts: Sendable {
        /// Byte by byte, and once more.
        case few
        /// In two at every byte as well.
        case every
    }

    /// The name of the parser, and of its folder in the corpus.
    package let name: String

    /// Byte strings that mean something to the parser, for mutations.
    package let dictionary: [String]

    /// Gives an input to the parser, whole and in pieces, and compares.
    let compare: @Sendable ([UInt8], Cuts) -> Verdict

    /// Gives an input to the parser, whole and in pieces where it can come so, and compares.
    package func check(_ bytes: [UInt8], cuts: Cuts = .few) -> Verdict { compare(bytes, cuts) }

    /// All parsers.
    package static let all = [json, request, date, duration, flags, xml]

    /// The parser of a name.
    package static func named(_ name: String) -> ParserOracle? { all.first { $0.name == name } }
}

extension [UInt8] {
    /// A number that depends on every byte (FNV-1a), to choose by without any other randomness.
    private var fingerprint: UInt64 {
        reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The ways to cut the bytes into pieces; one of them depends on the bytes alone.
    func cut(_ cuts: ParserOracle.Cuts) -> [[ArraySlice<UInt8>]] {
        var state = fingerprint
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < count {
            state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
            let length = 1 + Int(state >> 40) % Swift.max(count / 3, 1)
            let end = Swift.min(start + length, count)
            pieces.append(self[start..<end])
            start = end
        }
        let inTwo = cuts == .every ? indices.map { [self[..<$0], self[$0...]] } : []
        return [indices.map { self[$0...$0] }, pieces] + inTwo
    }
}
