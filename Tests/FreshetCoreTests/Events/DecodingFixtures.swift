import FreshetCore
import FreshetKernels

/// A text as a view that lives as long as the arena.
func view(_ text: String, in arena: ByteArena) -> ByteView { view(Array(text.utf8), in: arena) }

/// Bytes as a view that lives as long as the arena.
func view(_ bytes: [UInt8], in arena: ByteArena) -> ByteView {
    bytes.withUnsafeBytes { arena.copy(ByteView($0)) }
}

/// What a decoder made of a record, as values that own their texts.
enum Outcome: Equatable {
    case event(PlainEvent)
    case rejected(RejectionCode)
    case ignored

    init(_ decoded: Decoded) {
        switch decoded {
        case .event(let event): self = .event(PlainEvent(event))
        case .rejected(let code, detail: _): self = .rejected(code)
        case .ignored: self = .ignored
        }
    }

    var event: PlainEvent? {
        if case .event(let event) = self { event } else { nil }
    }
}

/// An event that owns its texts and can be compared.
struct PlainEvent: Equatable {
    var type: EventType
    var time: Int64
    var user: String
    var visitor = ""
    var item = ""
    var session = ""
    var query = ""
    var segment = ""
    var eventID = ""
    var price: Double?
    var quantity = 1.0
    var consent = true
    var keyDiffers = false

    init(_ event: Event) {
        type = event.type
        time = event.time.milliseconds
        user = event.user.text
        visitor = event.visitor.text
        item = event.item.text
        session = event.session.text
        query = event.query.text
        segment = event.segment.text
        eventID = event.eventID.text
        price = event.price.isNaN ? nil : event.price
        quantity = event.quantity
        consent = event.consent
        keyDiffers = event.keyDiffers
    }

    init(_ type: EventType, _ time: Int64, user: String, item: String = "", session: String = "", price: Double? = nil) {
        self.type = type
        self.time = time
        self.user = user
        self.item = item
        self.session = session
        self.price = price
    }
}

/// What reading one record gave, without views.
struct Reading {
    var outcome: Outcome
    var fingerprint: Fingerprint?
    var detail = ""

    init(_ decoded: Decoded) {
        outcome = Outcome(decoded)
        switch decoded {
        case .event(let event): fingerprint = event.fingerprint
        case .rejected(_, detail: let text): detail = text
        case .ignored: break
        }
    }
}

/// Decodes one text, by default as Freshet's own record.
func decode(
    _ text: String, format: EventFormat = .freshet, key: String? = nil, topicType: EventType? = nil, recordTime: Int64? = 1000,
    recordBytesMax: Int = 1 << 20
) -> Reading {
    let arena = ByteArena()
    let decoder = EventDecoder(format: format, topicType: topicType, recordBytesMax: recordBytesMax)
    let time = recordTime.map { EventTime(milliseconds: $0) }
    let decoded = decoder.decode(value: view(text, in: arena), key: key.map { view($0, in: arena) }, recordTime: time, into: arena)
    return withExtendedLifetime(arena) { Reading(decoded) }
}
