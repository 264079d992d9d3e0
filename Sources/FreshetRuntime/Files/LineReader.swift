public import FreshetKernels
import Glibc

/// The lines of a file, one after the other, numbered from 1.
public final class LineReader {
    /// A line without its end (`\n` or `\r\n`).
    public struct Line {
        /// Its number, from 1.
        public var number: Int64
        /// Its bytes, valid until the next call; of a line that is too long, its beginning.
        public var bytes: ByteView
        /// Whether bytes are left out.
        public var isTooLong: Bool
    }

    private let stream: FileStream
    private let lineBytesMax: Int
    private var rest = ByteView.empty
    private let joined = ByteBuffer()
    private var number: Int64 = 0

    /// The lines of `stream`; of a line longer than `lineBytesMax` only its beginning is kept.
    public init(_ stream: FileStream, lineBytesMax: Int) {
        self.stream = stream
        self.lineBytesMax = lineBytesMax
    }

    /// The next line; `nil` behind the last. A last line needs no end.
    public func next() throws(FileError) -> Line? {
        joined.removeAll()
        var isBegun = false
        var isTooLong = false
        while true {
            if rest.isEmpty {
                guard let chunk = try stream.next() else { return isBegun ? line(joined.view, isTooLong) : nil }
                rest = chunk
            }
            isBegun = true
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let piece = rest[0..<(end ?? rest.count)]
            rest = rest[min(piece.count + 1, rest.count)..<rest.count]
            if end != nil, joined.count == 0, piece.count <= lineBytesMax { return line(piece, isTooLong) }
            let kept = min(piece.count, lineBytesMax - joined.count)
            joined.append(piece[0..<kept])
            isTooLong = isTooLong || kept < piece.count
            if end != nil { return line(joined.view, isTooLong) }
        }
    }

    private func line(_ bytes: ByteView, _ isTooLong: Bool) -> Line {
        number += 1
        let hasReturn = bytes.count > 0 && bytes[bytes.count - 1] == UInt8(ascii: "\r")
        return Line(number: number, bytes: hasReturn ? bytes[0..<bytes.count - 1] : bytes, isTooLong: isTooLong)
    }
}

extension ByteView {
    /// The place of the first `byte`.
    fileprivate func firstIndex(of byte: UInt8) -> Int? {
        guard let start, let found = memchr(start, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }
}
