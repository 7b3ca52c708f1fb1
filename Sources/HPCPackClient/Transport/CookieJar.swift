/// The cookies of one listing, so that a load balancer sends its pages to one head node.
///
/// libcurl decides which of them a request carries. One thread uses a jar.
final class CookieJar: @unchecked Sendable {
    /// The most cookies that are kept.
    static let limit = 50

    /// The cookies in libcurl's form (Netscape's).
    var lines: [String] = []
}
