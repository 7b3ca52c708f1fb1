import Basics
import Flags
public import TLSListener

/// The contents of a web configuration file as the exporters of Prometheus share it: TLS, fields of all responses,
/// a limit of requests, and users (docs/web-configuration.md).
public struct WebConfiguration: Sendable, Equatable {
    /// Which requests are answered at once: `burst` of them, and one more after each `interval`.
    public struct RateLimit: Sendable, Equatable {
        /// How long it takes until one more is answered.
        public let interval: Duration
        /// How many are answered at once after a pause.
        public let burst: Int

        /// Creates a limit.
        ///
        /// - Parameters:
        ///   - interval: How long it takes until one more is answered, more than nothing.
        ///   - burst: How many are answered at once after a pause, at least one.
        public init(interval: Duration, burst: Int) {
            self.interval = interval
            self.burst = burst
        }
    }

    /// How TLS is spoken; `nil` for not at all.
    public let tls: TLSServerSettings?
    /// Fields of every response: names and values.
    public let headers: [Header]
    /// `nil` for no limit.
    public let rateLimit: RateLimit?
    /// Who may ask; `nil` for everybody.
    public let users: UserTable?

    /// A field of every response.
    public struct Header: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The value, which is not empty.
        public let value: String
    }

    /// Parses a file, and sets up TLS as it says.
    ///
    /// - Parameters:
    ///   - bytes: What it holds.
    ///   - path: Its path, which relative paths in it begin from.
    ///   - read: Reads a file that it names.
    /// - Returns: What it holds, and TLS if it is spoken.
    /// - Throws: The first thing that cannot be used, with its line and key.
    static func parse(
        _ bytes: [UInt8],
        path: String,
        read: (_ path: String) throws(FileContents.Failure) -> [UInt8]
    ) throws(WebConfigurationError) -> (configuration: WebConfiguration, tls: TLSContext?) {
        let root: YAMLNode?
        do throws(YAMLFailure) {
            root = try YAMLNode.parse(bytes)
        } catch {
            throw WebConfigurationError(
                path: path,
                line: error.line,
                key: nil,
                reason: error.reason
            )
        }
        let sections = try SectionReader(
            root,
            in: path,
            known: ["tls_server_config", "http_server_config", "rate_limit", "basic_auth_users"]
        )
        let tls = try TLSSection(sections.node("tls_server_config"), in: path, read: read)
        let configuration = WebConfiguration(
            tls: tls?.settings,
            headers: try headers(sections.node("http_server_config"), path),
            rateLimit: try rateLimit(sections.node("rate_limit"), path),
            users: try users(sections.node("basic_auth_users"), path)
        )
        return (configuration, tls?.context)
    }

    /// The fields that may be set, and the values of those that have no others.
    private static let headerValues: [String: [String]] = [
        "Strict-Transport-Security": [], "X-Content-Type-Options": ["nosniff"],
        "X-Frame-Options": ["deny", "sameorigin"], "X-XSS-Protection": [],
        "Content-Security-Policy": [],
    ]

    private static func headers(_ node: YAMLNode?, _ path: String) throws(WebConfigurationError)
        -> [Header]
    {
        let section = try SectionReader(
            node,
            name: "http_server_config",
            in: path,
            known: ["http2", "headers"]
        )
        // HTTP/1.1 is spoken in either case; clients of HTTP/2 fall back to it by ALPN.
        _ = try section.bool("http2")
        let fields = try SectionReader(
            section.node("headers"),
            name: "http_server_config.headers",
            in: path,
            known: headerValues.keys.sorted()
        )
        var headers: [Header] = []
        for name in fields.keys {
            let value = try fields.text(name) ?? ""
            let allowed = headerValues[name] ?? []
            guard allowed.isEmpty || allowed.contains(value) else {
                throw fields.error(
                    name,
                    "\"\(value.printable())\" is none of \(allowed.joined(separator: ", "))"
                )
            }
            guard value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw fields.error(name, "it holds a control character or a line end")
            }
            if !value.isEmpty { headers.append(Header(name: name, value: value)) }
        }
        return headers
    }

    private static func rateLimit(_ node: YAMLNode?, _ path: String) throws(WebConfigurationError)
        -> RateLimit?
    {
        let section = try SectionReader(
            node,
            name: "rate_limit",
            in: path,
            known: ["interval", "burst"]
        )
        var burst = 0
        if let text = try section.text("burst") {
            guard let number = Int(text), (0...1_000_000) ~= number else {
                throw section.error("burst", "a whole number up to 1000000 is expected here")
            }
            burst = number
        }
        guard let text = try section.text("interval"), text != "0" else { return nil }
        guard let interval = DurationText.parse(text) else {
            throw section.error("interval", "a duration is expected here, such as 100ms or 1s")
        }
        guard interval > .zero else { return nil }
        guard burst > 0 else {
            throw section.error(
                "burst",
                "without a burst of at least 1 no request would ever be answered",
                line: section.line
            )
        }
        return RateLimit(interval: interval, burst: burst)
    }

    private static func users(_ node: YAMLNode?, _ path: String) throws(WebConfigurationError)
        -> UserTable?
    {
        let section = try SectionReader(node, name: "basic_auth_users", in: path, known: nil)
        var users: [[UInt8]: BcryptHash] = [:]
        for name in section.keys {
            guard !name.utf8.contains(UInt8(ascii: ":")) else {
                throw section.error(name, "a user with a colon could never log in (RFC 7617)")
            }
            let text = try section.text(name) ?? ""
            do throws(BcryptHash.Failure) {
                users[Array(name.utf8)] = try BcryptHash(text)
            } catch {
                throw section.error(name, error.reason)
            }
        }
        guard !users.isEmpty else { return nil }
        guard BcryptHash.isSupported else {
            throw WebConfigurationError(
                path: path,
                line: section.line,
                key: "basic_auth_users",
                reason: "the libcrypt of this system cannot check bcrypt"
            )
        }
        return UserTable(users)
    }
}
