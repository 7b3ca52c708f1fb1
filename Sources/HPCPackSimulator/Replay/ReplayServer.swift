import Basics
import HTTPListener
import TLSListener

/// A recording on the addresses of the REST API.
final class ReplayServer: Sendable {
    private let server: HTTPServer
    private let scheme: String

    /// Reads the recording and binds the addresses; requests are answered after ``start()``.
    ///
    /// - Parameters:
    ///   - path: The file of the recording.
    ///   - configuration: The addresses, and the certificate.
    /// - Throws: `ConfigurationError` for a file or an address that cannot be used.
    init(path: String, configuration: SimulatorConfiguration) throws(ConfigurationError) {
        let replay: Mutex<Replay>
        do {
            let file = try FileContents(path: path, limit: 64 << 20)
            replay = Mutex(try Replay(archive: file.bytes))
        } catch let error as MalformedText {
            throw ConfigurationError("--replay \(path) is no recording: \(error.message)")
        } catch {
            throw ConfigurationError("--replay \(path) cannot be read: \(error)")
        }
        let tls = try TLSContext(configuration)
        scheme = tls == nil ? "http" : "https"
        do throws(ListenerError) {
            let limits = SimulatorServer.limits
            server = try HTTPServer(
                addresses: SocketAddress.parse(configuration.addresses),
                limits: limits,
                transport: { socket in
                    guard let tls else { return PlainTransport(socket) }
                    return tls.makeTransport(socket, handshakeTimeout: limits.headTimeout)
                }
            ) { exchange in
                let request = exchange.request
                let answer = replay.withLock { replay in
                    replay.answer(request.method, request.path, request.query)
                }
                exchange.respond(HTTPResponse(answer))
            }
        } catch {
            throw ConfigurationError(error.description)
        }
    }

    /// The base addresses, as bound.
    var urls: [String] { server.addresses.map { "\(scheme)://\($0.localAuthority)/hpc" } }

    func start() throws(ThreadError) { try server.start() }

    func stop() { server.stop(within: .seconds(1)) }

    func join() { server.join() }
}
