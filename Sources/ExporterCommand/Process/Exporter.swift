public import Basics
import ClusterCollector
public import Exposition
import Flags
import Glibc
import HPCPackClient
import HTTPListener
import Logging

/// The running exporter: one thread for each collector, one for pages, one for clients.
public final class Exporter: Sendable {
    private let configuration: Configuration
    private let logger: Logger
    private let collector: ClusterCollector
    private let counter = RequestCounter()
    private let store: PageStore
    private let renderer: PageRenderer
    private let scheduler: CollectionScheduler
    private let server: HTTPServer
    private let access: WebAccess?

    /// Binds the addresses; nothing is read or served yet.
    ///
    /// - Parameters:
    ///   - configuration: What to do.
    ///   - logger: Takes what happens.
    ///   - onReady: Called once the first round has ended and its page is served.
    /// - Throws: `ListenerError` when an address cannot be bound.
    init(
        _ configuration: Configuration,
        logger: Logger,
        onReady: @escaping @Sendable () -> Void = {}
    ) throws(ListenerError) {
        self.configuration = configuration
        self.logger = logger
        let collector = Self.makeCollector(configuration, logger)
        let counter = counter
        let maker = PageMaker(collector, counter, configuration)
        let store = PageStore(maker.page(), onReady: onReady)
        let renderer = PageRenderer(
            store,
            nextExpiry: { collector.nextExpiry(after: $0) },
            render: { maker.page() }
        )
        var limits = ListenerLimits()
        let access = configuration.webConfiguration.map {
            WebAccess($0, handshakeTimeout: limits.headTimeout, logger: logger)
        }
        let routes = Routes(
            telemetryPath: configuration.telemetryPath,
            store: store,
            renderer: renderer,
            counter: counter,
            nodes: { collector.discoveredNodes(at: .now) },
            access: access
        )
        let descriptors = DescriptorLimit.raise(
            connections: configuration.maxConnections,
            concurrency: configuration.client.maxConcurrency,
            addresses: configuration.addresses.count
        )
        if let warning = descriptors.warning { logger.warn(warning) }
        limits.connections = descriptors.connections
        server = try HTTPServer(
            addresses: configuration.addresses,
            limits: limits,
            transport: { socket in
                guard let access else { return PlainTransport(socket) }
                return access.makeTransport(socket)
            },
            onRefusal: { counter.count(.invalid, $0.status) },
            handler: { routes.handle($0) }
        )
        let clusterRounds = Atomic(0)
        scheduler = CollectionScheduler(collector) { name in
            renderer.request()
            // After a second round: the first scrape, which waits for the first one, is not kept waiting.
            if name == .cluster, clusterRounds.add(1, ordering: .relaxed).newValue == 2 {
                ResidentMemory.releaseFilePages()
            }
            logger.debug("A round has ended", ["collector": name.rawValue])
        }
        collector.onInterimUpdate { _ in renderer.request() }
        self.access = access
        self.collector = collector
        self.store = store
        self.renderer = renderer
    }

    /// The addresses as they were bound.
    public var addresses: [String] {
        let scheme = access?.usesTLS == true ? "https" : "http"
        return server.addresses.map { "\(scheme)://\($0)\(configuration.telemetryPath)" }
    }

    /// Starts rounds, pages and the listener; returns at once.
    ///
    /// - Throws: `ThreadError` when one of them gets no thread; others may run then.
    public func start() throws(ThreadError) {
        try renderer.start()
        try scheduler.start()
        try server.start()
        for address in addresses { logger.info("Listening", ["address": address]) }
    }

    /// Begins a round of every collector at once, or as soon as its round under way has ended.
    func refresh() { scheduler.trigger() }

    /// Stops accepting, finishes what is being written, and cancels the rounds under way.
    public func stop() {
        scheduler.stop()
        collector.cancel()
        server.stop(within: .seconds(3))
        access?.stop()
        renderer.stop()
    }

    /// Stops without finishing what is being written.
    func stopNow() { server.stop(within: .zero) }

    /// Waits until the listener has ended.
    public func join() { server.join() }

    /// Waits until the last rounds and their threads have ended.
    ///
    /// - Parameter time: How long to wait.
    /// - Returns: Whether they have ended.
    func joinRounds(within time: Duration) -> Bool { scheduler.join(within: time) }

    static func makeCollector(_ configuration: Configuration, _ logger: Logger) -> ClusterCollector
    {
        let client = HPCPackClient(configuration.client, logger: logger)
        return ClusterCollector(
            client: client,
            configuration: configuration.collector,
            logger: logger
        )
    }

    /// The page of `--once`: the families of the cluster, and which exporter it was.
    ///
    /// What tells of a process that stays has no place in it, and node_exporter, whose textfile collector
    /// may read it, refuses a second `process_cpu_seconds_total` beside its own.
    static func pageOfOneRound(_ collector: ClusterCollector) -> [UInt8] {
        ExpositionPage.render(collector.families(at: .now) + BuildInfo.metrics.families(of: ()))
    }

    /// Every family that a page can hold, sorted by name.
    public static var descriptors: [MetricDescriptor] {
        (ClusterCollector.descriptors + ProcessMetrics.metrics.map(\.descriptor)
            + BuildInfo.metrics.map(\.descriptor) + RequestCounter.metrics.map(\.descriptor))
            .sorted { $0.name < $1.name }
    }
}
