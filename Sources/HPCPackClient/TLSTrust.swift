/// Whom the client believes when a head node shows its certificate.
public enum TLSTrust: Sendable, Equatable {
    /// The certificate authorities of the system.
    case system
    /// Only the authorities (or self-signed certificates) in this PEM file.
    case caFile(String)
    /// Anyone: the connection is encrypted and its other end unknown.
    case insecure
}
