/// A folder with certificate authorities and what they have signed, made by the tool `openssl`.
public final class CertificateFolder: Sendable {
    private let folder: TemporaryFolder
    private let openssl: InstalledTool

    /// Makes an empty folder.
    ///
    /// - Throws: What keeps it from being made.
    public init() throws {
        folder = try TemporaryFolder()
        openssl = try InstalledTool("openssl", package: "openssl")
    }

    /// The path of the folder.
    public var path: String { folder.path }

    /// The path of a file in it.
    public subscript(_ name: String) -> String { folder.path(name) }

    /// Writes a file.
    ///
    /// - Returns: Its path.
    /// - Throws: What keeps it from being written.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String {
        try folder.write(name, text)
    }

    /// Makes `NAME.pem` and `NAME.key` of an authority.
    ///
    /// - Throws: What openssl says.
    public func makeAuthority(_ name: String) throws {
        try run(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).pem "
                + "-subj /CN=\(name) -days 2"
        )
    }

    /// Makes `NAME.pem` and `NAME.key` of a host or a client.
    ///
    /// - Parameters:
    ///   - name: Name of the files, and common name.
    ///   - authority: Who signs.
    ///   - names: The alternative names as openssl writes them.
    ///   - usage: The extended key usage.
    ///   - key: What `openssl req -newkey` makes.
    ///   - isAuthority: Whether it may sign others.
    /// - Throws: What openssl says.
    public func makeCertificate(
        _ name: String,
        by authority: String,
        names: String = "DNS:localhost,IP:127.0.0.1",
        usage: String = "serverAuth",
        key: String = "ec -pkeyopt ec_paramgen_curve:P-256",
        isAuthority: Bool = false
    ) throws {
        try run(
            "req -newkey \(key) -nodes -keyout \(name).key -out \(name).csr -subj /CN=\(name)"
        )
        try write(
            "\(name).ext",
            isAuthority
                ? "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n"
                : "subjectAltName=\(names)\nextendedKeyUsage=\(usage)\n"
        )
        try run(
            "x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial "
                + "-out \(name).pem -days 2 -extfile \(name).ext"
        )
    }

    /// Runs openssl in the folder.
    ///
    /// - Parameter command: Its arguments, with blanks between them.
    /// - Throws: What it says when it fails.
    public func run(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try openssl.run(words, in: folder.path)
        guard outcome.status == 0 else {
            throw ChildProcess.Failure(description: "openssl \(command): \(outcome.errors)")
        }
    }
}
