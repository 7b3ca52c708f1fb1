/// Numbers as the text format takes them: what Go's ParseFloat reads.
enum SampleNumber {
    /// Appends a whole number.
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        if value >= 0, value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
            return
        }
        var magnitude = value.magnitude
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[start...].reverse()
    }

    /// Appends a number: a whole one without a point, any other in the shortest form that reads back the same.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        if value.isNaN {
            bytes += "NaN".utf8
        } else if value.isInfinite {
            bytes += (value < 0 ? "-Inf" : "+Inf").utf8
        } else if let whole = Int(exactly: value), whole.magnitude < 1 << 53 {
            append(whole, to: &bytes)
        } else {
            bytes += value.description.utf8
        }
    }
}
