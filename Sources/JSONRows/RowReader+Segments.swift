extension RowReader {
    /// Reads on behind a property's value by known segments and plain values alone.
    ///
    /// It stops where it meets anything else, in the very state in which the slow way would be
    /// there, and begins to record.
    ///
    /// - Returns: the index of the next byte to read.
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
                let place = segments.match(
                    raw,
                    at: index,
                    to: rowStop,
                    startsNamed: property.isNamed
                )
            else { break }
            let segment = segments.list[place]

            let column = property.isNamed ? property.column : segment.firstColumn
            if column >= 0 {
                row.set(column, from: property.start, to: property.end)
            } else {
                row.used = property.mark
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
                mark: row.used
            )
            index = followValue(raw, from: index)
            if state == .text { return index }
        }
        recording = Recording(start: index, startsNamed: property.isNamed)
        return index
    }

    /// Reads the value of a property from behind its opening quote, whole if it is plain.
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

    /// Notes the end of a property in the segment that is being recorded.
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

    /// Notes a name that comes: a second one for the first property is out of the ordinary.
    mutating func recordName() {
        guard let recording else { return }
        if recording.segment.startsNamed, !recording.hasEndedFirst { self.recording = nil }
    }

    /// Notes a value that comes: a string ends the segment.
    mutating func recordValue(isString: Bool, _ bytes: Span<UInt8>, at index: Int) {
        guard var segment = recording?.segment, let recording else { return }
        if !recording.hasEndedFirst {
            self.recording = nil
        } else if isString {
            segment.endsNamed = property.isNamed
            segment.lastColumn = property.column
            segments.remember(segment, bytes.extracting(recording.start..<index + 1))
            self.recording = nil
        }
    }

    /// Notes a list of properties that comes: a second one in a row is out of the ordinary.
    mutating func recordProperties() {
        if recording?.segment.endsRow == false { recording = nil }
    }

    /// Notes a row that begins at an index.
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
    /// The byte at an index; it stops the process if there is none.
    func byte(at index: Int) -> UInt8 {
        // Safe: the load checks its bounds, and every bit pattern is a UInt8.
        unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}
