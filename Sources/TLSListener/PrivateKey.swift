import COpenSSL

/// The one owner of a private key.
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
