/// An element of an XML text with all that is in it, for the small bodies that clients send.
///
/// Names come without their prefix; namespaces are not told apart.
package struct XMLNode: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// Its attributes in the order sent.
    package internal(set) var attributes: [Attribute] = []
    /// The elements in it.
    package internal(set) var children: [XMLNode] = []
    /// The text directly in this element, joined.
    package internal(set) var text = ""

    /// An attribute.
    package struct Attribute: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its value, references replaced.
        package let value: String
    }

    /// The first child called `name`.
    func child(_ name: String) -> XMLNode? {
        children.first { $0.name == name }
    }

    /// Reads a whole document.
    ///
    /// - Parameter bytes: the document in UTF-8, whatever its declaration says: a text inside a
    ///   JSON string often declares the encoding it had elsewhere.
    /// - Throws: `MalformedText` for anything that is not well formed, for a document type
    ///   declaration (so no entity is ever expanded), and beyond 32 levels or 100,000 elements.
    package init(document bytes: [UInt8]) throws(MalformedText) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MalformedText("The XML is not UTF-8.")
        }
        var reader = try XMLReader(text)
        self = try reader.document()
    }

    init(name: String) {
        self.name = name
    }
}
