import Glibc

/// nginx with one worker that serves the files of a folder, set up as its manual advises for that.
final class WebServer {
    let port: UInt16
    private let program: ChildProgram

    /// Starts it to serve the files of a folder.
    ///
    /// - Parameter folder: The files, and where its own ones go.
    /// - Throws: `BenchError` when it does not serve.
    convenience init(files folder: String) throws(BenchError) {
        let port = try LoopbackClient.freePort()
        try self.init(folder, port, "server { listen 127.0.0.1:\(port); root \(folder); }")
        for _ in 0..<200 {
            if LoopbackClient.get(port, "/nginx.conf") != nil { return }
            usleep(10_000)
        }
        throw BenchError("nginx does not serve")
    }

    /// Starts it to put TLS in front of a head node, with a certificate `ca.pem` of its own.
    ///
    /// - Parameters:
    ///   - headNode: Who answers.
    ///   - folder: Where its files go.
    /// - Throws: `BenchError` when it does not serve.
    convenience init(
        securing headNode: HeadNodeProgram,
        _ folder: String
    ) throws(BenchError) {
        _ = try ChildProgram.cpu(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                folder + "/key.pem", "-out", folder + "/ca.pem",
            ]
        )
        let port = try LoopbackClient.freePort()
        try self.init(
            folder,
            port,
            """
            server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(folder)/ca.pem;
                ssl_certificate_key \(folder)/key.pem;
                location / { proxy_pass http://127.0.0.1:\(headNode.port); }
            }
            """
        )
        for _ in 0..<200 {
            if let answer = LoopbackClient.get(port, "/"), answer.head.contains(" 400 ") { return }
            usleep(10_000)
        }
        throw BenchError("nginx does not serve")
    }

    private init(_ folder: String, _ port: UInt16, _ server: String) throws(BenchError) {
        self.port = port
        let text = """
            daemon off;
            master_process off;
            worker_processes 1;
            pid \(folder)/nginx.pid;
            error_log /dev/null;
            events { worker_connections 64; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=16;
                default_type "text/plain; version=0.0.4; charset=utf-8";
                client_body_temp_path \(folder)/b;
                proxy_temp_path \(folder)/p;
                fastcgi_temp_path \(folder)/f;
                uwsgi_temp_path \(folder)/u;
                scgi_temp_path \(folder)/s;
                \(server)
            }
            """
        try Tools.write(Array(text.utf8), to: folder + "/nginx.conf")
        program = try ChildProgram("nginx", ["-e", "/dev/null", "-c", folder + "/nginx.conf"])
    }

    var cpu: Double { get throws(BenchError) { try program.cpu } }

    func stop() { program.stop() }
}
