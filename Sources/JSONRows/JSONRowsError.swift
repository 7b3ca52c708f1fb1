/// Why a text was refused, and where.
public struct JSONRowsError: Error, Equatable, CustomStringConvertible {
    /// The kinds of fault a text can have.
    public enum Kind: Sendable, Equatable {
        /// A byte that the grammar of RFC 8259 does not allow in its place.
        case unexpectedByte
        /// A control character inside a string, which must be escaped (RFC 8259 §7).
        case controlCharacter
        /// A backslash that does not begin one of the escapes of RFC 8259 §7.
        case invalidEscape
        /// A string that is not UTF-8 (RFC 3629 §4).
        case invalidUTF8
        /// Something other than white space after the end of the text.
        case trailingBytes
        /// Correct JSON so far, but not of the shape that was asked for.
        case wrongShape
        /// More open arrays and objects than `JSONLimits.depth`.
        case tooDeep
        /// A string or number longer than `JSONLimits.stringBytes`.
        case stringTooLong
        /// A row longer than `JSONLimits.rowBytes`.
        case rowTooLong
        /// The response ends inside the text.
        case incomplete
    }

    /// What is wrong.
    public let kind: Kind

    /// Where, in bytes from the start of the response.
    public let offset: Int

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - kind: what is wrong.
    ///   - offset: bytes from the start of the response.
    public init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// One sentence that says what is wrong and where.
    public var description: String {
        let place = "byte \(offset) of the response"
        return switch kind {
        case .unexpectedByte: "The response is not JSON: \(place) cannot stand where it stands."
        case .controlCharacter: "The response is not JSON: \(place) is a bare control character."
        case .invalidEscape: "The response is not JSON: \(place) is no part of a known escape."
        case .invalidUTF8: "The response is not JSON: \(place) breaks a UTF-8 sequence."
        case .trailingBytes: "The response is not JSON: at \(place) something follows its end."
        case .wrongShape: "The response has the wrong shape: another type was expected at \(place)."
        case .tooDeep: "The response is nested too deep at \(place)."
        case .stringTooLong: "The response has a string or number that is too long at \(place)."
        case .rowTooLong: "The response has a row that is too long at \(place)."
        case .incomplete: "The response ends too early, after \(offset) bytes."
        }
    }
}
