import CExpat

/// An element of an XML document with its attributes, child elements and text.
///
/// Names come without their prefix; namespaces are not told apart.
package struct XMLNode: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The attributes in document order, without namespace declarations.
    package fileprivate(set) var attributes: [Attribute] = []
    /// The child elements in document order.
    package fileprivate(set) var children: [XMLNode] = []
    /// The text directly in this element, joined.
    package fileprivate(set) var text = ""

    /// An attribute of an element.
    package struct Attribute: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The value, references replaced.
        package let value: String
    }

    /// Parses a whole document.
    ///
    /// - Parameter bytes: The document in UTF-8, whatever its declaration says: a text inside a JSON string
    ///   often declares the encoding that it had elsewhere.
    /// - Throws: `MalformedText` for anything that is not well formed, for a document type declaration (so
    ///   that no entity is ever expanded), and beyond the limits of `XMLTreeBuilder`.
    package init(document bytes: [UInt8]) throws(MalformedText) {
        self = try XMLTreeBuilder.parse(bytes)
    }

    fileprivate init(name: String) { self.name = name }

    /// The first child element called `name`.
    func child(_ name: String) -> XMLNode? { children.first { $0.name == name } }
}

/// Builds a tree from the events of an Expat parser, within limits.
// Safe: `parse` makes both, and frees the parser before anybody else could use it.
@safe
private final class XMLTreeBuilder {
    private static let maxDepth = 32
    private static let maxElements = 100_000
    private static let maxAttributes = 256
    private static let maxNameBytes = 256

    private let parser: XML_Parser
    /// The elements that are not closed yet, the root first.
    private var open: [XMLNode] = []
    private var root: XMLNode?
    private var elementCount = 0
    /// Why parsing was stopped before its end.
    private var refusal: String?

    private init(_ parser: XML_Parser) { unsafe self.parser = parser }

    static func parse(_ bytes: [UInt8]) throws(MalformedText) -> XMLNode {
        // Expat would follow the byte order mark of UTF-16, whatever encoding it is given.
        guard String(validating: bytes, as: UTF8.self) != nil,
            let count = CInt(exactly: bytes.count)
        else { throw MalformedText("The XML is not UTF-8.") }
        guard let parser = unsafe XML_ParserCreate("UTF-8") else {
            throw MalformedText("There is no memory to parse the XML.")
        }
        defer { unsafe XML_ParserFree(parser) }
        let builder = unsafe XMLTreeBuilder(parser)
        builder.setHandlers()
        let status = unsafe bytes.withUnsafeBytes { bytes in
            unsafe XML_Parse(
                parser,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                count,
                1
            )
        }
        guard status == XML_STATUS_OK, builder.refusal == nil, let root = builder.root else {
            throw builder.failure
        }
        return root
    }

    private func setHandlers() {
        // The builder outlives its parser, so it is lent to it without being retained.
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let name = unsafe name, let attributes = unsafe attributes else { return }
                unsafe XMLTreeBuilder.from(context)?.start(name, attributes)
            },
            { context, _ in unsafe XMLTreeBuilder.from(context)?.end() }
        )
        unsafe XML_SetCharacterDataHandler(parser) { context, text, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
            unsafe XMLTreeBuilder.from(context)?.append(String(decoding: bytes, as: UTF8.self))
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            unsafe XMLTreeBuilder.from(context)?.stop("a document type is not accepted")
        }
        // Expat accepts any version.
        unsafe XML_SetXmlDeclHandler(parser) { context, version, _, _ in
            guard let version = unsafe version else { return }
            let text = unsafe String(cString: version)
            let isVersion1 = text.hasPrefix("1.") && UInt(text.dropFirst(2)) != nil
            if !isVersion1 { unsafe XMLTreeBuilder.from(context)?.stop("the version is not 1.x") }
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
        unsafe context.map { unsafe Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The error that ended parsing, with its position.
    private var failure: MalformedText {
        let reason =
            unsafe refusal ?? XML_ErrorString(XML_GetErrorCode(parser)).map {
                unsafe String(cString: $0)
            } ?? "no element found"
        let line = unsafe XML_GetCurrentLineNumber(parser)
        let column = unsafe XML_GetCurrentColumnNumber(parser) + 1
        return MalformedText(
            "The XML is not well formed: \(reason), at line \(line), column \(column)."
        )
    }

    /// Ends parsing; Expat may still report what it has read already.
    private func stop(_ reason: String) {
        if refusal == nil { refusal = reason }
        _ = unsafe XML_StopParser(parser, 0)
    }

    /// Opens an element; names and values of its attributes alternate in `list`, up to a null.
    private func start(
        _ name: UnsafePointer<CChar>,
        _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) {
        guard refusal == nil else { return }
        elementCount += 1
        guard open.count < Self.maxDepth else { return stop("it is nested too deeply") }
        guard elementCount <= Self.maxElements else { return stop("it has too many elements") }
        let name = unsafe String(cString: name)
        guard name.utf8.count <= Self.maxNameBytes else { return stop("a name is too long") }
        var node = XMLNode(name: Self.localName(name))
        var index = 0
        while let name = unsafe list[index], let value = unsafe list[index + 1] {
            index += 2
            guard index <= 2 * Self.maxAttributes else { return stop("it has too many attributes") }
            let name = unsafe String(cString: name)
            guard name.utf8.count <= Self.maxNameBytes else { return stop("a name is too long") }
            guard name != "xmlns", !name.hasPrefix("xmlns:") else { continue }
            node.attributes.append(
                XMLNode.Attribute(name: Self.localName(name), value: unsafe String(cString: value))
            )
        }
        open.append(node)
    }

    private func end() {
        guard refusal == nil, let node = open.popLast() else { return }
        if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
    }

    private func append(_ text: String) {
        guard refusal == nil, !open.isEmpty else { return }
        open[open.count - 1].text += text
    }

    private static func localName(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }
}
