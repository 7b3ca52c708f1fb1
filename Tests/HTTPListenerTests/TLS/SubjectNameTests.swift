import Testing

@testable import TLSListener

struct SubjectNameTests {
    @Test(arguments: [
        ("localhost", "DNS"), ("head-node.example.com", "DNS"), ("*.example.com", "DNS"),
        ("HEAD_1", "DNS"), ("127.0.0.1", "IP"), ("::1", "IP"), ("fe80::1:2", "IP"),
        ("::ffff:10.0.0.1", "IP"), ("a", "DNS"), ("1a", "DNS"),
    ])
    func `Names and addresses are told apart`(_ text: String, _ kind: String) {
        #expect(SubjectName.kind(of: text)?.rawValue == kind)
    }

    @Test(arguments: [
        "", ".", "a..b", "a.", "-a", "a-", "*", "*.com", "a.*.com", "a,DNS:b", "a b", "a\nb",
        "email:x", "ü.example", "a/b", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 130) + "a",
    ])
    func `Anything else is refused, above all what would add to the certificate`(_ text: String) {
        #expect(SubjectName.kind(of: text) == nil)
    }
}
