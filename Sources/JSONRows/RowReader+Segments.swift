extension RowReader {
    /// Continues after the value of a property, as long as known segments and plain values follow.
    ///
    /// It stops at anything else, in the state that the other functions would have there, and begins to
    /// record a segment.
    ///
    /// - Returns: The index of the next byte to read.
    mutating func followSegments(
        _ bytes: Span<UInt8>,
        from start: Int,
        onRow: (borrowing Row) -> Void
    ) -> Int {
        // Safe: a UInt8 has no padding.
        let raw = unsafe bytes.bytes
        var index = start
        while let limit = rowLimit {
            let rowStop = min(raw.byteCount, limit - base)
            guard
                let match = segments.match(
                    raw,
                    at: index,
                    to: rowStop,
                    startsNamed: property.isNamed
                )
            else { break }
            let segment = segments.list[match]

            let column = property.isNamed ? property.column : segment.firstColumn
            if column >= 0 {
                row.set(column, from: property.start, to: property.end)
            } else {
                row.used = property.textStart
            }
            row.present &= ~segment.removed
            if segment.endsRow {
                endRow(onRow)
                beginRow(at: index + segment.rowStart)
            }

            index += segment.length
            property = Property(
                isNamed: segment.endsNamed,
                column: segment.lastColumn,
                textStart: row.used
            )
            index = followValue(raw, from: index)
            if state == .text { return index }
        }
        recording = Recording(start: index, startsNamed: property.isNamed)
        return index
    }

    /// Reads the value of a property from after its opening quote: to its end when it is plain text.
    private mutating func followValue(_ raw: RawSpan, from start: Int) -> Int {
        beginString(.value, isKept: true, at: start - 1)
        var stop = min(raw.byteCount, token.limit - base)
        if let rowLimit { stop = min(stop, rowLimit - base) }
        let index = row.appendPlain(raw, from: start, to: stop)
        guard index < stop, raw.byte(at: index) == UInt8(ascii: "\"") else { return index }
        property.hasValue = true
        property.start = token.start
        property.end = row.used
        state = .afterValue
        return index + 1
    }

    /// Records the end of a property.
    mutating func recordPropertyEnd() {
        guard let recording else { return }
        if !recording.hasEndedFirst {
            self.recording?.hasEndedFirst = true
            self.recording?.segment.firstColumn = property.column
        } else if property.column >= 0 {
            if property.hasValue {
                self.recording = nil
            } else if !recording.segment.endsRow {
                self.recording?.segment.removed |= 1 << UInt64(property.column)
            }
        }
    }

    /// Records the start of a name; a second one for the first property ends the recording.
    mutating func recordName() {
        guard let recording else { return }
        if recording.segment.startsNamed, !recording.hasEndedFirst { self.recording = nil }
    }

    /// Records the start of a value; a string completes the segment.
    mutating func recordValue(isString: Bool, _ bytes: Span<UInt8>, at index: Int) {
        guard var segment = recording?.segment, let recording else { return }
        if !recording.hasEndedFirst {
            self.recording = nil
        } else if isString {
            segment.endsNamed = property.isNamed
            segment.lastColumn = property.column
            segments.insert(segment, bytes.extracting(recording.start..<index + 1))
            self.recording = nil
        }
    }

    /// Records the start of a list of properties; a second one in a row ends the recording.
    mutating func recordProperties() {
        if recording?.segment.endsRow == false { recording = nil }
    }

    /// Records the start of a row; a second one ends the recording.
    mutating func recordRow(at index: Int) {
        guard let recording else { return }
        if recording.segment.endsRow {
            self.recording = nil
        } else {
            self.recording?.segment.endsRow = true
            self.recording?.segment.rowStart = index - recording.start
        }
    }
}

extension RawSpan {
    /// Returns the byte at an index; traps when it is out of bounds.
    func byte(at index: Int) -> UInt8 {
        // Safe: the load checks its bounds, and every bit pattern is a UInt8.
        unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
