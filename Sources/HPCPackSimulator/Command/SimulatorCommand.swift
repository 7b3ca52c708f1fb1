import Glibc

/// The program `hpcpack-simulator`.
public enum SimulatorCommand {
    /// The version of the simulator.
    public static let version = "0.1.0"

    /// Runs the program until SIGTERM or SIGINT.
    ///
    /// - Parameter arguments: The arguments without the program's name.
    /// - Returns: The exit code: 0 as asked, 2 unusable flags.
    public static func run(arguments: [String]) -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            write(SimulatorHelp.text, to: STDOUT_FILENO)
            return 0
        }
        if arguments.contains("--version") {
            write("hpcpack-simulator \(version)\n", to: STDOUT_FILENO)
            return 0
        }
        // Blocked before any thread is started, so that none is interrupted by them.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        _ = signal(SIGPIPE, SIG_IGN)
        do {
            let parsed = try SimulatorArguments(arguments, readFile: readFile)
            let server = try SimulatorServer(configuration: parsed.configuration)
            server.start()
            announce(server, parsed)
            var number: Int32 = 0
            while unsafe sigwait(&signals, &number) != 0 {}
            server.stop()
            server.join()
            return 0
        } catch {
            write("hpcpack-simulator: \(error.description)\n", to: STDERR_FILENO)
            return 2
        }
    }

    private static func announce(_ server: SimulatorServer, _ parsed: SimulatorArguments) {
        for url in server.urls { write("listening on \(url)\n", to: STDOUT_FILENO) }
        for url in server.secondURLs { write("second head node on \(url)\n", to: STDOUT_FILENO) }
        for url in server.controlURLs { write("control on \(url)\n", to: STDOUT_FILENO) }
        if case .selfSigned(_, let file?) = parsed.configuration.tls {
            write("clients must trust \(file)\n", to: STDOUT_FILENO)
        }
        guard let account = parsed.configuration.accounts.first else {
            return write("no credentials are needed\n", to: STDOUT_FILENO)
        }
        let password = parsed.usesDemoPassword ? ", password \(account.password)" : ""
        let others = parsed.configuration.accounts.count - 1
        let more = others > 0 ? " and \(others) more" : ""
        write("user \(account.name)\(password)\(more)\n", to: STDOUT_FILENO)
    }

    private static func readFile(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        // What fills the buffer may go on, and half a file is none.
        guard count < bytes.count else { return nil }
        return String(validating: bytes[..<count], as: UTF8.self)
    }

    /// Writes a text; nobody is left to tell when that fails.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe writeBytes(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// `write(2)` under a name that does not clash with the command's own.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
