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
        ("exit 99999999999999999999", 0, 0), ("sleep x", 0, 0),
    ])
    func `Known commands take their time and end with their code`(
        _ text: String,
        _ seconds: Int,
        _ code: Int32
    ) {
        let outcome = SimulatedCommand(text).outcome { _ in 1000 }
        #expect(outcome.seconds == seconds)
        #expect(outcome.exitCode == code)
    }

    @Test func `Programs that are not known take what is drawn for them, one by one`() {
        let outcome = SimulatedCommand("solver.exe -i a && echo x && \"my tool\" b").outcome {
            $0 * 100
        }
        #expect(outcome.seconds == 300 && outcome.exitCode == 0)
    }

    @Test func `Shells within shells come to an end`() {
        let text = String(repeating: "cmd /c ", count: 1000) + "sleep 5"
        #expect(SimulatedCommand(text).outcome { _ in 7 }.seconds == 7)
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
