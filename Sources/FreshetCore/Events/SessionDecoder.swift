import CSimdJSON
import FreshetKernels

/// Reads lines that each hold one session with an array of its events.
final class SessionDecoder {
    private let events: String
    private let session: JSONFieldReader
    private let event: JSONFieldReader
    private let assembler: EventAssembler
    private let fields = RawFields()
    private let sessionText = ByteBuffer()

    init(format: EventFormat, events: String, topicType: EventType?) {
        self.events = events
        let place = Int(EventField.session.rawValue)
        session = JSONFieldReader(names: format.places.filter { $0.place == place } + [(events, RawFields.eventsPlace)])
        event = JSONFieldReader(names: format.places.filter { $0.place != place })
        assembler = EventAssembler(format: format, topicType: topicType)
    }

    /// Calls `body` with each event of the line, or once with what is wrong with the line as a whole.
    func decode(_ line: ByteView, into arena: ByteArena, _ body: (Decoded) -> Void) {
        do throws(Rejection) {
            fields.clear()
            try session.read(line, into: fields)
            let array = fields.base[RawFields.eventsPlace]
            guard array.kind == FRESHET_JSON_ARRAY else { throw Rejection(.wrongType, "the session has no array \(events)") }
            // The reader's next text takes the place of this one, so what is needed of it moves: at most one line.
            sessionText.removeAll()
            sessionText.append(array.text)
            var owner = fields[.session]
            let ownerStart = sessionText.count
            sessionText.append(owner.text)
            owner.start = sessionText.view.start.map { $0 + ownerStart }
            var elements = JSONElements(array: sessionText[0..<ownerStart])
            while let element = elements.next() { body(decode(element, of: owner, into: arena)) }
        } catch {
            body(.rejected(error.code, detail: error.detail))
        }
    }

    private func decode(_ element: ByteView, of owner: freshet_json_field, into arena: ByteArena) -> Decoded {
        do throws(Rejection) {
            try event.read(element, into: fields)
            fields[.session] = owner
            guard let event = try assembler.event(from: fields, recordTime: nil, into: arena) else { return .ignored }
            return .event(event)
        } catch {
            return .rejected(error.code, detail: error.detail)
        }
    }
}

/// The elements of a JSON array that is known to be valid, each as its source.
struct JSONElements {
    private let array: ByteView
    private var at = 1

    /// - Parameter array: The source from `[` on; space may follow `]`.
    init(array: ByteView) { self.array = array }

    mutating func next() -> ByteView? {
        while at < array.count, array[at] <= 0x20 { at += 1 }
        guard at < array.count, array[at] != UInt8(ascii: "]") else { return nil }
        let first = at
        var depth = 0
        while at < array.count {
            switch array[at] {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]") where depth == 0: return array[first..<at]
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                at += 1
                return array[first..<at - 1]
            default: break
            }
            at += 1
        }
        return nil
    }

    /// Moves to the closing quote.
    private mutating func skipString() {
        at += 1
        while at < array.count, array[at] != UInt8(ascii: "\"") { at += array[at] == UInt8(ascii: "\\") ? 2 : 1 }
    }
}
