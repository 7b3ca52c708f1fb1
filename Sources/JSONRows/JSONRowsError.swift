/// An error in a text, and its offset.
public struct JSONRowsError: Error, Equatable, CustomStringConvertible {
    /// The kinds of errors.
    public enum Kind: Sendable, Equatable {
        /// A byte that the grammar of RFC 8259 does not allow at its position.
        case unexpectedByte
        /// A control character inside a string, which must be escaped (RFC 8259 §7).
        case controlCharacter
        /// A backslash that does not begin one of the escapes of RFC 8259 §7.
        case invalidEscape
        /// A string that is not UTF-8 (RFC 3629 §4).
        case invalidUTF8
        /// Something other than white space after the end of the text.
        case trailingBytes
        /// JSON of another shape than `RowShape`.
        case wrongShape
        /// Arrays and objects nested deeper than `JSONLimits.depth`.
        case tooDeep
        /// A string or number longer than `JSONLimits.stringBytes`.
        case stringTooLong
        /// A row longer than `JSONLimits.rowBytes`.
        case rowTooLong
        /// The response ends before the text is complete.
        case incomplete
    }

    /// The kind of the error.
    public let kind: Kind

    /// The position of the error, in bytes from the start of the response.
    public let offset: Int

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - kind: The kind of the error.
    ///   - offset: The position of the error, in bytes from the start of the response.
    public init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// The kind and the position as one sentence.
    public var description: String {
        let position = "byte \(offset) of the response"
        return switch kind {
        case .unexpectedByte: "The response is not JSON: \(position) cannot stand where it stands."
        case .controlCharacter: "The response is not JSON: \(position) is a bare control character."
        case .invalidEscape: "The response is not JSON: \(position) is no part of a known escape."
        case .invalidUTF8: "The response is not JSON: \(position) breaks a UTF-8 sequence."
        case .trailingBytes: "The response is not JSON: at \(position) something follows its end."
        case .wrongShape:
            "The response has the wrong shape: another type was expected at \(position)."
        case .tooDeep: "The response is nested too deep at \(position)."
        case .stringTooLong: "The response has a string or number that is too long at \(position)."
        case .rowTooLong: "The response has a row that is too long at \(position)."
        case .incomplete: "The response ends too early, after \(offset) bytes."
        }
    }
}
