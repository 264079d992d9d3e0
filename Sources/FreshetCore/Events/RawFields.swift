import CSimdJSON
import FreshetKernels

/// The wanted fields of one record as they stand in it, each at its `EventField`'s place; one more place holds a session's events.
///
/// The texts belong to whoever filled the fields, and end when it reads the next record.
final class RawFields {
    /// The place of the array of a session's events.
    static let eventsPlace = EventField.allCases.count

    let base: UnsafeMutablePointer<freshet_json_field>
    private static let count = eventsPlace + 1

    init() {
        base = .allocate(capacity: RawFields.count)
        base.initialize(repeating: freshet_json_field(), count: RawFields.count)
    }

    deinit { base.deallocate() }

    /// Makes every field absent.
    func clear() { base.update(repeating: freshet_json_field(), count: RawFields.count) }

    subscript(field: EventField) -> freshet_json_field {
        get { base[Int(field.rawValue)] }
        set { base[Int(field.rawValue)] = newValue }
    }
}

extension freshet_json_field {
    /// Text from a container without types, as CSV; none is an absent field.
    init(untyped text: ByteView) {
        self.init(start: text.start, count: text.count, number: 0, kind: text.isEmpty ? FRESHET_JSON_ABSENT : FRESHET_JSON_UNTYPED)
    }

    var text: ByteView { ByteView(start: start, count: count) }

    var isAbsent: Bool { kind == FRESHET_JSON_ABSENT || kind == FRESHET_JSON_NULL }

    /// The type's name in details.
    var kindName: StaticString {
        switch kind {
        case FRESHET_JSON_FALSE, FRESHET_JSON_TRUE: "a boolean"
        case FRESHET_JSON_NUMBER, FRESHET_JSON_HUGE_NUMBER: "a number"
        case FRESHET_JSON_OBJECT: "an object"
        case FRESHET_JSON_ARRAY: "an array"
        default: "text"
        }
    }
}
