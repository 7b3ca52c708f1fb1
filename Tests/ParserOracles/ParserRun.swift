package import HTTPListener

/// What a parser makes of some bytes, in whatever pieces they come.
package struct ParserRun: Equatable {
    /// The requests that came whole, in order.
    package var requests: [HTTPRequest] = []
    /// The refusal that ended the reading.
    package var refusal: HTTPRefusal?

    /// Feeds all bytes, cut into pieces.
    package init(_ pieces: [ArraySlice<UInt8>], limits: ListenerLimits) {
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
    package init(_ bytes: [UInt8], limits: ListenerLimits = .tests) {
        self.init([bytes[...]], limits: limits)
    }

    /// Feeds all bytes of a text at once.
    package init(_ text: String, limits: ListenerLimits = .tests) {
        self.init(Array(text.utf8), limits: limits)
    }

    /// Feeds one byte after another.
    package static func byteByByte(_ bytes: [UInt8], limits: ListenerLimits = .tests) -> ParserRun {
        ParserRun(bytes.indices.map { bytes[$0...$0] }, limits: limits)
    }

    /// Feeds the bytes in two pieces.
    package static func split(
        _ bytes: [UInt8],
        at index: Int,
        limits: ListenerLimits = .tests
    ) -> ParserRun {
        ParserRun([bytes[..<index], bytes[index...]], limits: limits)
    }
}

extension ListenerLimits {
    /// Limits that let small bodies in.
    package static var tests: ListenerLimits { ListenerLimits(bodyBytes: 64) }
}
