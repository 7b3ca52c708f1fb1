import Glibc
import TLSListener

/// The source of the certificate of the REST API.
public enum SimulatorTLS: Sendable {
    /// PEM files with the certificate chain and the key.
    case files(certificate: String, key: String)
    /// A certificate made at the start for `localhost`, its addresses and `names`; the certificate that
    /// clients must trust is written to `authorityFile`.
    case selfSigned(names: [String], authorityFile: String?)
}

extension TLSContext {
    /// Creates the context of a configuration, or `nil` for plain HTTP.
    ///
    /// The authority of a certificate that is made here is written before any client can connect.
    convenience init?(_ configuration: SimulatorConfiguration) throws(ConfigurationError) {
        guard let tls = configuration.tls else { return nil }
        do throws(TLSError) {
            switch tls {
            case .files(let certificate, let key):
                try self.init(certificateFile: certificate, keyFile: key)
            case .selfSigned(let names, let file):
                var all = ["localhost", "127.0.0.1", "::1"]
                for name in names where !all.contains(name) { all.append(name) }
                try self.init(selfSignedFor: all)
                guard let file, let pem = authorityPEM else { return }
                guard OutputFile.replace(file, with: pem) else {
                    throw TLSError(message: "--tls-ca-out \(file) cannot be written")
                }
            }
        } catch {
            throw ConfigurationError(error.message)
        }
    }
}

/// A file that is replaced atomically.
enum OutputFile {
    /// Replaces the content of a file by way of a temporary one beside it.
    ///
    /// - Returns: Whether that succeeded.
    static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        let draft = "\(path).\(getpid()).new"
        guard let file = unsafe fopen(draft, "wx") else { return false }
        let isWritten = unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count
        let isClosed = unsafe fclose(file) == 0
        guard isWritten, isClosed, unsafe rename(draft, path) == 0 else {
            _ = unsafe unlink(draft)
            return false
        }
        return true
    }
}
