import Basics

/// What the client keeps of the head of a response.
struct ResponseHead: Sendable, Equatable {
    /// The HTTP status of the final response; 0 when none came.
    var status = 0
    /// The token of the next page (`x-ms-continuation-queryId`, in any case; docs/hpcpack-api.md#paging).
    var continuation: String?
    /// The rows of the whole listing (`x-ms-row-count`), where the server tells them.
    var rowCount: Int?
    /// The server's clock in Unix seconds, as `Date` tells it.
    var date: UInt32?
    private var retrySeconds: Int64?
    private var retryDate: UInt32?
    /// The media type in lower case, for messages; `nil` when it does not have the form of one.
    var mediaType: String?
    /// The program that answered, as it calls itself.
    var server: String?
    /// Whether a proxy says that it had a hand in the answer.
    var isProxied = false
    /// The authentication schemes that the server offers, those that are known by name.
    var schemes: [String] = []
    /// Where a redirect leads.
    var location: String?
    /// Whether the head tells a length that is no length: then nobody knows whether the body came whole
    /// (RFC 9112 §6.3, rule 5).
    var hasInvalidLength = false

    /// How long the server asks to be left alone (RFC 9110 §10.2.3), from seconds or a date; at most a day.
    var retryAfter: Duration? {
        let until = retryDate.map { Int64($0) - Int64(date ?? WallClock.seconds) }
        guard let seconds = retrySeconds ?? until, seconds > 0 else { return nil }
        return .seconds(min(seconds, 86_400))
    }

    /// Reads one line of the head, as libcurl hands it over.
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
        } else if name.equalsIgnoringCase("x-ms-row-count") {
            rowCount = value.decimalInteger().map { Int($0) }
        } else if name.equalsIgnoringCase("content-type") {
            mediaType = Self.mediaType(String(copying: value))
        } else if name.equalsIgnoringCase("server") {
            server = String(copying: value)
        } else if name.equalsIgnoringCase("location") {
            location = String(copying: value)
        } else if name.equalsIgnoringCase("www-authenticate") {
            schemes += Self.schemes(String(copying: value)).filter { !schemes.contains($0) }
        } else if name.equalsIgnoringCase("via") || name.equalsIgnoringCase("x-squid-error")
            || name.equalsIgnoringCase("x-cache") || name.equalsIgnoringCase("proxy-status")
        {
            isProxied = true
        } else if name.equalsIgnoringCase("content-length") {
            // libcurl treats one that is no number as none at all.
            if value.decimalInteger() == nil { hasInvalidLength = true }
        } else if name.equalsIgnoringCase("date") {
            date = HTTPDateText.unixSeconds(value)
        } else if name.equalsIgnoringCase("retry-after") {
            retrySeconds = value.decimalInteger()
            retryDate = HTTPDateText.unixSeconds(value)
        }
    }

    /// Whether Windows answers for a service that does not run.
    var isFromWindows: Bool {
        isHTML && server?.lowercased().hasPrefix("microsoft-httpapi/") == true
    }

    /// Whether a proxy answers rather than the head node behind it, whose server is one of Microsoft's.
    var isFromProxy: Bool { isProxied && server?.lowercased().hasPrefix("microsoft") != true }

    /// Whether the body is a page for people.
    var isHTML: Bool { mediaType == "text/html" }

    private static func mediaType(_ value: String) -> String? {
        let type = value.lowercased().prefix { $0 != ";" }.trimmingBlanks()
        let isPlain = type.utf8.allSatisfy {
            $0.isASCIILetter || $0.isASCIIDigit || "/-.+".utf8.contains($0)
        }
        guard isPlain, type.utf8.count <= 60,
            ["text/", "application/", "multipart/", "image/"].contains(where: type.hasPrefix)
        else { return nil }
        return String(type)
    }

    /// The known schemes of a challenge (RFC 9110 §11.6.1); other text of it is not kept.
    static func schemes(_ challenge: String) -> [String] {
        let known = ["Basic", "Bearer", "Digest", "Kerberos", "Negotiate", "NTLM", "Nego2"]
        // A comma inside a quoted text ends nothing.
        let unquoted = challenge.split(separator: "\"", omittingEmptySubsequences: false)
            .enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        return unquoted.split(separator: ",").compactMap { part in
            let word = part.trimmingBlanks().prefix { $0 != " " }.lowercased()
            return known.first { $0.lowercased() == word }
        }
    }

    private static func statusCode(_ line: Span<UInt8>) -> Int {
        guard let space = line.indices.first(where: { line[$0] == 0x20 }), space + 3 < line.count
        else { return 0 }
        return Int(line.extracting((space + 1)..<(space + 4)).decimalInteger() ?? 0)
    }
}
