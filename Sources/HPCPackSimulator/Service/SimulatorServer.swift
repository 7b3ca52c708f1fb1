public import Basics
import HTTPListener
import TLSListener

/// A simulator on sockets: its head nodes, and the control API where it has an address.
public final class SimulatorServer: Sendable {
    /// The simulator.
    public let simulator: Simulator
    private let headNodes: HeadNodes
    private let control: HTTPServer?

    /// Creates the cluster, and binds its addresses.
    ///
    /// - Parameter configuration: What to simulate, and where.
    /// - Throws: `ConfigurationError` for a setting or an address that cannot be used.
    public init(configuration: SimulatorConfiguration) throws(ConfigurationError) {
        let simulator = try Simulator(configuration: configuration)
        let headNodes = try HeadNodes(simulator)
        self.simulator = simulator
        self.headNodes = headNodes
        guard !configuration.controlAddresses.isEmpty else {
            control = nil
            return
        }
        do throws(ListenerError) {
            control = try HTTPServer(
                addresses: SocketAddress.parse(configuration.controlAddresses),
                limits: Self.limits
            ) { exchange in
                let request = APIRequest(exchange.request)
                let answer = headNodes.control(request) ?? simulator.control(request)
                exchange.respond(HTTPResponse(answer))
            }
        } catch {
            throw ConfigurationError(error.description)
        }
    }

    /// The base addresses of the first head node, as bound.
    public var urls: [String] { headNodes.urls(of: 1) }

    /// The base addresses of the second head node, as bound.
    public var secondURLs: [String] { headNodes.urls(of: 2) }

    /// The addresses of the control API, as bound.
    public var controlURLs: [String] {
        control?.addresses.map { "http://\($0.localAuthority)" } ?? []
    }

    /// Starts to answer, and returns at once.
    ///
    /// - Throws: `ThreadError` when there is no thread for it.
    public func start() throws(ThreadError) {
        try headNodes.start()
        try control?.start()
    }

    /// Ends every connection, and stops.
    public func stop() {
        headNodes.stop()
        control?.stop(within: .seconds(1))
    }

    /// Waits until the head nodes have stopped.
    public func join() { headNodes.join() }

    static var limits: ListenerLimits {
        var limits = ListenerLimits()
        limits.bodyBytes = 16 << 20
        return limits
    }
}

extension SocketAddress {
    /// Parses several addresses.
    static func parse(_ texts: [String]) throws(ListenerError) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        for text in texts { addresses.append(try SocketAddress(parsing: text)) }
        return addresses
    }
}

extension APIRequest {
    /// Creates a request from what a client sent.
    init(_ request: HTTPRequest) {
        var headers: [(name: String, value: String)] = []
        for (name, value) in request.headers { headers.append((name, value)) }
        self.init(
            request.method,
            request.path,
            query: request.query,
            headers: headers,
            body: request.body
        )
    }
}

extension HTTPResponse {
    /// Creates what is sent to a client.
    init(_ answer: APIResponse) {
        self.init(
            status: answer.status,
            headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }),
            body: answer.body
        )
    }
}
