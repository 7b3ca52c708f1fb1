import Basics
import ClusterCollector
import Exposition
import Flags
import HPCPackClient

/// Makes the pages of the exporter from the data that its collector has at the moment.
final class PageMaker: Sendable {
    private let collector: ClusterCollector
    private let counter: RequestCounter
    private let configuration: Configuration
    private let renderer = Mutex(ExpositionRenderer())
    private let encoder = PageEncoder(
        created: ProcessMetrics.current().startTime ?? WallClock.now
    )

    init(_ collector: ClusterCollector, _ counter: RequestCounter, _ configuration: Configuration) {
        self.collector = collector
        self.counter = counter
        self.configuration = configuration
    }

    /// Makes the pages as of now.
    func page() -> RenderedPage {
        // All pages tell of the same rounds.
        let report = collector.report(at: .now)
        let families =
            report.families + ProcessMetrics.metrics.families(of: .current())
            + BuildInfo.metrics.families(of: ()) + RequestCounter.metrics.families(of: counter)
        let now = WallClock.now
        let summary = report.summary
        return RenderedPage(
            metrics: encoder.page(renderer.withLock { $0.render(families) }),
            isReady: report.isReady
        ) { [configuration] in
            let page = StatusPage(
                summary: summary(),
                telemetryPath: configuration.telemetryPath,
                headNodes: configuration.client.headNodes.map(\.description),
                now: now
            )
            return Array(page.html.utf8)
        }
    }
}
