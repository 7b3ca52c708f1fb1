import Glibc
import TLSListener

extension TLSContext {
    /// What the configuration asks for; `nil` for plain HTTP.
    ///
    /// The authority of a certificate made here is written before anybody can connect.
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

/// A file that readers see whole or not at all.
enum OutputFile {
    /// Puts bytes into a file by way of another one beside it.
    ///
    /// - Returns: Whether all of it is there.
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
