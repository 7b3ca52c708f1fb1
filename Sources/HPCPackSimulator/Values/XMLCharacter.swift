/// The classes of characters that XML 1.0 (fifth edition) tells apart.
extension Unicode.Scalar {
    /// Whether a document may have it at all (§2.2): no control characters but tab and line ends.
    var isXML: Bool {
        value >= 0x20 ? value != 0xFFFE && value != 0xFFFF : [0x09, 0x0A, 0x0D].contains(value)
    }

    /// Whether a name may begin with it (§2.3).
    var isXMLNameStart: Bool {
        switch value {
        case 0x3A, 0x5F, 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF,
            0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF,
            0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default: false
        }
    }

    /// Whether it may stand in a name (§2.3).
    var isXMLNamePart: Bool {
        switch value {
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: isXMLNameStart
        }
    }
}
