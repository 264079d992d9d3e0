public import FreshetKernels

/// Makes events of the lines of one file, whatever its container; knows the header once it has passed. Not thread safe: one owner.
public final class EventLineDecoder {
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

    /// A decoder at the start of a file.
    ///
    /// - Parameters:
    ///   - format: Any format.
    ///   - topicType: The type of records that name none.
    ///   - recordBytesMax: The longest line that is read.
    public init(format: EventFormat, topicType: EventType?, recordBytesMax: Int) {
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

    /// Reads the next line.
    ///
    /// - Parameters:
    ///   - text: The line without its line feed, or its beginning where it is too long.
    ///   - line: Its number from 1, headers and empty lines counted.
    ///   - arena: Where the events' texts go.
    ///   - body: Called for each event of the line; never for a header or an empty line, which are no records.
    public func decode(_ text: ByteView, line: Int64, into arena: ByteArena, _ body: (Decoded) -> Void) throws(HeaderError) {
        let text = (line == 1 ? text.withoutByteOrderMark : text).withoutCarriageReturn
        if text.isEmpty { return }
        if text.count > recordBytesMax { return body(.rejected(.recordTooLarge, detail: "the line has more than \(recordBytesMax) bytes")) }
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

extension ByteView {
    /// The line without the mark that some programs put before UTF-8.
    fileprivate var withoutByteOrderMark: ByteView {
        count >= 3 && self[0] == 0xef && self[1] == 0xbb && self[2] == 0xbf ? self[3..<count] : self
    }

    fileprivate var withoutCarriageReturn: ByteView {
        count > 0 && self[count - 1] == UInt8(ascii: "\r") ? self[0..<count - 1] : self
    }
}
