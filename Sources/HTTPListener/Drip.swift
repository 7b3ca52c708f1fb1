/// Bytes that go piece by piece with pauses between them, for simulated faults.
struct Drip: Sendable, Equatable {
    private let bytes: [UInt8]
    private let pieceBytes: Int
    private var position = 0

    /// How long to wait before each piece but the first.
    let pause: Duration

    /// What happens to the connection after the last piece.
    let ending: HTTPEnding

    /// Starts at the first byte.
    ///
    /// - Parameters:
    ///   - bytes: All that goes over the wire.
    ///   - pieceBytes: The size of a piece; less than 1 counts as 1.
    ///   - pause: How long to wait between two pieces.
    ///   - ending: What happens to the connection then.
    init(_ bytes: [UInt8], pieceBytes: Int, pause: Duration, ending: HTTPEnding) {
        self.bytes = bytes
        self.pieceBytes = max(pieceBytes, 1)
        self.pause = pause
        self.ending = ending
    }

    /// Whether every piece was taken.
    var isEmpty: Bool { position >= bytes.count }

    /// Takes the next piece.
    mutating func next() -> [UInt8] {
        let end = position + min(pieceBytes, bytes.count - position)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}
