import Flags

/// Reads the keys of one mapping, of which each must be known and stand there once.
struct SectionReader {
    private let path: String
    private let name: String
    // By bytes: texts with the same letters in another composition are two users.
    private let entries: [[UInt8]: YAMLNode]
    /// The line on which the section begins.
    let line: Int

    /// Opens a mapping.
    ///
    /// - Parameters:
    ///   - node: The mapping; one that stands for nothing has no keys.
    ///   - name: The path of the section's keys; empty for the whole file.
    ///   - path: The file, for errors.
    ///   - known: The keys that it may have; `nil` for any.
    /// - Throws: What is no mapping, unknown or repeated.
    init(
        _ node: YAMLNode?,
        name: String = "",
        in path: String,
        known: [String]?
    ) throws(WebConfigurationError) {
        self.path = path
        self.name = name
        line = node?.line ?? 1
        var entries: [[UInt8]: YAMLNode] = [:]
        if let node, !node.isNull {
            guard case .mapping(let pairs) = node.content else {
                throw WebConfigurationError(
                    path: path,
                    line: node.line,
                    key: name.isEmpty ? nil : name,
                    reason: "keys with values are expected here"
                )
            }
            for (keyNode, value) in pairs {
                guard case .scalar(let key, _) = keyNode.content else {
                    throw WebConfigurationError(
                        path: path,
                        line: keyNode.line,
                        key: name.isEmpty ? nil : name,
                        reason: "a key must be a text"
                    )
                }
                let full = name.isEmpty ? key : "\(name).\(key)"
                if let known, !known.contains(key) {
                    throw WebConfigurationError(
                        path: path,
                        line: keyNode.line,
                        key: full.printable(),
                        reason: "there is no such key; known are \(known.joined(separator: ", "))"
                    )
                }
                guard entries.updateValue(value, forKey: Array(key.utf8)) == nil else {
                    throw WebConfigurationError(
                        path: path,
                        line: keyNode.line,
                        key: full.printable(),
                        reason: "the key stands here twice"
                    )
                }
            }
        }
        self.entries = entries
    }

    /// The keys, in the order of their lines.
    var keys: [String] {
        entries.sorted { $0.value.line < $1.value.line }.map {
            String(decoding: $0.key, as: UTF8.self)
        }
    }

    /// The node of a key; `nil` when there is none, or it stands for nothing.
    func node(_ key: String) -> YAMLNode? {
        entries[Array(key.utf8)].flatMap { $0.isNull ? nil : $0 }
    }

    /// The line of a key, or that of the section.
    func line(of key: String) -> Int { entries[Array(key.utf8)]?.line ?? line }

    /// The error that a value cannot be used.
    func error(_ key: String, _ reason: String, line: Int? = nil) -> WebConfigurationError {
        WebConfigurationError(
            path: path,
            line: line ?? self.line(of: key),
            key: (name.isEmpty ? key : "\(name).\(key)").printable(),
            reason: reason
        )
    }

    /// The text of a key; `nil` when it is missing or empty.
    func text(_ key: String) throws(WebConfigurationError) -> String? {
        guard let node = node(key) else { return nil }
        let text = try self.text(key, node)
        return text.isEmpty ? nil : text
    }

    /// The texts of a list; `nil` when it is missing.
    func texts(_ key: String) throws(WebConfigurationError) -> [(text: String, line: Int)]? {
        guard let node = node(key) else { return nil }
        guard case .list(let items) = node.content else {
            throw error(key, "a list is expected here")
        }
        var texts: [(text: String, line: Int)] = []
        for item in items { texts.append((try text(key, item), item.line)) }
        return texts
    }

    private func text(_ key: String, _ node: YAMLNode) throws(WebConfigurationError) -> String {
        guard case .scalar(let text, _) = node.content else {
            throw error(key, "a text is expected here", line: node.line)
        }
        guard !text.utf8.contains(0) else {
            throw error(key, "it holds a null character", line: node.line)
        }
        return text
    }

    /// The boolean of a key, in any spelling of YAML 1.1; `nil` when it is missing.
    func bool(_ key: String) throws(WebConfigurationError) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .scalar(let text, true) = node.content {
            switch text {
            case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y":
                return true
            case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
                return false
            default: break
            }
        }
        throw error(key, "true or false is expected here")
    }

    /// One of the names of an enumeration; `nil` when it is missing or empty.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _: Choice.Type
    ) throws(WebConfigurationError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(key) else { return nil }
        return try choice(key, text, line: line(of: key))
    }

    /// The names of an enumeration in a list; empty when it is missing.
    func choices<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _: Choice.Type
    ) throws(WebConfigurationError) -> [Choice] where Choice.RawValue == String {
        var choices: [Choice] = []
        for (text, line) in try texts(key) ?? [] {
            choices.append(try choice(key, text, line: line))
        }
        return choices
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        _ text: String,
        line: Int
    ) throws(WebConfigurationError) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw error(key, "\"\(text.printable())\" is none of \(known)", line: line)
    }
}
