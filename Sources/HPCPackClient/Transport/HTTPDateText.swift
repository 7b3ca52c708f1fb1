import Basics

/// The dates of HTTP headers, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
enum HTTPDateText {
    private static let pattern = DateTimePattern("ddd, dd MMM yyyy HH:mm:ss 'GMT'")

    /// The time in Unix seconds, or `nil` for any text of another form.
    static func unixSeconds(_ text: Span<UInt8>) -> UInt32? {
        // Headers of obsolete forms (RFC 850, asctime) are not read; nothing sends them any more.
        text.count == 29 ? pattern?.read(text).seconds : nil
    }
}
