/// Why a web configuration file cannot be used.
public struct WebConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    public let path: String
    /// The line in it, from 1 on; `nil` when it cannot be read at all.
    public let line: Int?
    /// The key, such as `tls_server_config.min_version`; `nil` when it is not about one.
    public let key: String?
    /// What is wrong, in one sentence without secrets.
    public let reason: String

    /// File, line, key and reason, in this order.
    public var description: String {
        [line.map { "\(path):\($0)" } ?? path, key, reason].compactMap(\.self)
            .joined(separator: ": ")
    }
}
