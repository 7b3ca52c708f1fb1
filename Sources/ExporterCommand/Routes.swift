import HTTPListener

/// The pages of the exporter (DESIGN: Command line, Endpoints).
struct Routes: Sendable {
    /// The paths that the telemetry path must not take.
    static let fixedPaths = ["/", "/-/healthy", "/-/ready"]

    /// The wait of a first scrape that tells no timeout of its own.
    private static let standardWait = Duration.seconds(10)
    /// What is left of a scrape's own timeout for the answer to travel.
    private static let margin = 0.5
    private static let longestWait = 120.0

    let telemetryPath: String
    let store: SnapshotStore
    let publisher: Publisher
    let counter: RequestCounter

    /// Answers one request.
    func handle(_ exchange: HTTPExchange) {
        let request = exchange.request
        let handler = handler(request.path)
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = HTTPResponse.text(405, "Only GET and HEAD are answered here.\n")
            response.headers.set("Allow", "GET, HEAD")
            return respond(exchange, handler, response)
        }
        switch handler {
        case .metrics: scrape(exchange)
        case .index: respond(exchange, handler, page(store.current))
        case .healthy: respond(exchange, handler, .text(200, "The exporter is running.\n"))
        case .ready:
            let isReady = store.current.isReady
            respond(
                exchange,
                handler,
                isReady
                    ? .text(200, "A first round has ended.\n")
                    : .text(503, "The first round has not ended yet.\n")
            )
        case .other, .invalid:
            respond(
                exchange,
                handler,
                .text(404, "There is no such page; the metrics are at \(telemetryPath).\n")
            )
        }
    }

    private func handler(_ path: String) -> RequestCounter.Handler {
        switch path {
        case telemetryPath: .metrics
        case "/": .index
        case "/-/healthy": .healthy
        case "/-/ready": .ready
        default: .other
        }
    }

    /// The first scrape waits for the first round (DESIGN: Flow); every later one gets ready bytes.
    private func scrape(_ exchange: HTTPExchange) {
        let wait = Self.wait(exchange.request.headers["X-Prometheus-Scrape-Timeout-Seconds"])
        let accepted = exchange.request.headers.values("Accept-Encoding").joined(separator: ",")
        let prefersGzip = AcceptEncoding.prefersGzip(accepted.isEmpty ? nil : accepted)
        let waiter = SnapshotStore.Waiter(exchange: exchange, deadline: .now + wait) { snapshot in
            respond(exchange, .metrics, Self.metrics(snapshot, prefersGzip))
        }
        if store.answer(waiter) { publisher.noteWaiter() }
    }

    /// How long a first scrape may wait.
    ///
    /// - Parameter header: Prometheus' own timeout in seconds, as sent.
    /// - Returns: The wait; a header that makes no sense is ignored.
    static func wait(_ header: String?) -> Duration {
        guard let header, let seconds = Double(header), seconds.isFinite, seconds > 0 else {
            return standardWait
        }
        // A timeout near the margin keeps half of itself.
        return .milliseconds(Int64(min(max(seconds / 2, seconds - margin), longestWait) * 1000))
    }

    private static func metrics(_ snapshot: Snapshot, _ prefersGzip: Bool) -> HTTPResponse {
        var headers = HTTPHeaders([
            ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
            ("Vary", "Accept-Encoding"),
        ])
        guard prefersGzip, let gzip = snapshot.gzip else {
            return HTTPResponse(status: 200, headers: headers, body: snapshot.plain)
        }
        headers.set("Content-Encoding", "gzip")
        return HTTPResponse(status: 200, headers: headers, body: gzip)
    }

    private func page(_ snapshot: Snapshot) -> HTTPResponse {
        let headers = HTTPHeaders([
            ("Content-Type", "text/html; charset=utf-8"),
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'"
            ),
            ("Referrer-Policy", "no-referrer"),
        ])
        return HTTPResponse(status: 200, headers: headers, body: snapshot.status())
    }

    private func respond(
        _ exchange: HTTPExchange,
        _ handler: RequestCounter.Handler,
        _ response: HTTPResponse
    ) {
        var response = response
        // Every page tells of a moment: a proxy or browser that keeps one would lie.
        response.headers.set("Cache-Control", "no-store")
        counter.count(handler, response.status)
        exchange.respond(response)
    }
}
