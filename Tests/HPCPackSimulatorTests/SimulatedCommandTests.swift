import HPCPackSimulator
import Testing

struct SimulatedCommandTests {
    @Test(arguments: [
        ("", 0, 0), ("echo", 0, 0), ("echo hello world", 0, 0), ("exit 3", 0, 3), ("exit", 0, 0),
        ("exit /b 7", 0, 7), ("EXIT -1", 0, -1), ("sleep 12", 12, 0), ("SLEEP.EXE 12", 12, 0),
        ("ping -n 30 localhost", 29, 0), ("ping localhost -n 2", 1, 0), ("ping localhost", 3, 0),
        ("C:\\Windows\\System32\\PING.EXE -n 11 127.0.0.1", 10, 0), ("timeout /t 9", 9, 0),
        ("timeout /T 9 /nobreak", 9, 0), ("timeout 4", 4, 0), ("cmd /c exit 5", 0, 5),
        ("cmd /c \"ping -n 6 localhost && exit 2\"", 5, 2),
        ("cmd.exe /C \"echo a & sleep 3\"", 3, 0),
        ("exit 1 & sleep 9", 0, 1), ("cmd /c \"exit 1\" && sleep 9", 0, 1),
        ("cmd /c \"exit 1\" || sleep 9", 9, 0), ("sleep 1 && sleep 2&sleep 3", 6, 0),
        ("echo \"a & exit 4\"", 0, 0), ("sleep -5", 0, 0), ("sleep 99999999999", 31_622_400, 0),
        ("&& &", 0, 0), ("cmd /c", 0, 0), ("cmd", 0, 0), ("echo \"open", 0, 0),
        ("exit 99999999999999999999", 0, 0), ("sleep x", 0, 0), ("thiscommanddoesnotexist", 0, 1),
        ("nosuch || ping localhost -n 60", 59, 0), ("nosuch && sleep 9", 0, 1),
        ("C:\\bin\\nosuch.exe -n 9", 0, 1), ("hostname", 0, 0), ("time /t", 0, 0),
    ])
    func `Known commands take their time and end with their code`(
        _ text: String,
        _ seconds: Int,
        _ code: Int32
    ) {
        let outcome = SimulatedCommand(text).outcome(program: { _ in 1000 })
        #expect(outcome.seconds == seconds)
        #expect(outcome.exitCode == code)
    }

    @Test func `Programs of the cluster take what is drawn for them, one by one`() {
        let text = "solver.exe -i a && echo x && \"\\\\share\\bin\\render.exe\" b"
        let outcome = SimulatedCommand(text).outcome(program: { $0 * 100 })
        #expect(outcome.seconds == 300 && outcome.exitCode == 0)
    }

    @Test(arguments: [
        ("echo Hello  World", "Hello World\r\n"), ("echo a && echo b & exit 3", "a\r\nb\r\n"),
        ("cmd /c \"echo %Day% $day ${DAY}\"", "My Day My Day My Day\r\n"),
        ("echo 100% $ %none% $none% ${none} $", "100% $ %none% $none% ${none} $\r\n"),
        ("echo %day%s$day-", "My DaysMy Day-\r\n"), ("echo", "\r\n"), ("exit 1", ""),
        ("echo \"a & b\"", "a & b\r\n"), ("exit 1 || echo no", ""), ("sleep 1", ""),
        ("nosuch x", "'nosuch' is no command that the simulator knows.\r\n"),
    ])
    func `What is echoed is the output, with variables expanded`(_ text: String, _ output: String) {
        let outcome = SimulatedCommand(text).outcome(
            variable: { $0.lowercased() == "day" ? "My Day" : nil }
        )
        #expect(outcome.output == output)
    }

    @Test func `Variables count in every argument, and output has its limit`() {
        let long = String(repeating: "x", count: 3000)
        let outcome = SimulatedCommand("echo $v && echo $v && sleep %n% && exit %n%").outcome(
            variable: { ["v": long, "n": "7"][$0] }
        )
        #expect(outcome.seconds == 7 && outcome.exitCode == 7 && outcome.output.count == 4000)
    }

    @Test func `Shells within shells come to an end`() {
        let text = String(repeating: "cmd /c ", count: 1000) + "sleep 5"
        #expect(SimulatedCommand(text).outcome(program: { _ in 7 }).exitCode == 1)
    }

    @Test(arguments: [
        ("echo *", 5, "echo 5"), ("a***b*", 42, "a042b42"), ("none", 1, "none"), ("**", -3, "-03"),
        ("*", 0, "0"),
    ])
    func `Asterisks stand for the value of a step`(_ text: String, _ value: Int, _ expected: String)
    {
        #expect(SimulatedCommand.expanded(text, value: value) == expected)
    }
}
