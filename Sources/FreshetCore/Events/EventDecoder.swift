public import FreshetKernels

/// Reads events from the records of a topic.
///
/// What it refuses is named by a code and explained in words; time stamps in the future are the runtime's to judge, which has a clock.
/// A good event costs no allocation but the arena's. Not thread safe: one owner.
public final class EventDecoder {
    private let recordBytesMax: Int
    private let fitsTopics: Bool
    private let assembler: EventAssembler
    private let fields = RawFields()
    private let json: JSONFieldReader?
    private let cells: CellReader?

    /// A decoder of records of one format.
    ///
    /// - Parameters:
    ///   - format: One that `fitsTopics`; records of any other are refused as malformed.
    ///   - topicType: The type of records that name none.
    ///   - recordBytesMax: The longest value that is read.
    public init(format: EventFormat, topicType: EventType?, recordBytesMax: Int) {
        self.recordBytesMax = recordBytesMax
        fitsTopics = format.fitsTopics
        assembler = EventAssembler(format: format, topicType: topicType)
        json = format.container == .json ? JSONFieldReader(names: format.places) : nil
        if case .columns(let columns) = format.container {
            cells = CellReader(columns: columns, separator: UInt8(ascii: ","))
        } else {
            cells = nil
        }
    }

    /// Reads one record.
    ///
    /// - Parameters:
    ///   - value: The record's value; `nil`, a null, is refused.
    ///   - key: The record's key, compared with the user.
    ///   - recordTime: The time of an event that names none.
    ///   - arena: Where the event's texts go.
    public func decode(value: ByteView?, key: ByteView?, recordTime: EventTime?, into arena: ByteArena) -> Decoded {
        do throws(Rejection) {
            try read(value)
            guard var event = try assembler.event(from: fields, recordTime: recordTime, into: arena) else { return .ignored }
            if let key { event.keyDiffers = key != event.user }
            return .event(event)
        } catch {
            return .rejected(error.code, detail: error.detail)
        }
    }

    private func read(_ value: ByteView?) throws(Rejection) {
        guard let value else { throw Rejection(.malformed, "the record has no value") }
        if value.count > recordBytesMax {
            throw Rejection(.recordTooLarge, "the record has \(value.count) bytes; at most \(recordBytesMax) are taken")
        }
        if let json {
            try json.read(value, into: fields)
        } else if let cells {
            try cells.read(value, into: fields)
        } else {
            throw Rejection(.malformed, "records of this format are read from files only")
        }
    }
}

extension EventFormat {
    /// Every name of a field with the field's place.
    var places: [(name: String, place: Int)] {
        fieldNames.enumerated().flatMap { place, names in names.map { ($0, place) } }
    }
}
