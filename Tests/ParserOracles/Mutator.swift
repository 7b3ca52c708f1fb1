/// Changes inputs a little, the same way at each run.
package struct Mutator {
    private var state: UInt64
    private let dictionary: [[UInt8]]

    /// Creates a mutator.
    ///
    /// - Parameters:
    ///   - seed: The same seed makes the same changes.
    ///   - dictionary: Byte strings that may be put in.
    package init(seed: UInt64, dictionary: [String]) {
        state = seed
        self.dictionary = dictionary.map { Array($0.utf8) } + [[0], [0x7F], [0xC3], [0xFF]]
    }

    /// A number below a bound (SplitMix64).
    package mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ bits >> 31) % UInt64(max(bound, 1)))
    }

    /// An input with one to four changes.
    ///
    /// - Parameters:
    ///   - bytes: The input.
    ///   - other: Another input, of which a part may be put in.
    /// - Returns: The changed input.
    package mutating func mutated(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(below: 4) {
            let place = number(below: bytes.count + 1)
            switch number(below: 8) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
            case 1 where place < bytes.count: bytes[place] = UInt8(number(below: 256))
            case 2:
                let end = min(place + 1 + number(below: 6), bytes.count)
                bytes.removeSubrange(place..<end)
            case 3:
                let end = min(place + number(below: 30), bytes.count)
                bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count + 1))
            case 4:
                let start = number(below: other.count + 1)
                let end = min(start + number(below: 30), other.count)
                bytes.insert(contentsOf: other[start..<end], at: place)
            case 5: bytes.removeSubrange(place...)
            default:
                bytes.insert(contentsOf: dictionary[number(below: dictionary.count)], at: place)
            }
        }
        return bytes
    }
}
