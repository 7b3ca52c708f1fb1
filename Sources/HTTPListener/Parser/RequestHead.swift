import Basics

/// The head of a request: read line by line, then validated as a whole.
struct RequestHead: Sendable {
    /// How the body of a request is framed (RFC 9112 §6.3).
    enum Framing: Equatable {
        /// The body is this many bytes long.
        case length(Int)
        /// The body comes in chunks.
        case chunked
    }

    let method: String
    let target: RequestTarget
    let version: HTTPVersion
    private(set) var headers = HTTPHeaders()

    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool { version == .http11 && headers["Expect"] != nil }

    /// Parses a request line (RFC 9112 §3).
    ///
    /// - Parameters:
    ///   - line: The line without CRLF.
    ///   - limits: The methods that are served, for `Allow`.
    /// - Throws: 400 for a malformed line, 405 for CONNECT, 505 for another major version.
    init(line: ArraySlice<UInt8>, limits: ListenerLimits) throws(HTTPRefusal) {
        let parts = line.split(separator: .space, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, first.allSatisfy(\.isTokenCharacter) else {
            throw HTTPRefusal(400, "malformed method")
        }
        let method = String(decoding: first, as: UTF8.self)
        guard parts.count == 3 else {
            throw HTTPRefusal(400, "malformed request line", method: method)
        }
        version = try Self.version(parts[2], method: method)
        guard method != "CONNECT" else {
            throw HTTPRefusal(
                405,
                "CONNECT is not served",
                method: method,
                allow: limits.methods.joined(separator: ", ")
            )
        }
        guard let target = RequestTarget(String(decoding: parts[1], as: UTF8.self)),
            !target.isAsterisk || method == "OPTIONS"
        else { throw HTTPRefusal(400, "malformed request target", method: method) }
        self.method = method
        self.target = target
    }

    private static func version(
        _ text: ArraySlice<UInt8>,
        method: String
    ) throws(HTTPRefusal) -> HTTPVersion {
        let bytes = Array(text)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[5].isASCIIDigit,
            bytes[6] == UInt8(ascii: "."), bytes[7].isASCIIDigit
        else { throw HTTPRefusal(400, "malformed HTTP version", method: method) }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw HTTPRefusal(505, "only HTTP/1.0 and HTTP/1.1 are served", method: method)
        }
        return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }

    /// Parses a field line (RFC 9112 §5) and appends its field.
    ///
    /// - Parameters:
    ///   - line: The line without CRLF.
    ///   - limits: The most fields.
    /// - Throws: 400 for a malformed line, 431 for too many.
    mutating func add(
        fieldLine line: ArraySlice<UInt8>,
        limits: ListenerLimits
    ) throws(HTTPRefusal) {
        let field = try Self.field(line)
        guard headers.fields.count < limits.fieldCount else {
            throw HTTPRefusal(431, "too many fields")
        }
        headers.add(field.name, field.value)
    }

    /// Splits a field line into name and value.
    ///
    /// A line that starts with a blank is a folded one, which RFC 9112 §5.2 lets a server refuse; a
    /// blank before the colon must be refused (§5.1). Both have been used to smuggle requests.
    static func field(
        _ line: ArraySlice<UInt8>
    ) throws(HTTPRefusal) -> (name: String, value: String) {
        if line.first == .space || line.first == .tab {
            throw HTTPRefusal(400, "folded field line")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw HTTPRefusal(400, "field line without a colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isTokenCharacter) else {
            throw HTTPRefusal(400, "malformed field name")
        }
        let value = line[(colon + 1)...]
        guard value.allSatisfy(\.isFieldValueCharacter) else {
            throw HTTPRefusal(400, "malformed field value")
        }
        return (
            String(decoding: name, as: UTF8.self),
            String(text(value).trimmingBlanks())
        )
    }

    /// The text of a field value: UTF-8 where it is that, else ISO 8859-1 (RFC 9110 §5.5).
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        return String(scalars)
    }

    /// Validates the whole head and returns how the body is framed.
    ///
    /// - Parameter limits: The methods and the size of a body that are accepted.
    /// - Returns: The framing; a request without a body has length 0.
    /// - Throws: 400, 405, 413, 417 or 501.
    mutating func finish(limits: ListenerLimits) throws(HTTPRefusal) -> Framing {
        try checkHost()
        let framing = try framing()
        if !limits.methods.isEmpty, !limits.methods.contains(method) {
            throw HTTPRefusal(
                405,
                "the method is not served",
                allow: limits.methods.joined(separator: ", ")
            )
        }
        try checkExpectation()
        switch framing {
        case .length(let count) where count > limits.bodyBytes:
            throw HTTPRefusal(413, "the body is too large")
        case .chunked where limits.bodyBytes == 0:
            throw HTTPRefusal(413, "bodies are not taken")
        default:
            break
        }
        if let authority = target.authority { headers.set("Host", authority) }
        return framing
    }

    /// Checks that there is exactly one `Host` and that it is valid (RFC 9112 §3.2); HTTP/1.0 may omit it.
    private func checkHost() throws(HTTPRefusal) {
        let hosts = headers.values("Host")
        if hosts.isEmpty && version == .http10 { return }
        guard hosts.count == 1 else {
            throw HTTPRefusal(400, hosts.isEmpty ? "no Host field" : "more than one Host field")
        }
        guard HostField.isValid(hosts[0]) else { throw HTTPRefusal(400, "malformed Host field") }
    }

    /// Checks `Expect`, of which only `100-continue` is known (RFC 9110 §10.1.1).
    private func checkExpectation() throws(HTTPRefusal) {
        guard version == .http11 else { return }
        for value in headers.values("Expect")
        where !value.equalsIgnoringCase("100-continue") {
            throw HTTPRefusal(417, "only 100-continue can be expected")
        }
    }

    /// Returns the framing of the body; what two readers could frame differently is refused.
    private func framing() throws(HTTPRefusal) -> Framing {
        let lengths = headers.values("Content-Length")
        let codings = headers.values("Transfer-Encoding")
        guard codings.isEmpty else {
            guard lengths.isEmpty else {
                throw HTTPRefusal(400, "both Transfer-Encoding and Content-Length")
            }
            try checkCodings()
            return .chunked
        }
        guard lengths.count <= 1 else {
            throw HTTPRefusal(400, "more than one Content-Length field")
        }
        guard let length = lengths.first else { return .length(0) }
        guard !length.isEmpty, length.utf8.allSatisfy(\.isASCIIDigit) else {
            throw HTTPRefusal(400, "malformed Content-Length field")
        }
        guard let count = Int(length) else { throw HTTPRefusal(413, "the body is too large") }
        return .length(count)
    }

    /// Checks that `chunked` is the one and only transfer coding (RFC 9112 §6.1, §6.3).
    private func checkCodings() throws(HTTPRefusal) {
        guard version == .http11 else {
            throw HTTPRefusal(400, "Transfer-Encoding in HTTP/1.0")
        }
        let codings = headers.listMembers("Transfer-Encoding")
        let isChunked: (Substring) -> Bool = { $0.equalsIgnoringCase("chunked") }
        guard let last = codings.last, isChunked(last) else {
            throw HTTPRefusal(400, "chunked is not the last transfer coding")
        }
        guard !codings.dropLast().contains(where: isChunked) else {
            throw HTTPRefusal(400, "chunked more than once")
        }
        guard codings.count == 1 else {
            throw HTTPRefusal(501, "only the transfer coding chunked is known")
        }
    }
}
