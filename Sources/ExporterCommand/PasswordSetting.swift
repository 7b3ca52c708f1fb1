import HPCPackClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the password comes from, by flags and environment.
enum PasswordSetting {
    /// The source, checked by reading it once.
    ///
    /// - Throws: `UsageError` when the file cannot be read.
    static func source(
        _ values: FlagValues,
        _ environment: [String: String],
        _ warnings: inout [String]
    ) throws(UsageError) -> PasswordSource? {
        if let path = values.text("hpcpack.password-file") {
            let source = PasswordSource.file(path)
            do {
                _ = try source.read()
            } catch {
                throw UsageError("--hpcpack.password-file: \(error.description)")
            }
            if isReadableByOthers(path) {
                warnings.append(
                    "the password file \(path) can be read by others; take the right away with chmod 600"
                )
            }
            return source
        }
        guard let password = environment[Flag.passwordVariable], !password.isEmpty else {
            return nil
        }
        return .fixed(password)
    }

    private static func isReadableByOthers(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return false }
        return status.st_mode & 0o004 != 0
    }
}
