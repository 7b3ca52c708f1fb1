import CExpat

/// What Expat makes of a document: a reader that shares nothing with the one under test.
final class ReferenceXML {
    /// An answer of the reference.
    enum Answer {
        /// It is well formed; whether it keeps to the bounds of the reader under test.
        case document(PlainElement, isWithinBounds: Bool)
        /// It is not; Expat's sentence.
        case malformed(String)
    }

    private var open: [PlainElement] = []
    private var root: PlainElement?
    private var isWithinBounds = true

    /// Reads a whole document in UTF-8, whatever its declaration says.
    static func read(_ bytes: [UInt8]) -> Answer {
        // Expat would follow a mark of UTF-16.
        guard String(validating: bytes, as: UTF8.self) != nil else { return .malformed("no UTF-8") }
        guard let parser = unsafe XML_ParserCreate("UTF-8") else { fatalError("no memory") }
        defer { unsafe XML_ParserFree(parser) }
        let reader = ReferenceXML()
        // The reader outlives the parser, so it may be lent to it unowned.
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { owner, name, attributes in
                if let name = unsafe name, let attributes = unsafe attributes {
                    unsafe ReferenceXML.of(owner).start(name, attributes)
                }
            },
            { owner, _ in unsafe ReferenceXML.of(owner).end() }
        )
        unsafe XML_SetCharacterDataHandler(parser) { owner, text, count in
            let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(count))
            unsafe ReferenceXML.of(owner).add(String(decoding: bytes, as: UTF8.self))
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { owner, _, _, _, _ in
            unsafe ReferenceXML.of(owner).isWithinBounds = false
        }
        unsafe XML_SetXmlDeclHandler(parser) { owner, version, _, _ in
            // Expat takes any version.
            guard let version = unsafe version.map({ unsafe String(cString: $0) }) else { return }
            let isOne = version.hasPrefix("1.") && Double(version.dropFirst(2)) != nil
            if !isOne { unsafe ReferenceXML.of(owner).isWithinBounds = false }
        }
        let status = unsafe bytes.withUnsafeBytes { bytes in
            unsafe XML_Parse(
                parser,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                CInt(bytes.count),
                1
            )
        }
        guard status == XML_STATUS_OK, let root = reader.root else {
            return unsafe .malformed(String(cString: XML_ErrorString(XML_GetErrorCode(parser))))
        }
        return .document(root, isWithinBounds: reader.isWithinBounds)
    }

    private static func of(_ owner: UnsafeMutableRawPointer?) -> ReferenceXML {
        guard let owner = unsafe owner else { fatalError("Expat lost its user data") }
        return unsafe Unmanaged<ReferenceXML>.fromOpaque(owner).takeUnretainedValue()
    }

    /// Names and values of the attributes come in turns, up to a null.
    private func start(
        _ name: UnsafePointer<CChar>,
        _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) {
        var attributes: [(name: String, value: String)] = []
        var index = 0
        while let name = unsafe list[index], let value = unsafe list[index + 1] {
            unsafe attributes.append((String(cString: name), String(cString: value)))
            index += 2
        }
        let name = unsafe String(cString: name)
        if open.count >= 32 || attributes.count > 256 || name.utf8.count > 256
            || attributes.contains(where: { $0.name.utf8.count > 256 })
        {
            isWithinBounds = false
        }
        open.append(PlainElement(name: name, attributes: attributes))
    }

    private func end() {
        guard let element = open.popLast() else { return }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    private func add(_ text: String) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += text
    }
}
