import FreshetCore

/// The slow, obvious reader of Freshet's own records: DESIGN section 4 in the order in which fields are looked at.
enum SlowEvent {
    private struct Refused: Error { var code: RejectionCode }

    static func outcome(of record: JSONValue, topicType: EventType?, recordTime: Int64) -> Outcome {
        do throws(Refused) {
            return .event(try event(record, topicType, recordTime))
        } catch {
            return .rejected(error.code)
        }
    }

    /// Whether two events differ by a millisecond only, since a `Double` rounds a fraction like 0.9999 of a millisecond up.
    static func differInRounding(_ left: Outcome, _ right: Outcome, _ record: JSONValue) -> Bool {
        guard case .number = record["timestamp"], var event = left.event, let other = right.event, abs(event.time - other.time) == 1 else {
            return false
        }
        event.time = other.time
        return event == other
    }

    private static func event(_ record: JSONValue, _ topicType: EventType?, _ recordTime: Int64) throws(Refused) -> PlainEvent {
        let name = try text(record["type"])
        guard let type = name.isEmpty ? topicType : EventType(name: name) else { throw Refused(code: name.isEmpty ? .missingType : .unknownType) }
        let session = try id(record["session_id"])
        let user = try id(record["user_id"])
        guard !user.isEmpty else { throw Refused(code: .missingUser) }
        let item = try id(record["item_id"])
        guard !item.isEmpty || type == .search || type == .identify else { throw Refused(code: .missingItem) }
        let visitor = try id(record["visitor_id"])
        guard !visitor.isEmpty || type != .identify else { throw Refused(code: .missingVisitor) }
        var event = PlainEvent(type, try time(record["timestamp"], recordTime), user: user, item: item, session: session)
        event.visitor = visitor
        event.eventID = try id(record["event_id"])
        event.query = try text(record["query"])
        event.price = try amount(record["price"])
        event.quantity = try amount(record["quantity"]) ?? 1
        event.consent = try consent(record["consent"])
        if case .object? = record["context"] { event.segment = try id(record["context"]?["segment"]) }
        _ = try id(record["order_id"])
        return event
    }

    private static func text(_ value: JSONValue?) throws(Refused) -> String {
        switch value {
        case nil, .null: return ""
        case .string(let text): return text
        default: throw Refused(code: .wrongType)
        }
    }

    private static func id(_ value: JSONValue?) throws(Refused) -> String {
        let id = try text(value)
        guard id.utf8.count <= 256 else { throw Refused(code: .idTooLong) }
        return id
    }

    private static func amount(_ value: JSONValue?) throws(Refused) -> Double? {
        if value == nil || value == .null { return nil }
        guard let number = value?.number else { throw Refused(code: .wrongType) }
        guard number.isFinite, number >= 0 else { throw Refused(code: .outOfRange) }
        return number
    }

    private static func consent(_ value: JSONValue?) throws(Refused) -> Bool {
        switch value {
        case nil, .null: return true
        case .bool(let consent): return consent
        default: throw Refused(code: .wrongType)
        }
    }

    private static func time(_ value: JSONValue?, _ recordTime: Int64) throws(Refused) -> Int64 {
        switch value {
        case nil, .null: return recordTime
        case .string(let text):
            guard let time = SlowClock.milliseconds(of: text) else { throw Refused(code: .badTimestamp) }
            return time
        case .integer, .number:
            let time = value?.number ?? .nan
            guard time > -62_167_219_200_001, time < 253_402_300_800_000 else { throw Refused(code: .outOfRange) }
            return Int64(time)
        default: throw Refused(code: .wrongType)
        }
    }
}

/// Reads RFC 3339 by its parts, and counts days year by year and month by month.
private enum SlowClock {
    static func milliseconds(of text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }), text.utf8.count >= 20 else { return nil }
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int? {
            let digits = bytes[from..<from + count]
            return digits.allSatisfy { (0x30...0x39).contains($0) } ? Int(String(decoding: digits, as: UTF8.self)) : nil
        }
        let marks = [4, 7, 10, 13, 16].map { Character(Unicode.Scalar(bytes[$0])) }
        guard marks[0] == "-", marks[1] == "-", "Tt ".contains(marks[2]), marks[3] == ":", marks[4] == ":",
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2),
            let second = number(17, 2), let days = days(year, month, day), hour < 24, minute < 60, second <= 60,
            let (fraction, offset) = rest(of: text.dropFirst(19))
        else { return nil }
        let minutes = days * 1440 + hour * 60 + minute - offset
        if second == 60, ((minutes % 1440) + 1440) % 1440 != 1439 { return nil }
        let time = Int64(minutes * 60 + second) * 1000 + Int64(second == 60 ? -1 : fraction)
        return (-62_167_219_200_000...253_402_300_799_999).contains(time) ? time : nil
    }

    /// The milliseconds of the fraction, and the offset in minutes.
    private static func rest(of text: Substring) -> (Int, Int)? {
        var zone = text
        var fraction = 0
        if text.first == "." {
            let digits = text.dropFirst().prefix { ("0"..."9").contains($0) }
            guard !digits.isEmpty, let thousandths = Int((digits + "00").prefix(3)) else { return nil }
            fraction = thousandths
            zone = text.dropFirst(1 + digits.count)
        }
        if zone == "Z" || zone == "z" { return (fraction, 0) }
        let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard zone.first == "+" || zone.first == "-", parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return (fraction, (zone.first == "-" ? -1 : 1) * (hours * 60 + minutes))
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[max(month, 1) - 1]).contains(day) else { return nil }
        var days = 0
        for past in min(year, 1970)..<max(year, 1970) { days += isLeap(past) ? 366 : 365 }
        return (year < 1970 ? -days : days) + lengths[..<(month - 1)].reduce(0, +) + day - 1
    }
}
