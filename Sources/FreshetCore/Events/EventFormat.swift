/// How foreign records read: their container, the names of fields and types, and the form of their times.
///
/// A plain value. `EventFormat.preset` knows the common public logs; `init(base:fields:types:time:)` maps a shop's own names.
public struct EventFormat: Sendable, Equatable {
    /// What holds the records.
    public enum Container: Sendable, Equatable {
        /// A JSON object is one event.
        case json
        /// A JSON object is a session; its array `events` holds objects, each an event. For files only.
        case jsonSessions(events: String)
        /// A line of cells whose columns a first line names. The separator is a TAB where that line has one, else a comma. For files only.
        case header
        /// A line of cells separated by commas, in this order; `nil` is a column that is not used.
        case columns([EventField?])
    }

    /// How a time is written.
    public enum TimeForm: String, Sendable, CaseIterable {
        /// RFC 3339 text or, as a number, milliseconds since the epoch.
        case rfc3339
        /// Milliseconds since the epoch.
        case milliseconds
        /// Seconds since the epoch, with or without a fraction.
        case seconds
        /// `YYYY-MM-DD HH:MM:SS UTC`.
        case utc
    }

    /// What a foreign type name stands for.
    public struct TypeName: Sendable, Equatable {
        /// The foreign name.
        public var name: String
        /// Freshet's type; `nil`: such records are ignored and counted.
        public var type: EventType?

        /// A name and its meaning.
        public init(_ name: String, _ type: EventType?) {
            self.name = name
            self.type = type
        }
    }

    /// The name of the preset, or of the one that a mapping is based on.
    public internal(set) var name: String
    /// What holds the records.
    public internal(set) var container: Container
    /// The names of each field, at the field's raw value; the first is the usual one, none: the format has no such field.
    /// A header's names are compared without regard to ASCII case, JSON keys byte by byte.
    public internal(set) var fieldNames: [[String]]
    /// The names of types.
    public internal(set) var typeNames: [TypeName]
    /// How times are written.
    public internal(set) var time: TimeForm
    /// The type of a record that has none, where its topic implies none either.
    public internal(set) var impliedType: EventType?
    /// Whether the session stands for the user, as in logs without users.
    public internal(set) var sessionIsUser = false
    /// Whether ids may be JSON numbers; they then stand for their digits.
    public internal(set) var idsMayBeNumbers = false

    /// Whether line n happens n seconds after the epoch where there is no column of times.
    public internal(set) var linesTellTime = false

    init(name: String, container: Container, fields: [(EventField, [String])], types: [TypeName], time: TimeForm) {
        self.name = name
        self.container = container
        fieldNames = Array(repeating: [], count: EventField.allCases.count)
        for (field, names) in fields { fieldNames[Int(field.rawValue)] = names }
        typeNames = types
        self.time = time
    }

    /// Whether records of a topic can be of this format: each is one event and needs no header.
    public var fitsTopics: Bool {
        switch container {
        case .json, .columns: true
        case .jsonSessions, .header: false
        }
    }

    /// The names of a field.
    public func names(of field: EventField) -> [String] { fieldNames[Int(field.rawValue)] }
}
