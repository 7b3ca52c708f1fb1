import Basics
import ClusterCollector
import HTTPListener

/// The HTTP endpoints of the exporter (docs/architecture.md#web-endpoints).
struct Routes: Sendable {
    /// The paths that the telemetry path cannot be.
    static let fixedPaths = ["/", "/-/healthy", "/-/ready", "/sd/nodes"]

    /// How long a first scrape waits that names no timeout of its own.
    private static let defaultWait = Duration.seconds(10)
    /// The seconds of a scrape's own timeout that are kept for sending the answer.
    private static let margin = 0.5
    private static let longestWait = 120.0

    let telemetryPath: String
    let store: PageStore
    let renderer: PageRenderer
    let counter: RequestCounter
    /// The nodes for service discovery; `nil` while they are not known.
    let nodes: @Sendable () -> DiscoveredNodes?
    /// Who is answered; `nil` for everybody.
    var access: WebAccess?

    /// Answers one request.
    func handle(_ exchange: HTTPExchange) {
        guard let access else { return answer(exchange) }
        access.admit(
            exchange,
            refuse: { respond($0, handler($0.request.path), $1) },
            pass: { answer($0) }
        )
    }

    private func answer(_ exchange: HTTPExchange) {
        let request = exchange.request
        let handler = handler(request.path)
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = HTTPResponse.text(405, "Only GET and HEAD are answered here.\n")
            response.headers.set("Allow", "GET, HEAD")
            return respond(exchange, handler, response)
        }
        switch handler {
        case .metrics: scrape(exchange)
        case .index: respond(exchange, handler, statusPage(store.current))
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
        case .discovery:
            respond(exchange, handler, ServiceDiscovery.answer(request.query, nodes))
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
        case "/sd/nodes": .discovery
        default: .other
        }
    }

    /// Answers a scrape with the latest page, once the first round has ended.
    private func scrape(_ exchange: HTTPExchange) {
        let wait = Self.wait(exchange.request.headers["X-Prometheus-Scrape-Timeout-Seconds"])
        func accepted(_ name: String) -> String {
            exchange.request.headers.values(name).joined(separator: ",")
        }
        let representation = Representation(
            format: .init(preferredBy: accepted("Accept")),
            isCompressed: Gzip.isPreferred(by: accepted("Accept-Encoding"))
        )
        let waiter = PageStore.Waiter(exchange: exchange, deadline: .now + wait) { page in
            respond(exchange, .metrics, Self.metrics(page, representation))
        }
        if store.answer(waiter) { renderer.noteWaiter() }
    }

    /// How long a first scrape may wait, by Prometheus' timeout in seconds as it was sent; a malformed one is ignored.
    static func wait(_ header: String?) -> Duration {
        guard let seconds = header?.decimalNumber, seconds > 0 else {
            return defaultWait
        }
        // Of a short timeout half is kept for the answer.
        return .milliseconds(Int64(min(max(seconds / 2, seconds - margin), longestWait) * 1000))
    }

    private static func metrics(
        _ page: RenderedPage,
        _ wanted: Representation
    ) -> HTTPResponse {
        var headers = HTTPHeaders([
            ("Content-Type", wanted.format.contentType), ("Vary", "Accept, Accept-Encoding"),
        ])
        var representation = wanted
        var body = page.metrics.body(representation)
        if body == nil {
            representation.isCompressed = false
            body = page.metrics.body(representation)
        }
        if representation.isCompressed { headers.set("Content-Encoding", "gzip") }
        return HTTPResponse(status: 200, headers: headers, bodyParts: body ?? [])
    }

    private func statusPage(_ page: RenderedPage) -> HTTPResponse {
        let headers = HTTPHeaders([
            ("Content-Type", "text/html; charset=utf-8"),
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'"
            ),
            ("Referrer-Policy", "no-referrer"),
        ])
        return HTTPResponse(status: 200, headers: headers, body: page.status())
    }

    private func respond(
        _ exchange: HTTPExchange,
        _ handler: RequestCounter.Handler,
        _ response: HTTPResponse
    ) {
        var response = response
        // A page from a cache would show old data as current.
        response.headers.set("Cache-Control", "no-store")
        access?.decorate(&response)
        counter.count(handler, response.status)
        exchange.respond(response)
    }
}
