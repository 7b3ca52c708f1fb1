import Basics
import HTTPListener
import TLSListener

/// The head nodes of one cluster on their sockets.
final class HeadNodes: Sendable {
    private let simulator: Simulator
    private let services: [HeadNodeService]
    private let scheme: String
    private let outages: OutageRelay

    /// Binds the addresses of all head nodes, and creates or reads their certificate.
    init(_ simulator: Simulator) throws(ConfigurationError) {
        let configuration = simulator.configuration
        let tls = try TLSContext(configuration)
        self.simulator = simulator
        scheme = tls == nil ? "http" : "https"
        let outages = OutageRelay()
        self.outages = outages
        do throws(ListenerError) {
            var services: [HeadNodeService] = []
            for texts in [configuration.addresses, configuration.secondAddresses]
            where services.isEmpty || !texts.isEmpty {
                let number = services.count + 1
                let addresses = try SocketAddress.parse(texts)
                services.append(
                    try HeadNodeService(number: number, addresses: addresses) {
                        addresses throws(ListenerError) in
                        try Self.server(addresses, tls) { exchange in
                            Self.answer(exchange, simulator, number) { time in
                                outages.send(number, time)
                            }
                        }
                    }
                )
            }
            self.services = services
        } catch {
            throw ConfigurationError(error.description)
        }
        // A handler now refers to its service, which owns its handler: stop() breaks the cycle.
        outages.setReceiver { [services, simulator] number, time in
            services[number - 1].die(returningAfter: time)
            simulator.loseTokens(ofHeadNode: number)
        }
    }

    private static func server(
        _ addresses: [SocketAddress],
        _ tls: TLSContext?,
        _ handler: @escaping @Sendable (HTTPExchange) -> Void
    ) throws(ListenerError) -> HTTPServer {
        var limits = SimulatorServer.limits
        // A fault may pause for as long as it likes.
        limits.writeTimeout = never
        limits.transferTimeout = never
        let handshakeTimeout = limits.headTimeout
        return try HTTPServer(
            addresses: addresses,
            limits: limits,
            transport: { socket in
                guard let tls else { return FaultTransport(PlainTransport(socket)) }
                return FaultTransport(tls.makeTransport(socket, handshakeTimeout: handshakeTimeout))
            },
            handler: handler
        )
    }

    /// How long a client that is never answered is kept; it is longer than any client's patience.
    private static let never = Duration.seconds(86_400)

    private static func answer(
        _ exchange: HTTPExchange,
        _ simulator: Simulator,
        _ number: Int,
        dies: (Duration) -> Void
    ) {
        let served = simulator.serve(APIRequest(exchange.request), headNode: number)
        if let time = served.death {
            // The answer is lost with everything else.
            respond(to: exchange, with: RawResponse(bytes: [], resets: true))
            return dies(time)
        }
        switch served.delivery {
        case .whole: exchange.respond(HTTPResponse(served.response), after: served.delay)
        case .bytes(let bytes, let resets):
            let response = RawResponse(bytes: bytes, resets: resets)
            respond(to: exchange, with: response, after: served.delay)
        case .drip(let bytes, let pieceBytes, let pause):
            let response = RawResponse(bytes: bytes, pieceBytes: pieceBytes, pause: pause)
            respond(to: exchange, with: response, after: served.delay)
        case .never: respond(to: exchange, with: RawResponse(bytes: [], resets: true), after: never)
        }
    }

    /// Sends bytes as they are, and ends the connection.
    private static func respond(
        to exchange: HTTPExchange,
        with response: RawResponse,
        after delay: Duration = .zero
    ) {
        (exchange.transportContext as? ResponseReplacement)?.set(response)
        // None of this is sent but its end of the connection.
        exchange.respond(
            HTTPResponse(status: 500, headers: HTTPHeaders([("Connection", "close")])),
            after: delay
        )
    }

    /// Returns the base addresses of head node `number`; none when it does not exist.
    func urls(of number: Int) -> [String] {
        guard let service = services.first(where: { $0.number == number }) else { return [] }
        return service.addresses.map { "\(scheme)://\($0.localAuthority)/hpc" }
    }

    func start() throws(ThreadError) {
        for service in services { try service.start() }
    }

    func stop() {
        outages.setReceiver(nil)
        for service in services { service.stop() }
    }

    func join() {
        for service in services { service.join() }
    }

    /// Answers the calls of the control API about head nodes; returns `nil` for others.
    func control(_ request: APIRequest) -> APIResponse? {
        guard ["/die", "/return", "/head-nodes"].contains(request.path),
            ControlCall.methods[request.path]?.contains(request.method) == true
        else { return nil }
        do throws(APIError) {
            let query = try QueryParameters(request.query)
            switch request.path {
            case "/die":
                var time: Duration?
                if let text = query.text("for") { time = try Self.duration(text) }
                let service = try service(query)
                service.die(returningAfter: time)
                simulator.loseTokens(ofHeadNode: service.number)
            case "/return":
                let service = try service(query)
                guard service.comeBack() else {
                    throw APIError(
                        status: 503,
                        message: "Head node \(service.number) cannot listen on its address again."
                    )
                }
            default: break
            }
            return state
        } catch {
            return APIResponse(error)
        }
    }

    private static func duration(_ text: String) throws(APIError) -> Duration {
        do throws(ConfigurationError) {
            return .seconds(try FaultValue.seconds("for", text))
        } catch {
            throw .badRequest(error.description)
        }
    }

    /// Returns the head node that a call names, or the first when it names none.
    private func service(_ query: QueryParameters) throws(APIError) -> HeadNodeService {
        let number = try query.integer("head-node") ?? 1
        guard let service = services.first(where: { $0.number == number }) else {
            throw .badRequest(
                "There is no head node \(number): head-node is 1 to \(services.count)."
            )
        }
        return service
    }

    /// The answer with every head node: its name, its addresses, and whether it is alive and active.
    private var state: APIResponse {
        let (names, active) = simulator.headNodes
        let json = JSONWriter.bytes { out in
            out.array(services) { out, service in
                let name = names[service.number - 1]
                out.object {
                    $0.member("number") { $0.integer(Int64(service.number)) }
                    $0.member("name") { $0.string(name) }
                    $0.member("urls") { $0.array(urls(of: service.number)) { $0.string($1) } }
                    $0.member("alive") { $0.boolean(service.isAlive) }
                    $0.member("active") { $0.boolean(name == active) }
                }
            }
        }
        return APIResponse(json: json)
    }
}

/// Forwards the outage that a fault demands, from the handler of a request to the sockets of its head node.
private final class OutageRelay: Sendable {
    private let receiver = Mutex<(@Sendable (Int, Duration) -> Void)?>(nil)

    /// Sets who gets outages from now on.
    func setReceiver(_ receiver: (@Sendable (Int, Duration) -> Void)?) {
        self.receiver.withLock { $0 = receiver }
    }

    /// Begins an outage of head node `number`.
    func send(_ number: Int, _ time: Duration) {
        let receiver = receiver.withLock { $0 }
        receiver?(number, time)
    }
}
