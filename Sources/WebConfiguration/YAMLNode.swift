import CYAML

/// A node of a YAML document.
struct YAMLNode {
    enum Content {
        /// A text, and whether it stands without quotes, so that it may mean a number, a boolean or nothing.
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    let content: Content
    /// The line on which the node begins, from 1 on.
    let line: Int

    /// Whether the node stands for nothing (YAML 1.1, `null`).
    var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// Why a text is not the YAML that was expected.
struct YAMLFailure: Error {
    /// The line, from 1 on.
    let line: Int
    /// The reason, in one sentence.
    let reason: String
}

extension YAMLNode {
    /// The most levels of nesting, which also ends a node that contains itself.
    private static let mostLevels = 16
    /// The most nodes, which bounds what aliases of aliases can grow to.
    private static let mostNodes = 20_000

    /// Parses the only document of a text.
    ///
    /// - Parameter text: The text, in UTF-8 or UTF-16.
    /// - Returns: The document; `nil` when there is none.
    /// - Throws: The line and what is wrong there.
    static func parse(_ text: [UInt8]) throws(YAMLFailure) -> YAMLNode? {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw YAMLFailure(line: 1, reason: "there is no memory to read it")
        }
        defer { unsafe yaml_parser_delete(&parser) }
        // The copy outlives the parser, which reads from it.
        let input = UnsafeMutablePointer<UInt8>.allocate(capacity: max(text.count, 1))
        defer { unsafe input.deallocate() }
        unsafe input.initialize(repeating: 0, count: max(text.count, 1))
        for (index, byte) in text.enumerated() { unsafe input[index] = byte }
        unsafe yaml_parser_set_input_string(&parser, input, text.count)
        guard let node = try unsafe next(&parser) else { return nil }
        if let second = try unsafe next(&parser) {
            throw YAMLFailure(line: second.line, reason: "a second document begins here")
        }
        return node
    }

    private static func next(_ parser: inout yaml_parser_t) throws(YAMLFailure) -> YAMLNode? {
        var document = unsafe yaml_document_t()
        guard unsafe yaml_parser_load(&parser, &document) == 1 else {
            throw unsafe failure(of: parser)
        }
        defer { unsafe yaml_document_delete(&document) }
        guard let root = unsafe yaml_document_get_root_node(&document) else { return nil }
        var left = mostNodes
        return try unsafe copy(root, &document, levels: mostLevels, &left)
    }

    private static func failure(of parser: yaml_parser_t) -> YAMLFailure {
        // Texts of libyaml are constants.
        let problem =
            unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
        // A fault of the encoding has an offset and no line.
        let mark = unsafe max(parser.problem_mark.line, parser.mark.line)
        return YAMLFailure(line: Int(mark) + 1, reason: "this is not YAML: \(problem)")
    }

    private static func copy(
        _ node: UnsafeMutablePointer<yaml_node_t>,
        _ document: inout yaml_document_t,
        levels: Int,
        _ left: inout Int
    ) throws(YAMLFailure) -> YAMLNode {
        let line = Int(unsafe node.pointee.start_mark.line) + 1
        left -= 1
        guard levels > 0, left > 0 else {
            throw YAMLFailure(line: line, reason: "this is nested too deeply or too large")
        }
        // Which member of the union is set is told by the type; items and pairs are arrays that end before `top`.
        switch unsafe node.pointee.type {
        case YAML_SCALAR_NODE:
            let scalar = unsafe node.pointee.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            return YAMLNode(content: .scalar(text, isPlain: isPlain), line: line)
        case YAML_SEQUENCE_NODE:
            var items: [YAMLNode] = []
            var item = unsafe node.pointee.data.sequence.items.start
            while let index = unsafe item, unsafe index < node.pointee.data.sequence.items.top {
                items.append(
                    try unsafe copy(at: index.pointee, &document, levels: levels - 1, &left)
                )
                unsafe item = index + 1
            }
            return YAMLNode(content: .list(items), line: line)
        case YAML_MAPPING_NODE:
            var pairs: [(key: YAMLNode, value: YAMLNode)] = []
            var pair = unsafe node.pointee.data.mapping.pairs.start
            while let entry = unsafe pair, unsafe entry < node.pointee.data.mapping.pairs.top {
                let (key, value) = unsafe (entry.pointee.key, entry.pointee.value)
                pairs.append(
                    (
                        try unsafe copy(at: key, &document, levels: levels - 1, &left),
                        try unsafe copy(at: value, &document, levels: levels - 1, &left)
                    )
                )
                unsafe pair = entry + 1
            }
            return YAMLNode(content: .mapping(pairs), line: line)
        default:
            throw YAMLFailure(line: line, reason: "there is nothing to read")
        }
    }

    private static func copy(
        at index: Int32,
        _ document: inout yaml_document_t,
        levels: Int,
        _ left: inout Int
    ) throws(YAMLFailure) -> YAMLNode {
        guard let node = unsafe yaml_document_get_node(&document, index) else {
            throw YAMLFailure(line: 1, reason: "an alias leads nowhere")
        }
        return try unsafe copy(node, &document, levels: levels, &left)
    }
}
