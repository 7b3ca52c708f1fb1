import Basics
import CCurl
import CPeerCertificate

/// The certificate that a head node showed.
public struct PeerCertificate: Sendable, Equatable {
    /// The SHA-256 fingerprint, in lower-case hexadecimal digits.
    public let sha256: String
    /// The subject, as RFC 2253 writes it.
    public let subject: String
    /// The issuer, as RFC 2253 writes it.
    public let issuer: String
    /// The DNS names and addresses, with commas between; empty for a certificate without any.
    public let names: String
    /// When it becomes valid, in Unix seconds; 0 when it does not tell.
    public let notBefore: Int64
    /// When it expires, in Unix seconds; 0 when it does not tell.
    public let notAfter: Int64

    /// Whether a text has the form of a fingerprint once colons and blanks are dropped: 64 hexadecimal digits.
    ///
    /// - Parameter text: The fingerprint as a person wrote it.
    /// - Returns: Its digits in lower case; `nil` for anything else.
    public static func fingerprint(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
        guard digits.count == 64, digits.allSatisfy({ $0.hexadecimalDigit != nil }) else {
            return nil
        }
        return String(decoding: digits.map(\.lowercasedASCII), as: UTF8.self)
    }

    /// The lines of a PEM text at which a certificate begins that cannot be read, counted from 1.
    ///
    /// - Parameter pem: Certificates, and whatever stands between them.
    /// - Returns: How many certificates begin in the text, and the lines of those that are damaged.
    public static func scan(pem: String) -> (count: Int, damaged: [Int]) {
        let lines = pem.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let starts = lines.indices.filter { isMark("BEGIN", lines[$0]) }
        var damaged: [Int] = []
        for (number, start) in starts.enumerated() {
            let limit = number + 1 < starts.count ? starts[number + 1] : lines.endIndex
            let end = lines[start..<limit].firstIndex { isMark("END", $0) }
            guard let end else {
                damaged.append(start + 1)
                continue
            }
            let block = lines[start...end].joined(separator: "\n") + "\n"
            if unsafe peer_certificate_is_readable(block, block.utf8.count) != 1 {
                damaged.append(start + 1)
            }
        }
        return (starts.count, damaged)
    }

    private static func isMark(_ mark: String, _ line: Substring) -> Bool {
        ["", "TRUSTED ", "X509 "].contains { line.hasPrefix("-----\(mark) \($0)CERTIFICATE-----") }
    }
}

/// Whether the TLS library of libcurl lets a certificate be looked at and judged here.
public enum TLSSupport {
    /// The TLS library as libcurl names it, such as `OpenSSL/3.0.19`.
    public static let library: String = {
        guard let info = unsafe curl_version_info(CURLVERSION_FIRST),
            let name = unsafe info.pointee.ssl_version
        else { return "none" }
        return unsafe String(cString: name)
    }()

    /// Whether it is the OpenSSL that this program is linked to; only then `--hpcpack.server-name` and
    /// `--hpcpack.certificate-sha256` can be kept.
    public static let canJudgeCertificates = unsafe peer_certificate_supports(library) == 1
}

/// The rules for the certificates that one libcurl handle meets, and the one that it met last.
@safe
final class CertificateVerifier {
    private let pointer: OpaquePointer

    /// Makes the rules; `nil` where libcurl's TLS library is not OpenSSL, or there is no memory.
    ///
    /// - Parameters:
    ///   - serverName: The name that the certificate must carry; `nil` to leave that to libcurl.
    ///   - fingerprints: With any, exactly these certificates are accepted.
    init?(serverName: String?, fingerprints: [String]) {
        guard TLSSupport.canJudgeCertificates else { return nil }
        let pins = fingerprints.flatMap(Self.bytes)
        guard let made = unsafe peer_certificate_new(serverName, pins, fingerprints.count) else {
            return nil
        }
        unsafe pointer = made
    }

    deinit {
        unsafe peer_certificate_free(pointer)
    }

    private static func bytes(_ fingerprint: String) -> [UInt8] {
        let digits = fingerprint.utf8.compactMap(\.hexadecimalDigit)
        precondition(digits.count == 64, "a fingerprint has 64 hexadecimal digits")
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Lets the handshakes of a handle be judged.
    ///
    /// - Parameter handle: A libcurl handle, which must not outlive this value.
    /// - Returns: Whether libcurl allows it.
    func install(on handle: UnsafeMutableRawPointer) -> Bool {
        let code = unsafe ccurl_set_ssl_context_callback(handle) { _, context, peer in
            guard let peer = unsafe peer else { return CURLE_SSL_CERTPROBLEM }
            let isInstalled = unsafe peer_certificate_install(context, OpaquePointer(peer)) == 1
            return isInstalled ? CURLE_OK : CURLE_SSL_CERTPROBLEM
        }
        return unsafe code == CURLE_OK
            && ccurl_set_pointer(
                handle,
                CURLOPT_SSL_CTX_DATA,
                UnsafeMutableRawPointer(pointer)
            ) == CURLE_OK
    }

    /// Forgets how the last handshake went.
    func begin() { unsafe peer_certificate_begin(pointer) }

    /// Why the certificate of the last handshake was not accepted, as OpenSSL numbers the reasons.
    var error: Int { unsafe Int(peer_certificate_error(pointer)) }

    /// Whether the server of the last handshake asked for a certificate of the client.
    var wantsClientCertificate: Bool { unsafe peer_certificate_wants_client(pointer) == 1 }

    /// The certificate that was met last.
    var certificate: PeerCertificate? {
        guard unsafe peer_certificate_is_met(pointer) == 1 else { return nil }
        func text(_ bytes: UnsafePointer<CChar>?) -> String {
            unsafe bytes.map { unsafe String(cString: $0) } ?? ""
        }
        let digest = unsafe UnsafeBufferPointer(start: peer_certificate_sha256(pointer), count: 32)
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = unsafe digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return unsafe PeerCertificate(
            sha256: String(decoding: hexadecimal, as: UTF8.self),
            subject: text(peer_certificate_subject(pointer)),
            issuer: text(peer_certificate_issuer(pointer)),
            names: text(peer_certificate_names(pointer)),
            notBefore: Int64(peer_certificate_not_before(pointer)),
            notAfter: Int64(peer_certificate_not_after(pointer))
        )
    }
}
