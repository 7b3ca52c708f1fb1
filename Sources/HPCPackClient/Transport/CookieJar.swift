/// The cookies of one listing, so that a load balancer sends its pages to one head node.
///
/// libcurl decides which of them a request carries.
// Sendable, unchecked: `Session.list` makes a jar for one listing, and makes the requests that carry it one after the
// other on the thread that called it; nothing else keeps a reference.
final class CookieJar: @unchecked Sendable {
    /// The most cookies that are kept.
    static let limit = 50

    /// The cookies in libcurl's form (Netscape's).
    var lines: [String] = []
}
