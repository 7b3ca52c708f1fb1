import Foundation
import HPCPackSimulator
import Testing

struct XMLNodeTests {
    @Test func `Elements, attributes, text, CDATA and references are read`() throws {
        let root = try XMLNode(
            document: Array(
                """
                \u{FEFF}<?xml version="1.0" encoding="utf-16"?>
                <!-- a job -->
                <j:Job xmlns:j="urn:x" Name='A &amp; "B"' Note="a&#x41;&#66;&lt;
                b"><Tasks><Task/>t&gt;<![CDATA[<&x]]>u</Tasks ><?pi x?></j:Job>
                <!-- end -->
                """.utf8
            )
        )
        #expect(root.name == "Job")
        #expect(root.attributes.map { $0.name } == ["Name", "Note"])
        #expect(root.attributes.map { $0.value } == ["A & \"B\"", "aAB< b"])
        #expect(root.children.map { $0.name } == ["Tasks"])
        #expect(root.children[0].text == "t><&xu")
        #expect(root.children[0].children.map { $0.name } == ["Task"])
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "</a>", "<a b=c/>", "<a b/>",
        "<a b='1' b='2'/>", "<a b='<'/>", "<a b='1'c='2'/>", "<a>&nope;</a>", "<a>&amp</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#-5;</a>", "<a>]]></a>", "<a><!-- -- --></a>",
        "<1a/>",
        "< a/>", "<a>\u{1}</a>", "<a>&#1;</a>", "<a><![CDATA[x</a>", "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a><!DOCTYPE b></a>",
    ])
    func `What is not well formed, and every document type, is refused`(_ text: String) {
        #expect(throws: MalformedText.self) { try XMLNode(document: Array(text.utf8)) }
    }

    @Test(arguments: [
        ("<Job>\n  <Task></Tasks>\n</Job>", "mismatched tag, at line 2, column 11"),
        ("<Job>", "no element found, at line 1, column 6"),
        ("\n<!DOCTYPE a><a/>", "a document type is not accepted, at line 2, column "),
        ("<?xml version='2.0'?><a/>", "the version is not 1.x, at line 1, column 1"),
        (
            "<?xml version='1.1'?><a b='<'/>",
            "not well-formed (invalid token), at line 1, column 28"
        ),
    ])
    func `A refusal says what is wrong, and where`(_ text: String, _ expected: String) {
        do throws(MalformedText) {
            _ = try XMLNode(document: Array(text.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.message.hasPrefix("The XML is not well formed: \(expected)"))
        }
    }

    /// A billion characters, and more than a file, for a reader that expands entities.
    @Test func `No entity is expanded, and no file is read`() {
        let levels = (1...9).map {
            "<!ENTITY e\($0) '\(String(repeating: "&e\($0 - 1);", count: 10))'>"
        }
        for declarations in [
            "<!ENTITY e0 'x'>" + levels.joined(), "<!ENTITY e9 SYSTEM 'file:///etc/passwd'>",
            "<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;",
        ] {
            let text = "<!DOCTYPE Job [\(declarations)]><Job Name='&e9;'>&e9;</Job>"
            do throws(MalformedText) {
                _ = try XMLNode(document: Array(text.utf8))
                Issue.record("accepted: \(declarations)")
            } catch {
                #expect(error.message.contains("a document type is not accepted"))
            }
        }
    }

    @Test func `Depth, elements and attributes are bounded`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth))
                    .utf8
            )
        }
        _ = try XMLNode(document: nested(32))
        #expect(throws: MalformedText.self) { try XMLNode(document: nested(33)) }
        #expect(throws: MalformedText.self) { try XMLNode(document: nested(1_000_000)) }
        let many = "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>"
        #expect(throws: MalformedText.self) { try XMLNode(document: Array(many.utf8)) }
        let wide = "<a " + (0..<300).map { "x\($0)='1'" }.joined(separator: " ") + "/>"
        #expect(throws: MalformedText.self) { try XMLNode(document: Array(wide.utf8)) }
        #expect(throws: MalformedText.self) { try XMLNode(document: [0x3C, 0xFF, 0x3E]) }
    }

    /// Every cut is refused, and no changed byte traps.
    @Test func `Cut and changed documents never trap`() {
        let text = Array(
            "<Job Name='x&amp;y'><Tasks><Task A=\"1\"/><!--c--><![CDATA[d]]>&#65;</Tasks></Job>"
                .utf8
        )
        for index in text.indices {
            #expect(throws: MalformedText.self) { try XMLNode(document: Array(text[..<index])) }
            for byte in [0x00, 0x22, 0x26, 0x27, 0x2F, 0x3B, 0x3C, 0x3E, 0x5D, 0x80] as [UInt8] {
                var changed = text
                changed[index] = byte
                _ = try? XMLNode(document: changed)
            }
        }
    }
}
