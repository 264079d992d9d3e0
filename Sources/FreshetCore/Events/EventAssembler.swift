import CSimdJSON
import FreshetKernels

/// Makes an event of the raw fields of a record, or says why they make none: all rules for fields, whatever the container.
struct EventAssembler {
    /// The longest id in bytes.
    static let idBytesMax = 256

    private let types: TypeTable
    private let time: EventFormat.TimeForm
    private let impliedType: EventType?
    private let sessionIsUser: Bool
    private let idsMayBeNumbers: Bool
    private let hasher = EventHasher()
    private let context = JSONFieldReader(names: [("segment", Int(EventField.context.rawValue))])
    /// What was read of a context: its segment, in the place of the context.
    private let contextFields = RawFields()

    init(format: EventFormat, topicType: EventType?) {
        types = TypeTable(format.typeNames)
        time = format.time
        impliedType = topicType ?? format.impliedType
        sessionIsUser = format.sessionIsUser
        idsMayBeNumbers = format.idsMayBeNumbers
    }

    /// The event, its texts copied into the arena; `nil` where its type is ignored.
    func event(from fields: RawFields, recordTime: EventTime?, into arena: ByteArena) throws(Rejection) -> Event? {
        guard let type = try type(fields[.type]) else { return nil }
        let session = try id(fields[.session], .session)
        let user = sessionIsUser ? session : try id(fields[.user], .user)
        if user.isEmpty { throw Rejection(.missingUser, "the record names no \(sessionIsUser ? "session" : "user_id")") }
        let item = try id(fields[.item], .item)
        if item.isEmpty, type.needsItem { throw Rejection(.missingItem, "\(type.name) needs an item_id") }
        let visitor = try id(fields[.visitor], .visitor)
        if visitor.isEmpty, type == .identify { throw Rejection(.missingVisitor, "identify needs a visitor_id") }

        var event = Event(type: type, time: try time(fields[.time], recordTime), user: user, fingerprint: Fingerprint(high: 0, low: 0))
        event.session = session
        event.item = item
        event.visitor = visitor
        event.eventID = try id(fields[.eventID], .eventID)
        event.query = try text(fields[.query], .query)
        event.price = try amount(fields[.price], .price) ?? .nan
        event.quantity = try amount(fields[.quantity], .quantity) ?? 1
        event.consent = try consent(fields[.consent])
        event.segment = try segment(fields[.context])
        event.fingerprint = hasher.fingerprint(of: event, order: try id(fields[.order], .order))
        event.moveTexts(into: arena)
        return event
    }

    private func type(_ field: freshet_json_field) throws(Rejection) -> EventType? {
        let name = try text(field, .type)
        if name.isEmpty {
            guard let impliedType else { throw Rejection(.missingType, "neither the record nor its topic names a type") }
            return impliedType
        }
        guard let known = types[name] else { throw Rejection(.unknownType, "no type is named \(name.text)") }
        return known
    }

    private func text(_ field: freshet_json_field, _ name: EventField) throws(Rejection) -> ByteView {
        switch field.kind {
        case FRESHET_JSON_STRING, FRESHET_JSON_UNTYPED: return field.text
        case FRESHET_JSON_ABSENT, FRESHET_JSON_NULL: return .empty
        default: throw Rejection(.wrongType, "\(name.name) must be text and is \(field.kindName)")
        }
    }

    private func id(_ field: freshet_json_field, _ name: EventField) throws(Rejection) -> ByteView {
        let isNumber = idsMayBeNumbers && field.kind == FRESHET_JSON_NUMBER && field.text.isDigits
        let id = isNumber ? field.text : try text(field, name)
        if id.count > EventAssembler.idBytesMax {
            throw Rejection(.idTooLong, "\(name.name) has \(id.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
        }
        return id
    }

    /// The segment that a context names; a context that is no object names none.
    private func segment(_ field: freshet_json_field) throws(Rejection) -> ByteView {
        guard field.kind == FRESHET_JSON_OBJECT else { return .empty }
        try context.read(field.text, into: contextFields)
        let segment = contextFields[.context]
        if segment.isAbsent { return .empty }
        guard segment.kind == FRESHET_JSON_STRING else { throw Rejection(.wrongType, "context.segment must be text and is \(segment.kindName)") }
        guard segment.count <= EventAssembler.idBytesMax else {
            throw Rejection(.idTooLong, "context.segment has \(segment.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
        }
        return segment.text
    }

    /// A finite number of at least 0; `nil` where absent.
    private func amount(_ field: freshet_json_field, _ name: EventField) throws(Rejection) -> Double? {
        var number = field.number
        switch field.kind {
        case FRESHET_JSON_ABSENT, FRESHET_JSON_NULL: return nil
        case FRESHET_JSON_NUMBER, FRESHET_JSON_HUGE_NUMBER: break
        case FRESHET_JSON_UNTYPED where freshet_json_parse_number(field.start, field.count, &number): break
        default: throw Rejection(.wrongType, "\(name.name) must be a number and is \(field.kindName)")
        }
        guard number.isFinite else { throw Rejection(.outOfRange, "\(name.name) is beyond the range of numbers") }
        guard number >= 0 else { throw Rejection(.outOfRange, "\(name.name) is negative") }
        return number.magnitude  // −0 is 0
    }

    private func consent(_ field: freshet_json_field) throws(Rejection) -> Bool {
        switch field.kind {
        case FRESHET_JSON_ABSENT, FRESHET_JSON_NULL, FRESHET_JSON_TRUE: return true
        case FRESHET_JSON_FALSE: return false
        case FRESHET_JSON_UNTYPED where field.text == "true": return true
        case FRESHET_JSON_UNTYPED where field.text == "false": return false
        default: throw Rejection(.wrongType, "consent must be true or false and is \(field.kindName)")
        }
    }

    private func time(_ field: freshet_json_field, _ recordTime: EventTime?) throws(Rejection) -> EventTime {
        if field.isAbsent {
            guard let recordTime else { throw Rejection(.badTimestamp, "neither the event nor its record has a time") }
            guard EventTime.range.contains(recordTime) else {
                throw Rejection(.outOfRange, "the record's time is beyond the years 0 to 9999: \(recordTime.milliseconds)")
            }
            return recordTime
        }
        let isText = field.kind == FRESHET_JSON_STRING || field.kind == FRESHET_JSON_UNTYPED
        let isNumber = field.kind == FRESHET_JSON_NUMBER || field.kind == FRESHET_JSON_HUGE_NUMBER
        guard isText || isNumber else { throw Rejection(.wrongType, "timestamp must be text or a number and is \(field.kindName)") }
        let wantsText = time == .utc || time == .rfc3339
        if isNumber, time == .utc { throw Rejection(.wrongType, "timestamp must be text and is a number") }
        if field.kind == FRESHET_JSON_STRING, !wantsText { throw Rejection(.wrongType, "timestamp must be a number and is text") }
        guard let read = parsedTime(field, isText: isText) else {
            throw Rejection(isNumber ? .outOfRange : .badTimestamp, "timestamp cannot be read: \(field.text.excerpt)")
        }
        return read
    }

    private func parsedTime(_ field: freshet_json_field, isText: Bool) -> EventTime? {
        switch time {
        case .utc: return EventTime(utc: field.text)
        case .rfc3339 where isText: return EventTime(rfc3339: field.text)
        case .rfc3339, .milliseconds: return EventTime(decimal: field.text, unit: 1) ?? rounded(field, unit: 1)
        case .seconds: return EventTime(decimal: field.text, unit: 1000) ?? rounded(field, unit: 1000)
        }
    }

    /// A time written with an exponent; what is finer than a millisecond is dropped.
    private func rounded(_ field: freshet_json_field, unit: Double) -> EventTime? {
        let milliseconds = field.number * unit
        guard field.kind == FRESHET_JSON_NUMBER, milliseconds.magnitude < 1e15 else { return nil }
        return EventTime(inRange: Int64(milliseconds))
    }
}

extension Event {
    /// Copies every text into the arena.
    fileprivate mutating func moveTexts(into arena: ByteArena) {
        user = arena.copy(user)
        visitor = arena.copy(visitor)
        item = arena.copy(item)
        session = arena.copy(session)
        query = arena.copy(query)
        segment = arena.copy(segment)
        eventID = arena.copy(eventID)
    }
}

extension ByteView {
    /// Whether there are digits only, and at least one.
    fileprivate var isDigits: Bool { !isEmpty && buffer.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 } }

    /// The beginning, for a detail.
    fileprivate var excerpt: String { count <= 64 ? text : self[0..<64].text + "…" }

    fileprivate static func == (view: ByteView, text: StaticString) -> Bool {
        view == ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
