import Testing

@testable import ExporterCommand

/// proc(5): /proc/pid/smaps.
struct ResidentMemoryTests {
    private static func mapping(_ head: String, anonymous: Int?) -> String {
        let line = anonymous.map { "Anonymous:      \($0 == 0 ? "       0" : "\($0)") kB\n" } ?? ""
        return head + "\nSize:  4 kB\nRss:  4 kB\nPrivate_Dirty:  0 kB\n" + line
            + "THPeligible:    0\nVmFlags: rd ex mr mw me sd\n"
    }

    @Test(arguments: [
        ("1000-3000 r-xp 00000000 08:01 42    /usr/bin/program", 0, true),
        ("1000-3000 r--p 00000000 08:01 42    /usr/lib/lib x.so (deleted)", 0, true),
        ("1000-3000 r--p 00000000 08:01 42    /usr/lib/relocated.so", 4, false),
        ("1000-3000 r-xp 00000000 08:01 42    /usr/lib/text-relocated.so", 8, false),
        ("1000-3000 rw-p 00000000 08:01 42    /usr/lib/data.so", 0, false),
        ("1000-3000 r--s 00000000 08:01 42    /usr/lib/shared", 0, false),
        ("1000-3000 r-xp 00000000 00:00 0     [vdso]", 0, false),
        ("1000-3000 r--p 00000000 00:00 0", 0, false),
        ("1000-3000 ---p 00000000 08:01 42    /usr/lib/gap.so", 0, false),
        ("1000-3000 r-xp 00000000 08:01 42    /usr/lib/untold.so", nil, false),
    ])
    func `Only pages that equal their file are released`(
        head: String,
        anonymous: Int?,
        isReleased: Bool
    ) {
        let text =
            Self.mapping("0800-1000 rw-p 00000000 00:00 0 [heap]", anonymous: 4)
            + Self.mapping(head, anonymous: anonymous)
            + Self.mapping("4000-5000 rw-p 00000000 00:00 0 [stack]", anonymous: 0)
        #expect(
            ResidentMemory.unchangedFileRanges(in: text) == (isReleased ? [0x1000..<0x3000] : [])
        )
    }

    @Test func `The process goes on after its pages are released`() {
        #expect(ResidentMemory.releaseFilePages() > 1 << 20)
        #expect(ResidentMemory.releaseFilePages() > 1 << 20)
        #expect((1...100).map(String.init).joined().count == 192)
    }
}
