public import FreshetKernels

/// Reads the events of a file, fed in chunks of any size.
///
/// Lines count from 1, a header and empty lines included; the events of one line share its number. An empty line is no record.
/// A line that is longer than the limit is refused without being kept. Not thread safe: one owner.
public final class EventLineReader {
    private static let lineFeed = UInt8(ascii: "\n")

    private let recordBytesMax: Int
    private let rows: EventLineDecoder
    private let carried = ByteBuffer()
    private var isOverlong = false
    private var line: Int64 = 1

    /// A reader at the start of a file.
    ///
    /// - Parameters:
    ///   - format: Any format.
    ///   - topicType: The type of records that name none.
    ///   - recordBytesMax: The longest line that is read.
    public init(format: EventFormat, topicType: EventType?, recordBytesMax: Int) {
        self.recordBytesMax = recordBytesMax
        rows = EventLineDecoder(format: format, topicType: topicType, recordBytesMax: recordBytesMax)
    }

    /// Reads the lines that end within `chunk`, and keeps what follows the last of them.
    ///
    /// - Parameters:
    ///   - chunk: The next bytes of the file.
    ///   - arena: Where the events' texts go.
    ///   - body: Called for each event with its line's number and the line's bytes, which end with the call; they are empty for a line that
    ///     is too long.
    public func read(_ chunk: ByteView, into arena: ByteArena, _ body: (Int64, ByteView, Decoded) -> Void) throws(HeaderError) {
        var rest = chunk
        while let end = rest.buffer.firstIndex(of: EventLineReader.lineFeed) {
            let piece = rest[0..<end]
            rest = rest[end + 1..<rest.count]
            if carried.count == 0, !isOverlong, piece.count <= recordBytesMax {
                try decode(piece, into: arena, body)
            } else {
                carry(piece)
                try decodeCarried(into: arena, body)
            }
            line += 1
        }
        carry(rest)
    }

    /// Reads what follows the last line feed: the end of the file.
    public func finish(into arena: ByteArena, _ body: (Int64, ByteView, Decoded) -> Void) throws(HeaderError) {
        try decodeCarried(into: arena, body)
    }

    private func carry(_ piece: ByteView) {
        if isOverlong || carried.count + piece.count > recordBytesMax + 1 {
            isOverlong = true  // one byte above the limit may be a CR
            carried.removeAll()
        } else {
            carried.append(piece)
        }
    }

    private func decodeCarried(into arena: ByteArena, _ body: (Int64, ByteView, Decoded) -> Void) throws(HeaderError) {
        if isOverlong {
            body(line, .empty, .rejected(.recordTooLarge, detail: "the line has more than \(recordBytesMax) bytes"))
        } else {
            try decode(carried.view, into: arena, body)
        }
        carried.removeAll()
        isOverlong = false
    }

    private func decode(_ text: ByteView, into arena: ByteArena, _ body: (Int64, ByteView, Decoded) -> Void) throws(HeaderError) {
        try rows.decode(text, line: line, into: arena) { body(line, text, $0) }
    }
}
