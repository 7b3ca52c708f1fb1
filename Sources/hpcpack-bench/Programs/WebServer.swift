import FoundationEssentials
import Glibc

/// nginx with one worker, set up as its manual advises for serving files.
final class WebServer {
    let port: UInt16
    private let program: ChildProgram

    /// Starts nginx to serve the files of a folder, in which it also keeps its own.
    convenience init(files folder: TemporaryFolder) throws {
        try self.init(folder, "listen 127.0.0.1:$PORT; root \(folder.path);") {
            LoopbackClient.get($0, "/nginx.conf") != nil
        }
    }

    /// Starts nginx to serve the files of a folder by TLS, with the certificate that is in it.
    convenience init(files folder: TemporaryFolder, securedBy certificate: CertificateFiles) throws
    {
        let server = """
            listen 127.0.0.1:$PORT ssl;
            \(certificate.directives)
            root \(folder.path);
            """
        // A request without TLS is answered with 400 as soon as nginx serves.
        try self.init(folder, server) {
            LoopbackClient.get($0, "/")?.head.contains(" 400 ") ?? false
        }
    }

    /// Starts nginx as a TLS proxy in front of a head node.
    ///
    /// It keeps its files and its certificate, `ca.pem`, in `folder`.
    convenience init(securing headNode: HeadNodeProgram, _ folder: TemporaryFolder) throws {
        let certificate = try CertificateFiles(in: folder)
        let server = """
            listen 127.0.0.1:$PORT ssl;
            \(certificate.directives)
            location / { proxy_pass http://127.0.0.1:\(headNode.port); }
            """
        // A request without TLS is answered with 400 as soon as nginx serves.
        try self.init(folder, server) {
            LoopbackClient.get($0, "/")?.head.contains(" 400 ") ?? false
        }
    }

    private init(
        _ folder: TemporaryFolder,
        _ server: String,
        isReady: (_ port: UInt16) -> Bool
    ) throws {
        port = try LoopbackClient.freePort()
        let path = folder.path
        let text = """
            daemon off;
            master_process off;
            worker_processes 1;
            pid \(path)/nginx.pid;
            error_log /dev/null;
            events { worker_connections 64; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=16;
                default_type "text/plain; version=0.0.4; charset=utf-8";
                client_body_temp_path \(path)/b;
                proxy_temp_path \(path)/p;
                fastcgi_temp_path \(path)/f;
                uwsgi_temp_path \(path)/u;
                scgi_temp_path \(path)/s;
                server { \(server.replacing("$PORT", with: "\(port)")) }
            }
            """
        try folder.write(Array(text.utf8), to: "nginx.conf")
        program = try ChildProgram("nginx", ["-e", "/dev/null", "-c", path + "/nginx.conf"])
        for _ in 0..<200 {
            if isReady(port) { return }
            usleep(10_000)
        }
        throw BenchError("nginx does not serve")
    }

    /// User and system time so far, in seconds.
    var cpu: Double { get throws { try program.cpu } }

    func stop() { program.stop() }
}

/// A self-signed certificate for `localhost` and its key, made by openssl.
struct CertificateFiles {
    let certificate: String
    let key: String

    /// Makes `ca.pem` and `key.pem` in a folder.
    init(in folder: TemporaryFolder) throws {
        certificate = folder.path + "/ca.pem"
        key = folder.path + "/key.pem"
        try ChildProgram.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                "-out", certificate,
            ]
        )
    }

    /// What tells nginx of them.
    var directives: String { "ssl_certificate \(certificate); ssl_certificate_key \(key);" }
}

/// wrk with one thread and eight connections, which send requests as fast as the responses come.
enum LoadGenerator {
    /// Sends requests for a time, which must all be answered with success.
    ///
    /// - Returns: Responses a second.
    static func rate(_ url: String, gzip: Bool, seconds: Int) throws -> Double {
        let word = try run(url, gzip: gzip, seconds: seconds, line: "Requests/sec:")
        guard let rate = Double(word), rate > 0 else { throw BenchError("wrk got no responses") }
        return rate
    }

    /// Sends requests for compressed responses for a time, which must all be answered with success.
    ///
    /// - Returns: The time within which 99 of 100 responses came, in seconds.
    static func percentile99(_ url: String, seconds: Int) throws -> Double {
        let word = try run(url, gzip: true, seconds: seconds, ["--latency"], line: "99%")
        let units = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0)]
        for (unit, scale) in units where word.hasSuffix(unit) {
            if let number = Double(word.dropLast(unit.count)) { return number * scale }
        }
        throw BenchError("wrk told no latency: \(word)")
    }

    /// Runs wrk, and finds the last word of a line of its report.
    private static func run(
        _ url: String,
        gzip: Bool,
        seconds: Int,
        _ flags: [String] = [],
        line start: String
    ) throws -> Substring {
        let headers = gzip ? ["-H", "Accept-Encoding: gzip"] : []
        let program = try ChildProgram(
            "wrk",
            ["-t1", "-c8", "-d\(seconds)s"] + flags + headers + [url],
            reading: .standardOutput
        )
        let text = try program.readToEnd()
        program.wait()
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        guard !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let word = lines.first(where: { $0.hasPrefix(start) })?.split(separator: " ").last
        else { throw BenchError("wrk got no responses: \(text)") }
        return word
    }
}

/// A folder of this run's own.
struct TemporaryFolder {
    let path: String

    init() throws {
        // In /tmp itself, since $TMPDIR may be a folder that nginx's user cannot enter.
        path = "/tmp/hpcpack-bench-\(UUID())"
        // The workers of nginx run as another user when it is started as root.
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
