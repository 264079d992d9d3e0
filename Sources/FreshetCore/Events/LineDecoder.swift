import FreshetKernels

/// Makes events of the lines of one file, whatever its container; knows the header once it has passed.
final class LineDecoder {
    private enum Rows {
        case records(EventDecoder)
        case sessions(SessionDecoder)
        case headerless(EventFormat)
        case cells(CellReader)
    }

    private var rows: Rows
    private let topicType: EventType?
    private let recordBytesMax: Int
    private let assembler: EventAssembler
    private let fields = RawFields()
    private var lineIsTime = false

    init(format: EventFormat, topicType: EventType?, recordBytesMax: Int) {
        self.topicType = topicType
        self.recordBytesMax = recordBytesMax
        assembler = EventAssembler(format: format, topicType: topicType)
        rows =
            switch format.container {
            case .json, .columns: .records(EventDecoder(format: format, topicType: topicType, recordBytesMax: recordBytesMax))
            case .jsonSessions(let events): .sessions(SessionDecoder(format: format, events: events, topicType: topicType))
            case .header: .headerless(format)
            }
    }

    /// Calls `body` with what the line holds; not at all for a header.
    func decode(_ text: ByteView, line: Int64, into arena: ByteArena, _ body: (Decoded) -> Void) throws(HeaderError) {
        if text.count > recordBytesMax {
            return body(.rejected(.recordTooLarge, detail: "the line has \(text.count) bytes; at most \(recordBytesMax) are taken"))
        }
        switch rows {
        case .records(let decoder): body(decoder.decode(value: text, key: nil, recordTime: nil, into: arena))
        case .sessions(let decoder): decoder.decode(text, into: arena, body)
        case .headerless(let format):
            let header = try Header(text, of: format, topicType: topicType)
            lineIsTime = format.linesTellTime && !header.columns.contains(.time)
            rows = .cells(CellReader(columns: header.columns, separator: header.separator))
        case .cells(let reader): body(row(text, reader, line: line, into: arena))
        }
    }

    private func row(_ text: ByteView, _ reader: CellReader, line: Int64, into arena: ByteArena) -> Decoded {
        do throws(Rejection) {
            try reader.read(text, into: fields)
            let time = lineIsTime ? EventTime(milliseconds: line * 1000) : nil
            guard let event = try assembler.event(from: fields, recordTime: time, into: arena) else { return .ignored }
            return .event(event)
        } catch {
            return .rejected(error.code, detail: error.detail)
        }
    }
}
