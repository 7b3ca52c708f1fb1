import Testing

@testable import HPCPackClient

struct HeadNodeURLTests {
    @Test(arguments: [
        ("https://headnode", "https://headnode/hpc"), ("https://headnode/", "https://headnode/hpc"),
        ("http://127.0.0.1:8060/hpc/", "http://127.0.0.1:8060/hpc"),
        ("https://h:444/other/api", "https://h:444/other/api"),
        ("https://[::1]:443", "https://[::1]:443/hpc"), ("HTTPS://Head", "https://Head/hpc"),
        ("http://[fe80::77%25eth0]", "http://[fe80::77%25eth0]/hpc"),
        ("http://[fe80::77%eth0]:81/", "http://[fe80::77%25eth0]:81/hpc"),
        ("https://xn--hd-1ia.example", "https://xn--hd-1ia.example/hpc"),
    ])
    func `An address gets the path of the REST service when it has none`(text: String, base: String)
        throws
    {
        #expect(try HeadNodeURL(text).description == base)
    }

    @Test(arguments: [
        "", "headnode", "ftp://headnode", "https://", "https://user:pw@headnode", "https://h?x=1",
        "https://h/#x",
        "headnode:443", "//headnode", "https:headnode", "https://häd.example", "https://h%C3%A4d",
        "https://h e", "https://h\n", "file:///etc/passwd", "https://h:99999", "://",
    ])
    func `Anything else is refused with a sentence`(text: String) {
        let error = #expect(throws: HeadNodeURL.Invalid.self) { try HeadNodeURL(text) }
        #expect(error?.description.isEmpty == false)
        #expect(error?.description.contains("pw") == false)
    }

    @Test func `What is missing is told`() {
        func words(_ text: String) -> String? {
            #expect(throws: HeadNodeURL.Invalid.self) { try HeadNodeURL(text) }?.description
        }
        for text in ["headnode", "headnode:443", "headnode/hpc", "//headnode"] {
            #expect(words(text)?.contains("has no scheme; write https://") == true, "\(text)")
        }
        #expect(words("https://häd.example")?.contains("xn--") == true)
        #expect(words("ftp://h")?.contains("must begin with https://") == true)
    }

    @Test(arguments: [
        ("https://h", "/", "https://h"), ("https://h/", "/", "https://h"),
        ("https://h/hpc", "/", "https://h/hpc"), ("https://h", "/a/b/", "https://h/a/b"),
    ])
    func `The base path stands where an address has none`(text: String, path: String, base: String)
        throws
    {
        #expect(try HeadNodeURL(text, defaultPath: path).description == base)
    }
}
