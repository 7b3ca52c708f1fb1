import Basics

/// What the client keeps of the head of a response.
struct ResponseHead: Sendable, Equatable {
    /// The HTTP status of the final response; 0 when none came.
    var status = 0
    /// The token of the next page (`x-ms-continuation-queryId`, in any case; FACTS: Paging).
    var continuation: String?
    /// How long the server asks to be left alone (RFC 9110 §10.2.3), seconds or a date.
    var retryAfter: Duration?
    /// The media type, for messages.
    var contentType: String?
    /// Whether the head tells a length that is no length: then nobody knows whether the body came whole
    /// (RFC 9112 §6.3, rule 5).
    var hasInvalidLength = false
    /// Where a redirect points, for messages.
    var location: String?

    /// Takes in one line of the head, as libcurl hands it over.
    ///
    /// - Parameter line: The line with its line end.
    mutating func receive(_ line: Span<UInt8>) {
        if line.count > 5, line.extracting(0..<5).equalsIgnoringCase("HTTP/") {
            // A new status line: an interim 1xx response came before (RFC 9110 §15.2).
            self = ResponseHead()
            status = Self.statusCode(line)
            return
        }
        guard let colon = line.indices.first(where: { line[$0] == UInt8(ascii: ":") }) else {
            return
        }
        let name = line.extracting(0..<colon)
        let value = line.extracting((colon + 1)..<line.count).trimmed()
        guard value.count > 0 else { return }
        if name.equalsIgnoringCase("x-ms-continuation-queryid") {
            continuation = String(copying: value)
        } else if name.equalsIgnoringCase("content-type") {
            contentType = String(copying: value)
        } else if name.equalsIgnoringCase("content-length") {
            // libcurl takes one that it cannot count for none at all.
            if (value.decimalInteger() ?? -1) < 0 { hasInvalidLength = true }
        } else if name.equalsIgnoringCase("location") {
            location = String(copying: value)
        }
    }

    private static func statusCode(_ line: Span<UInt8>) -> Int {
        guard let space = line.indices.first(where: { line[$0] == 0x20 }), space + 3 < line.count
        else { return 0 }
        return Int(line.extracting((space + 1)..<(space + 4)).decimalInteger() ?? 0)
    }
}
