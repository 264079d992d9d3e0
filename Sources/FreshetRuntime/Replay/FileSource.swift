import FreshetCore
import FreshetKernels

/// One file of a replay: its lines, decoded as they are asked for.
///
/// A line may hold several events (a session), so a position is a line and the number of its events that were taken.
final class FileSource {
    let file: ReplayFile
    /// The line that is to be read next, from 1.
    private(set) var line: Int64
    /// The events of that line that were taken already.
    private(set) var taken: Int64

    private let lines: LineReader
    private let decoder: EventLineDecoder
    private let recordBytesMax: Int
    private let skippedBefore: Int64
    private let skippedEvents: Int64

    init(_ file: ReplayFile, from line: Int64, taken: Int64, recordBytesMax: Int) throws(FileError) {
        self.file = file
        self.line = line
        self.taken = taken
        self.recordBytesMax = recordBytesMax
        skippedBefore = line
        skippedEvents = taken
        lines = LineReader(try FileStream(path: file.path), lineBytesMax: recordBytesMax + 1)
        decoder = EventLineDecoder(format: file.format, topicType: file.topicType, recordBytesMax: recordBytesMax)
    }

    /// Reads on until there is a record, which goes to partition `number` of `merge`, or to the end.
    func feed(_ merge: Merge, _ number: Int) throws(ReplayError) {
        var found: [PendingRecord] = []
        while found.isEmpty {
            guard let line = try next() else { return merge.end(of: number, at: merge.queues[number].next) }
            // What stands before the position is not decoded, but for a first line, which may be a header.
            if line.number < skippedBefore, line.number > 1 { continue }
            try decode(line, merge.queues[number].arena, &found)
        }
        for record in found { merge.push(record, to: number) }
    }

    /// Notes that a record of `line` was taken. `isLast`: no other record of that line waits.
    func note(_ line: Int64, isLast: Bool) {
        taken = isLast ? 0 : (line == self.line ? taken : 0) + 1
        self.line = isLast ? line + 1 : line
    }

    private func next() throws(ReplayError) -> LineReader.Line? {
        do throws(FileError) { return try lines.next() } catch { throw .file(error) }
    }

    private func decode(_ line: LineReader.Line, _ arena: ByteArena, _ found: inout [PendingRecord]) throws(ReplayError) {
        let mark = arena.mark
        var left = line.number < skippedBefore ? Int64.max : line.number == skippedBefore ? skippedEvents : 0
        do throws(HeaderError) {
            try decoder.decode(line.bytes, line: line.number, into: arena) { content in
                if left > 0 {
                    left -= 1
                    return
                }
                var record = PendingRecord(offset: line.number, timestamp: -1, content: content)
                record.mark = mark
                if record.needsOriginal {
                    let isTooLong = line.bytes.count > recordBytesMax
                    record.original = OriginalRecord(
                        key: nil, value: isTooLong ? nil : arena.keep(line.bytes), omittedBytes: isTooLong ? line.bytes.count : nil)
                }
                found.append(record)
            }
        } catch {
            throw .header(error, path: file.path)
        }
    }
}
