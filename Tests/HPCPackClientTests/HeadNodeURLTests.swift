import Testing

@testable import HPCPackClient

struct HeadNodeURLTests {
    @Test(arguments: [
        ("https://headnode", "https://headnode/hpc"), ("https://headnode/", "https://headnode/hpc"),
        ("http://127.0.0.1:8060/hpc/", "http://127.0.0.1:8060/hpc"),
        ("https://h:444/other/api", "https://h:444/other/api"),
        ("https://[::1]:443", "https://[::1]:443/hpc"), ("HTTPS://Head", "https://Head/hpc"),
    ])
    func `An address gets the path of the REST service when it has none`(text: String, base: String)
        throws
    {
        #expect(try HeadNodeURL(text).description == base)
    }

    @Test(arguments: [
        "", "headnode", "ftp://headnode", "https://", "https://user:pw@headnode", "https://h?x=1",
        "https://h/#x",
        "https://h e", "https://h\n", "file:///etc/passwd", "https://h:99999", "://",
    ])
    func `Anything else is refused with a sentence`(text: String) {
        let error = #expect(throws: HeadNodeURL.Invalid.self) { try HeadNodeURL(text) }
        #expect(error?.description.isEmpty == false)
        #expect(error?.description.contains("pw") == false)
    }
}
