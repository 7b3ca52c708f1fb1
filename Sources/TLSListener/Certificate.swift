import COpenSSL

/// The one owner of a certificate made here.
@safe
struct Certificate: ~Copyable {
    /// OpenSSL's certificate, valid as long as this value lives.
    let pointer: OpaquePointer

    /// How long a certificate is good: what clients accept at most, and a day for clocks that are late.
    private static let secondsBefore = 86_400
    private static let secondsAfter = 397 * 86_400

    /// Makes the certificate of an authority, signed by itself.
    ///
    /// - Parameters:
    ///   - name: What people see it called.
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
            guard let kind = HostName.kind(of: name) else {
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

    /// Makes and signs a certificate; without an issuer it is its own.
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
