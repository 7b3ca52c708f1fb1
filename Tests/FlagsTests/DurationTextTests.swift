import Flags
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("1h30m", .seconds(5400)),
        ("1d", .seconds(86_400)), ("1m30s", .seconds(90)),
    ])
    func `A duration is parsed and formatted in one form`(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
        #expect(DurationText.format(duration) == text)
    }

    @Test(arguments: [
        "", "5", "s", "1.5s", "-1s", "1s1m", "1s1s", " 1s", "1S", "99999999999s", "1x",
    ])
    func `What is no duration is refused`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
