import Basics
import HTTPListener
import Logging
import TLSListener
import WebConfiguration

/// Who is answered, and how, as `--web.config.file` says (docs/web-configuration.md).
///
/// Every request passes through it, those for `/-/healthy` and `/-/ready` too.
final class WebAccess: Sendable {
    private let file: WebConfigurationFile
    private let handshakeTimeout: Duration
    private let logger: Logger
    private let checks = PasswordChecks()
    private let bucket = Mutex(TokenBucket())

    /// Creates the access that a file says.
    ///
    /// - Parameters:
    ///   - file: The file, which is read anew when it changes.
    ///   - handshakeTimeout: How long a handshake may take.
    ///   - logger: Is told when the file has changed.
    init(_ file: WebConfigurationFile, handshakeTimeout: Duration, logger: Logger) {
        self.file = file
        self.handshakeTimeout = handshakeTimeout
        self.logger = logger
    }

    /// Whether clients speak TLS, which only a restart changes.
    var usesTLS: Bool { file.current.tls != nil }

    /// Returns the transport of a client that was accepted.
    func makeTransport(_ socket: consuming Descriptor) -> any ByteTransport {
        look(forNewConnection: true)
        guard let tls = file.current.tls else { return PlainTransport(socket) }
        return tls.makeTransport(socket, handshakeTimeout: handshakeTimeout)
    }

    /// Lets a request pass to its page, or refuses it.
    ///
    /// - Parameters:
    ///   - exchange: The request.
    ///   - refuse: Answers it with a refusal.
    ///   - pass: Answers it with its page; called on another thread when the password had to be checked.
    func admit(
        _ exchange: HTTPExchange,
        refuse: @escaping @Sendable (HTTPExchange, HTTPResponse) -> Void,
        pass: @escaping @Sendable (HTTPExchange) -> Void
    ) {
        look(forNewConnection: false)
        let configuration = file.current.configuration
        if let limit = configuration.rateLimit,
            !bucket.withLock({ $0.spend(limit, at: .now) })
        {
            return refuse(exchange, .text(429, "Too many requests.\n"))
        }
        guard let users = configuration.users else { return pass(exchange) }
        let fields = exchange.request.headers.values("Authorization")
        guard fields.count == 1, let credentials = BasicCredentials(authorization: fields[0]) else {
            return refuse(exchange, Self.unauthorized)
        }
        checks.judge(
            credentials,
            among: users,
            from: Self.source(exchange.clientAddress),
            isWanted: { exchange.isOpen },
            then: { verdict in
                switch verdict {
                case .accepted: pass(exchange)
                case .refused: refuse(exchange, Self.unauthorized)
                case .busy: refuse(exchange, Self.busy)
                }
            }
        )
    }

    /// Adds the fields that the file asks for; they take the place of those that a page has itself.
    func decorate(_ response: inout HTTPResponse) {
        for header in file.current.configuration.headers {
            response.headers.set(header.name, header.value)
        }
    }

    /// Ends the threads that check passwords.
    func stop() { checks.stop() }

    private static var unauthorized: HTTPResponse {
        var response = HTTPResponse.text(401, "A user and a password are needed.\n")
        response.headers.set(
            "WWW-Authenticate",
            #"Basic realm="hpcpack-exporter", charset="UTF-8""#
        )
        return response
    }

    private static var busy: HTTPResponse {
        var response = HTTPResponse.text(503, "Too many passwords are being checked.\n")
        response.headers.set("Retry-After", "1")
        // Whoever floods must not hold a place besides.
        response.headers.set("Connection", "close")
        return response
    }

    /// What clients share that are probably one: an IPv4 address, or a network of IPv6 (RFC 6177).
    private static func source(_ address: [UInt8]) -> [UInt8] {
        address.count == 16 ? Array(address[..<8]) : address
    }

    private func look(forNewConnection isNewConnection: Bool) {
        switch file.look(forNewConnection: isNewConnection) {
        case nil: break
        case .replaced: logger.info("Read the web configuration anew", ["file": file.path])
        case .refused(let reason):
            logger.error(
                "The changed web configuration cannot be used; the last one goes on",
                ["error": reason]
            )
        }
    }
}

/// Tokens of which each request spends one, and which come back with time.
struct TokenBucket {
    /// How many there are, in parts; `nil` for as many as fit.
    private var tokens: Double?
    private var last: ContinuousClock.Instant?

    /// Spends a token.
    ///
    /// - Parameters:
    ///   - limit: How many fit, and how fast they come back.
    ///   - now: The present moment.
    /// - Returns: Whether there was one.
    mutating func spend(
        _ limit: WebConfiguration.RateLimit,
        at now: ContinuousClock.Instant
    ) -> Bool {
        let most = Double(limit.burst)
        let gained = last.map { (now - $0) / limit.interval } ?? most
        let available = min((tokens ?? most) + gained, most)
        last = now
        tokens = available < 1 ? available : available - 1
        return available >= 1
    }
}
