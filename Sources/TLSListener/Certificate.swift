import Basics
import COpenSSL

/// An owned certificate that was made here.
@safe
struct Certificate: ~Copyable {
    /// OpenSSL's certificate, valid as long as this value lives.
    let pointer: OpaquePointer

    /// The validity of a certificate: as long as clients accept, and a day before for clocks that are slow.
    private static let secondsBefore = 86_400
    private static let secondsAfter = 397 * 86_400

    /// Makes the self-signed certificate of an authority.
    ///
    /// - Parameters:
    ///   - name: Its common name.
    ///   - key: Its key.
    /// - Throws: An error with OpenSSL's reason.
    init(authority name: String, key: borrowing PrivateKey) throws(TLSError) {
        unsafe pointer = try Self.make(name, key.pointer, issuer: nil, issuerKey: key.pointer) {
            [
                (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                (NID_key_usage, "critical,keyCertSign,cRLSign"),
                (NID_subject_key_identifier, "hash"),
            ]
        }
    }

    /// Makes the certificate of a host, signed by an authority.
    ///
    /// - Parameters:
    ///   - names: The names and addresses under which clients know it; at least one.
    ///   - key: Its key.
    ///   - authority: The certificate of the authority.
    ///   - authorityKey: The key of the authority.
    /// - Throws: An error for a name that is no host name and no address.
    init(
        host names: [String],
        key: borrowing PrivateKey,
        authority: borrowing Certificate,
        authorityKey: borrowing PrivateKey
    ) throws(TLSError) {
        var alternatives: [String] = []
        for name in names {
            guard let kind = SubjectName.kind(of: name) else {
                throw TLSError(
                    message: "\"\(name.prefix(80))\" is neither a host name nor an IP address"
                )
            }
            alternatives.append("\(kind.rawValue):\(name)")
        }
        let issuer = unsafe authority.pointer
        unsafe pointer = try Self.make(
            names.first ?? "localhost",
            key.pointer,
            issuer: issuer,
            issuerKey: authorityKey.pointer
        ) {
            [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid"),
                (NID_subject_alt_name, alternatives.joined(separator: ",")),
            ]
        }
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Makes and signs a certificate; without an issuer it is self-signed.
    private static func make(
        _ name: String,
        _ key: OpaquePointer,
        issuer: OpaquePointer?,
        issuerKey: OpaquePointer,
        extensions: () -> [(Int32, String)]
    ) throws(TLSError) -> OpaquePointer {
        guard let made = unsafe X509_new() else { throw TLSError("cannot make a certificate") }
        let authority = unsafe issuer ?? made
        let serial = UInt64.random(in: 1...UInt64(Int64.max))
        // The common name may have 64 characters at most (RFC 5280, upper bounds).
        var isMade =
            unsafe X509_set_version(made, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), serial) == 1
            && copenssl_set_validity(made, secondsBefore, secondsAfter) == 1
            && copenssl_set_names(made, authority, String(name.prefix(64))) == 1
            && X509_set_pubkey(made, key) == 1
        for (kind, value) in extensions() where isMade {
            isMade = unsafe copenssl_add_extension(made, authority, kind, value) == 1
        }
        isMade = unsafe isMade && X509_sign(made, issuerKey, EVP_sha256()) > 0
        guard isMade else {
            unsafe X509_free(made)
            throw TLSError("cannot make the certificate of \(name)")
        }
        return unsafe made
    }

    /// The certificate as PEM text.
    func pem() throws(TLSError) -> [UInt8] {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else {
            throw TLSError("cannot write a certificate")
        }
        defer { unsafe BIO_free(memory) }
        var bytes: UnsafeMutablePointer<CChar>?
        guard unsafe PEM_write_bio_X509(memory, pointer) == 1 else {
            throw TLSError("cannot write a certificate")
        }
        let count = unsafe copenssl_memory(memory, &bytes)
        // The memory belongs to the BIO, which is freed after this copy.
        return unsafe UnsafeRawBufferPointer(start: bytes, count: count).map { $0 }
    }
}

/// An owned private key.
@safe
struct PrivateKey: ~Copyable {
    /// OpenSSL's key, valid as long as this value lives.
    let pointer: OpaquePointer

    /// Makes a new key.
    init() throws(TLSError) {
        guard let key = unsafe copenssl_new_key() else { throw TLSError("cannot make a key") }
        unsafe pointer = key
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }
}

/// The names that may be the subject of a certificate.
enum SubjectName {
    /// The kind of a name, as OpenSSL spells it (RFC 5280 §4.2.1.6).
    enum Kind: String {
        case name = "DNS"
        case address = "IP"
    }

    /// Returns the kind of a name; `nil` when it is neither a host name nor an address.
    ///
    /// Only letters, digits, `-`, `_` and `.` (and one `*.` in front) are allowed in a host name, so that it
    /// cannot add anything else to the certificate.
    static func kind(of text: String) -> Kind? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            let isAddress = bytes.allSatisfy {
                $0.hexadecimalDigit != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
            return isAddress ? .address : nil
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }) {
            return .address
        }
        for (index, label) in labels.enumerated() {
            if index == 0, label == "*", labels.count > 2 { continue }
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy(isLabelCharacter),
                label.first != "-", label.last != "-"
            else { return nil }
        }
        return .name
    }

    private static func isLabelCharacter(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte.isASCIILetter || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
