import Basics
import HTTPListener
import TestSupport

@testable import ExporterCommand

/// The pages of the exporter behind a real listener, made from snapshots that a test publishes.
final class PageServer: Sendable {
    let store = SnapshotStore(PageServer.snapshot("before", isReady: false))
    let counter = RequestCounter()
    let publisher: Publisher
    let port: UInt16
    private let rendered = Rendered()

    /// The pages that the publisher makes next.
    private final class Rendered: Sendable {
        let pages = Mutex<[Snapshot]>([])
    }
    private let server: HTTPServer

    /// Starts the server and the publisher; `expiry` tells when a page that is made must be made anew.
    init(
        telemetryPath: String = "/metrics",
        expiry: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant? = { _ in
            nil
        }
    ) throws {
        let rendered = rendered
        let publisher = Publisher(store, nextExpiry: expiry) {
            rendered.pages.withLock { pages in
                // The last one is made again and again.
                pages.count > 1 ? pages.removeFirst() : pages.first ?? Self.snapshot("none")
            }
        }
        self.publisher = publisher
        let routes = Routes(
            telemetryPath: telemetryPath,
            store: store,
            publisher: publisher,
            counter: counter
        )
        server = try HTTPServer(addresses: [SocketAddress(parsing: "127.0.0.1:0")]) {
            routes.handle($0)
        }
        port = server.addresses.first?.port ?? 0
        server.start()
        publisher.start()
    }

    deinit {
        publisher.stop()
        server.stop(within: .zero)
        server.join()
    }

    /// Lets the publisher make these pages, one after the other.
    func render(_ snapshots: Snapshot...) { rendered.pages.withLock { $0 = snapshots } }

    func ask(_ target: String, method: String = "GET", fields: String = "") throws -> String {
        try LoopbackClient.ask(port, target, method: method, fields: fields)
    }

    static func snapshot(_ text: String, isReady: Bool = true) -> Snapshot {
        let plain = Array("\(text) 1\n".utf8)
        return Snapshot(
            plain: plain,
            gzip: Gzip.compress(plain),
            isReady: isReady,
            status: { Array("<p>\(text)</p>".utf8) }
        )
    }
}
