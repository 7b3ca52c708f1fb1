import HPCPackClient

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
            let reading: PasswordSource.Reading
            do {
                reading = try source.read()
            } catch {
                throw UsageError("--hpcpack.password-file: \(error.description)")
            }
            if reading.isExposed {
                warnings.append(
                    "\(source) can be read or changed by others; take the right away with chmod 600"
                )
            }
            return source
        }
        guard var password = environment[Flag.passwordVariable] else { return nil }
        // A secret that was made with echo ends its line, as a file does.
        if password.utf8.last == 0x0A { password.removeLast() }
        guard !password.isEmpty else { return nil }
        guard !PasswordSource.holdsControl(password) else {
            throw UsageError("the variable \(Flag.passwordVariable) holds a control character")
        }
        return .fixed(password)
    }
}
