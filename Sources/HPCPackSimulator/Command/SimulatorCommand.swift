import Basics
import Flags
import Glibc

/// The program `hpcpack-simulator`.
public enum SimulatorCommand {
    /// Runs the program until SIGTERM or SIGINT.
    ///
    /// - Parameter arguments: The arguments without the program's name.
    /// - Returns: The exit code: 0 as asked, 1 standard output cannot be written or there is no thread, 2 unusable flags or files.
    public static func run(arguments: [String]) -> Int32 {
        let output = ProgramOutput(program: "hpcpack-simulator")
        _ = signal(SIGPIPE, SIG_IGN)
        if let answer = SimulatorFlags.table.answer(to: arguments) {
            return output.write(answer.utf8) ? 0 : 1
        }
        // Blocked before any thread is started, so that they interrupt none.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT] { unsafe sigaddset(&signals, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        do {
            let parsed = try SimulatorArguments(arguments)
            if let path = parsed.configuration.recordingPath {
                let configuration = parsed.configuration
                let server = try ReplayServer(path: path, configuration: configuration)
                return run(server, configuration, waitingFor: signals, output)
            }
            let server = try SimulatorServer(configuration: parsed.configuration)
            do throws(ThreadError) {
                try server.start()
            } catch {
                output.complain(error.description)
                return 1
            }
            output.write(announcement(server, parsed).utf8)
            var number: Int32 = 0
            while unsafe sigwait(&signals, &number) != 0 {}
            server.stop()
            server.join()
            return 0
        } catch {
            output.complain(error.description)
            return 2
        }
    }

    /// Answers from a recording until a signal.
    private static func run(
        _ server: ReplayServer,
        _ configuration: SimulatorConfiguration,
        waitingFor signals: sigset_t,
        _ output: ProgramOutput
    ) -> Int32 {
        do throws(ThreadError) {
            try server.start()
        } catch {
            output.complain(error.description)
            return 1
        }
        var lines = server.urls.map { "listening on \($0)" }
        if case .selfSigned(_, let file?) = configuration.tls {
            lines.append("clients must trust \(file)")
        }
        lines.append("answering from a recording; no credentials are needed")
        output.write((lines.joined(separator: "\n") + "\n").utf8)
        var (signals, number) = (signals, Int32(0))
        while unsafe sigwait(&signals, &number) != 0 {}
        server.stop()
        server.join()
        return 0
    }

    /// Addresses and accounts for the person who started the program, one fact a line.
    private static func announcement(
        _ server: SimulatorServer,
        _ parsed: SimulatorArguments
    ) -> String {
        var lines = server.urls.map { "listening on \($0)" }
        lines += server.secondURLs.map { "second head node on \($0)" }
        lines += server.controlURLs.map { "control on \($0)" }
        if case .selfSigned(_, let file?) = parsed.configuration.tls {
            lines.append("clients must trust \(file)")
        }
        if let account = parsed.configuration.accounts.first {
            let password = parsed.usesDemoPassword ? ", password \(account.password)" : ""
            let others = parsed.configuration.accounts.count - 1
            lines.append(
                "user \(account.name)\(password)" + (others > 0 ? " and \(others) more" : "")
            )
        } else {
            lines.append("no credentials are needed")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
