@testable import HTTPListener

/// What a parser makes of some bytes, in whatever pieces they come.
struct ParserRun: Equatable {
    var requests: [HTTPRequest] = []
    var refusal: HTTPRefusal?

    /// Feeds all bytes, cut into pieces.
    init(_ pieces: [ArraySlice<UInt8>], limits: ListenerLimits) {
        var parser = RequestParser(limits: limits)
        for piece in pieces {
            parser.append(piece)
            reading: while true {
                switch parser.next() {
                case .needsMore: break reading
                case .wantsContinue: continue
                case .request(let request): requests.append(request)
                case .refused(let refusal):
                    self.refusal = refusal
                    break reading
                }
            }
        }
    }

    /// Feeds all bytes at once.
    init(_ bytes: [UInt8], limits: ListenerLimits = .tests) {
        self.init([bytes[...]], limits: limits)
    }

    init(_ text: String, limits: ListenerLimits = .tests) {
        self.init(Array(text.utf8), limits: limits)
    }

    /// Feeds one byte after another.
    static func byteByByte(_ bytes: [UInt8], limits: ListenerLimits = .tests) -> ParserRun {
        ParserRun(bytes.indices.map { bytes[$0...$0] }, limits: limits)
    }

    /// Feeds the bytes in two pieces.
    static func split(
        _ bytes: [UInt8],
        at index: Int,
        limits: ListenerLimits = .tests
    ) -> ParserRun {
        ParserRun([bytes[..<index], bytes[index...]], limits: limits)
    }
}

extension ListenerLimits {
    /// Limits that let small bodies in.
    static var tests: ListenerLimits { ListenerLimits(bodyBytes: 64) }
}
