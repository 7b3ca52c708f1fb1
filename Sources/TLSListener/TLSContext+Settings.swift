import COpenSSL

extension TLSContext {
    typealias Failure = TLSServerSettings.Failure

    /// Applies settings to the context of a value that is being created.
    func apply(_ settings: TLSServerSettings) throws(Failure) {
        try setVersions(settings)
        try setSuites(settings)
        try setCertificate(settings)
        try setClients(settings)
    }

    private func setVersions(_ settings: TLSServerSettings) throws(Failure) {
        var least = settings.minimumVersion
        // Without a suite for them earlier versions cannot be spoken.
        if settings.cipherList == nil { least = .tls13 }
        guard least <= settings.maximumVersion else {
            throw Failure(part: .versions, reason: "leaves no version of TLS to speak")
        }
        let isTaken = unsafe copenssl_set_versions(
            context,
            least.number,
            settings.maximumVersion.number
        )
        guard isTaken == 1 else {
            throw failure(.versions, "has a version that this OpenSSL does not know")
        }
    }

    private func setSuites(_ settings: TLSServerSettings) throws(Failure) {
        if let list = settings.cipherList {
            guard unsafe SSL_CTX_set_cipher_list(context, list) == 1 else {
                throw failure(.cipherSuites, "has no suite that this OpenSSL knows")
            }
        }
        if !settings.prefersOwnCipherSuites { unsafe copenssl_heed_clients_preference(context) }
        guard !settings.curves.isEmpty else { return }
        let curves = settings.curves.map(\.groupName).joined(separator: ":")
        guard unsafe copenssl_set_curves(context, curves) == 1 else {
            throw failure(.curves, "has a curve that this OpenSSL does not know")
        }
    }

    private func setCertificate(_ settings: TLSServerSettings) throws(Failure) {
        let chain = settings.certificate
        let isTaken = unsafe chain.withUnsafeBytes {
            unsafe copenssl_use_chain(context, $0.baseAddress, $0.count)
        }
        guard isTaken == 1 else {
            throw failure(.certificate, "has no certificate that can be used (PEM)")
        }
        let key = settings.key
        let isTheirs = unsafe key.withUnsafeBytes {
            unsafe copenssl_use_key(context, $0.baseAddress, $0.count)
        }
        guard isTheirs == 1 else {
            throw failure(
                .key,
                "has no private key of this certificate (PEM, without a pass phrase)"
            )
        }
    }

    private func setClients(_ settings: TLSServerSettings) throws(Failure) {
        let asked = settings.clientAuthentication
        guard asked != .none else { return }
        guard let policy = unsafe policy else { throw failure(.other, "OpenSSL has no memory") }
        for name in settings.clientNames where unsafe copenssl_allow_name(policy, name) != 1 {
            throw failure(.other, "OpenSSL has no memory")
        }
        unsafe copenssl_ask_clients(context, asked.isRequired ? 1 : 0, policy)
        if let authorities = settings.clientAuthorities {
            let count = unsafe authorities.withUnsafeBytes {
                unsafe copenssl_believe(context, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                throw failure(
                    .clientAuthorities,
                    count == 0 ? "has no certificate (PEM)" : "has a certificate that is damaged"
                )
            }
        } else if asked.verifies, unsafe SSL_CTX_set_default_verify_paths(context) != 1 {
            throw failure(.clientAuthorities, "is missing, and the system has no authorities")
        }
    }

    /// A failure with the last reason that OpenSSL recorded on this thread.
    private func failure(_ part: TLSServerSettings.Part, _ reason: String) -> Failure {
        Failure(part: part, reason: TLSError(reason).message)
    }
}

extension TLSServerSettings.Version {
    /// OpenSSL's number.
    fileprivate var number: Int32 {
        switch self {
        case .tls10: TLS1_VERSION
        case .tls11: TLS1_1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
