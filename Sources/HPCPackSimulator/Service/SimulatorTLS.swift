/// Where the REST face has its certificate from.
public enum SimulatorTLS: Sendable {
    /// From PEM files: the certificate, and those that lead to an authority; and its key.
    case files(certificate: String, key: String)
    /// Made at the start for `localhost`, its addresses and the names given; the certificate that
    /// clients must trust is written to a file where one is given.
    case selfSigned(names: [String], authorityFile: String?)
}
