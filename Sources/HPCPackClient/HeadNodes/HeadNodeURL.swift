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

    /// Checks an address and adds the path `/hpc` when it has none.
    ///
    /// - Parameter text: The address that a person wrote.
    /// - Throws: `Invalid` for anything but a plain http or https address.
    public init(_ text: String) throws(Invalid) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw Invalid(description: "holds white space or a control character")
        }
        guard let parts = unsafe curl_url() else {
            throw Invalid(description: "could not be read: out of memory")
        }
        defer { unsafe curl_url_cleanup(parts) }
        let code = unsafe curl_url_set(parts, CURLUPART_URL, text, 0)
        guard code == CURLUE_OK else {
            throw Invalid(description: "is not an address such as https://headnode/hpc")
        }
        func part(_ what: CURLUPart) -> String? {
            var bytes: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(parts, what, &bytes, 0) == CURLUE_OK,
                let bytes = unsafe bytes
            else { return nil }
            defer { unsafe curl_free(bytes) }
            return unsafe String(cString: bytes)
        }
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
        let port = part(CURLUPART_PORT).map { ":" + $0 } ?? ""
        var path = part(CURLUPART_PATH) ?? ""
        while path.hasSuffix("/") { path.removeLast() }
        base = scheme + "://" + host + port + (path.isEmpty ? "/hpc" : path)
    }
}
