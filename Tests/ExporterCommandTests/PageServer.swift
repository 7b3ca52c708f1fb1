import Basics
import ClusterCollector
import Exposition
import HTTPListener
import TestSupport

@testable import ExporterCommand

/// A value that a test changes while others read it.
final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}

/// The pages of the exporter behind a real listener, made from pages that a test publishes.
final class PageServer: Sendable {
    let store = PageStore(PageServer.page("before", isReady: false))
    let counter = RequestCounter()
    let renderer: PageRenderer
    let port: UInt16
    private let rendered = Rendered()
    /// The nodes that service discovery tells.
    let nodes = Shared<DiscoveredNodes?>(nil)

    /// The pages that the renderer makes next.
    private final class Rendered: Sendable {
        let pages = Mutex<[RenderedPage]>([])
    }
    private let server: HTTPServer

    /// Starts the server and the renderer; `expiry` tells when the data of a rendered page expires.
    init(
        telemetryPath: String = "/metrics",
        expiry: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant? = { _ in
            nil
        }
    ) throws {
        let rendered = rendered
        let renderer = PageRenderer(store, nextExpiry: expiry) {
            rendered.pages.withLock { pages in
                // The last one is made again and again.
                pages.count > 1 ? pages.removeFirst() : pages.first ?? Self.page("none")
            }
        }
        self.renderer = renderer
        let routes = Routes(
            telemetryPath: telemetryPath,
            store: store,
            renderer: renderer,
            counter: counter,
            nodes: { [nodes] in nodes.value.withLock { $0 } }
        )
        server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) {
            routes.handle($0)
        }
        port = server.addresses.first?.port ?? 0
        try server.start()
        try renderer.start()
    }

    deinit {
        renderer.stop()
        server.stop(within: .zero)
        server.join()
    }

    /// Lets the renderer make these pages, one after the other.
    func render(_ pages: RenderedPage...) { rendered.pages.withLock { $0 = pages } }

    func ask(_ target: String, method: String = "GET", fields: String = "") throws -> String {
        try RawClient.ask(port, target, fields: fields, method: method)
    }

    /// Whether the page with a text is the latest one.
    func shows(_ text: String) -> Bool {
        let body =
            store.current.metrics.body(Representation(format: .text, isCompressed: false)) ?? []
        return String(decoding: body.joined(), as: UTF8.self).contains("\n\(text) 1\n")
    }

    static func page(_ text: String, isReady: Bool = true) -> RenderedPage {
        var renderer = ExpositionRenderer()
        let family = MetricFamily(MetricDescriptor(text, .gauge, help: "What a test published."), 1)
        return RenderedPage(
            metrics: EncodedPage(renderer.render([family]), PageEncoder(created: 1)),
            isReady: isReady,
            status: { Array("<p>\(text)</p>".utf8) }
        )
    }
}
