import HPCPackClient

/// The values of a listing that could not be understood, one sample a field.
final class CheckUnread {
    private(set) var samples: [RowDecoder.Field: String] = [:]

    func clear() { samples = [:] }

    /// A time that could not be read, if any.
    var time: String? {
        let fields: [RowDecoder.Field] = [
            .jobSubmitTime, .jobChangeTime, .jobStartTime, .jobEndTime, .taskChangeTime,
            .nodeOnlineTime,
        ]
        return fields.lazy.compactMap { self.samples[$0] }.first
    }

    /// A decoder that notes here what it does not understand.
    func decoder(_ pattern: DateTimePattern?) -> RowDecoder {
        RowDecoder(pattern: pattern) { [self] field, value in
            if samples[field] == nil { samples[field] = String(value.prefix(40)) }
        }
    }
}
