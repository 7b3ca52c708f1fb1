import CCurl

/// The base address of the REST service of one head node, such as `https://headnode/hpc`.
public struct HeadNodeURL: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is not the address of a head node, as one sentence.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to write instead.
        public let description: String
    }

    /// The address without a slash at its end.
    let base: String

    /// The address as it is shown to people; it never holds credentials.
    public var description: String { base }

    /// Host and port, such as `headnode:443`.
    public var hostAndPort: String {
        let authority =
            base.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2)
            .first.map(String.init) ?? ""
        // A colon in brackets belongs to an IPv6 address.
        let end = authority.lastIndex(of: "]") ?? authority.startIndex
        return authority[end...].contains(":") ? authority : authority + (isSecure ? ":443" : ":80")
    }

    /// Whether it is spoken to over TLS.
    var isSecure: Bool { base.hasPrefix("https://") }

    /// The path of the REST service.
    public static let defaultPath = "/hpc"

    /// Checks an address and adds a path when it has none.
    ///
    /// - Parameters:
    ///   - text: The address that a person wrote.
    ///   - path: The path for an address without one; `/` for the root.
    /// - Throws: `Invalid` for anything but a plain http or https address.
    public init(_ text: String, defaultPath path: String = defaultPath) throws(Invalid) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw Invalid(description: "holds white space or a control character")
        }
        guard text.contains("://") else {
            throw Invalid(
                description:
                    "has no scheme; write https:// before the name, such as https://headnode"
            )
        }
        guard let parts = unsafe curl_url() else {
            throw Invalid(description: "could not be read: out of memory")
        }
        defer { unsafe curl_url_cleanup(parts) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        let code = unsafe curl_url_set(parts, CURLUPART_URL, text, flags)
        guard code == CURLUE_OK else {
            throw Invalid(description: "is not an address such as https://headnode/hpc")
        }
        func part(_ what: CURLUPart) -> String? { unsafe URLPart.text(what, of: parts) }
        guard let scheme = part(CURLUPART_SCHEME), scheme == "http" || scheme == "https" else {
            throw Invalid(description: "must begin with https:// or http://")
        }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
            throw Invalid(
                description:
                    "must not hold credentials; use --hpcpack.username and --hpcpack.password-file"
            )
        }
        guard part(CURLUPART_QUERY) == nil, part(CURLUPART_FRAGMENT) == nil, !text.hasSuffix("?"),
            !text.hasSuffix("#")
        else {
            throw Invalid(description: "must not hold a query or a fragment")
        }
        guard let host = part(CURLUPART_HOST), !host.isEmpty else {
            throw Invalid(description: "names no host")
        }
        // libcurl would convert it by the character set of the process, which is none in a service.
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw Invalid(
                description:
                    "has a host name with letters beyond ASCII; write the form of it that begins with xn--"
            )
        }
        let port = part(CURLUPART_PORT).map { ":" + $0 } ?? ""
        var given = part(CURLUPART_PATH) ?? ""
        while given.hasSuffix("/") { given.removeLast() }
        if given.isEmpty { given = path }
        while given.hasSuffix("/") { given.removeLast() }
        base = scheme + "://" + Self.host(host, zone: part(CURLUPART_ZONEID)) + port + given
    }

    /// The host of an address, with the interface of a link-local one (RFC 6874).
    private static func host(_ host: String, zone: String?) -> String {
        guard let zone, host.hasSuffix("]") else { return host }
        return host.dropLast() + "%25" + zone + "]"
    }

    /// Where a redirect leads, for people: scheme, host and port, and the path as far as it is known here.
    ///
    /// Account, query and any other path are left out: they may hold a secret.
    ///
    /// - Parameter location: The address as the server sent it, whole or relative.
    /// - Returns: `nil` when it is no address.
    func redirect(_ location: String) -> String? {
        guard let parts = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parts) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        guard unsafe curl_url_set(parts, CURLUPART_URL, base, 0) == CURLUE_OK,
            unsafe curl_url_set(parts, CURLUPART_URL, location, flags) == CURLUE_OK,
            let scheme = unsafe URLPart.text(CURLUPART_SCHEME, of: parts),
            let host = unsafe URLPart.text(CURLUPART_HOST, of: parts)
        else { return nil }
        let port = unsafe URLPart.text(CURLUPART_PORT, of: parts).map { ":" + $0 } ?? ""
        let path = unsafe URLPart.text(CURLUPART_PATH, of: parts) ?? "/"
        let known = Self.path(of: base)
        let isKnown = path == known || path.hasPrefix(known + "/")
        let shown = isKnown ? known : path == "/" ? "" : "/…"
        return "\(scheme)://\(host.prefix(100))\(port)\(shown)"
    }

    private static func path(of base: String) -> String {
        let rest = base.drop { $0 != ":" }.dropFirst(3)
        return String(rest.drop { $0 != "/" })
    }
}
