import FreshetKernels

/// The first line of a file of cells: which column holds which field.
struct Header {
    private(set) var separator: UInt8
    private(set) var columns: [EventField?] = []

    /// Reads the header; fails where a field that every event needs has no column, or one has two.
    init(_ row: ByteView, of format: EventFormat, topicType: EventType?) throws(HeaderError) {
        separator = UInt8(ascii: row.buffer.contains(UInt8(ascii: "\t")) ? "\t" : ",")
        var names: [String] = []
        do throws(Rejection) {
            try CellReader(columns: [], separator: separator).forEachCell(row) { names.append($0.text) }
        } catch {
            throw HeaderError(message: "the header cannot be read: \(error.detail)")
        }
        columns = names.map { format.field(named: $0) }
        for field in Header.needed(by: format, topicType) where !columns.contains(field) {
            throw HeaderError(message: "the header names no column \(format.names(of: field).joined(separator: " or ")), as \(format.name) needs")
        }
        for field in EventField.allCases where columns.count(where: { $0 == field }) > 1 {
            throw HeaderError(message: "the header names two columns for \(field.name)")
        }
    }

    private static func needed(by format: EventFormat, _ topicType: EventType?) -> [EventField] {
        var fields: [EventField] = [format.sessionIsUser ? .session : .user, .item]
        if !format.linesTellTime { fields.append(.time) }
        if topicType == nil, format.impliedType == nil { fields.append(.type) }
        return fields
    }
}

extension EventFormat {
    /// The field that a column of that name holds; ASCII case does not matter.
    fileprivate func field(named name: String) -> EventField? {
        let name = name.lowercased()
        return EventField.allCases.first { names(of: $0).contains { $0.lowercased() == name } }
    }
}
