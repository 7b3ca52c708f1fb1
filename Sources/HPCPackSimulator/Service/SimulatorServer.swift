import HTTPListener

/// A simulator behind real sockets: the REST face, and the control endpoint where one is asked for.
public final class SimulatorServer: Sendable {
    /// What answers.
    public let simulator: Simulator
    private let face: HTTPServer
    private let control: HTTPServer?

    /// Makes the cluster and binds its addresses.
    ///
    /// - Parameter configuration: What to simulate, and where.
    /// - Throws: `ConfigurationError` for a setting or an address that cannot be used.
    public init(configuration: SimulatorConfiguration) throws(ConfigurationError) {
        let simulator = try Simulator(configuration: configuration)
        self.simulator = simulator
        face = try Self.server(configuration.addresses) { request in simulator.answer(request) }
        control =
            configuration.controlAddresses.isEmpty
            ? nil
            : try Self.server(configuration.controlAddresses) { request in
                simulator.control(request)
            }
    }

    /// The base addresses of the REST face, as bound.
    public var urls: [String] { face.addresses.map { "http://\($0)/hpc" } }

    /// The addresses of the control endpoint, as bound.
    public var controlURLs: [String] { control?.addresses.map { "http://\($0)" } ?? [] }

    /// Starts to answer; returns at once.
    public func start() {
        face.start()
        control?.start()
    }

    /// Ends every connection and stops.
    public func stop() {
        face.stop(within: .seconds(1))
        control?.stop(within: .seconds(1))
    }

    /// Waits until the REST face has stopped.
    public func join() { face.join() }

    private static func server(
        _ addresses: [String],
        _ answer: @escaping @Sendable (APIRequest) -> APIResponse
    ) throws(ConfigurationError) -> HTTPServer {
        var limits = ListenerLimits()
        limits.bodyBytes = 16 << 20
        do {
            var parsed: [SocketAddress] = []
            for address in addresses { parsed.append(try SocketAddress(parsing: address)) }
            return try HTTPServer(addresses: parsed, limits: limits) { exchange in
                let request = exchange.request
                var headers: [(name: String, value: String)] = []
                for (name, value) in request.headers { headers.append((name, value)) }
                let answer = answer(
                    APIRequest(
                        request.method,
                        request.path,
                        query: request.query,
                        headers: headers,
                        body: request.body
                    )
                )
                exchange.respond(
                    HTTPResponse(
                        status: answer.status,
                        headers: HTTPHeaders(answer.headers.map { ($0.name, $0.value) }),
                        body: answer.body
                    )
                )
            }
        } catch {
            throw ConfigurationError(error.description)
        }
    }
}
