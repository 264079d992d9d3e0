import FreshetRuntime
import Glibc

/// A block of lines that is drawn anew on a terminal, and lines elsewhere.
final class Screen {
    let isTerminal: Bool
    private let descriptor: Int32
    private var linesDrawn = 0

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
    }

    /// Writes lines that stay.
    func write(_ lines: [String]) {
        linesDrawn = 0
        put(lines.map { $0 + "\n" }.joined())
    }

    /// Puts a block in the place of the last one.
    func show(_ lines: [String]) {
        guard isTerminal else { return write(lines) }
        let width = columns - 1
        let fitting = lines.flatMap { Screen.wrapped($0, to: width) }
        put((linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A" : "") + "\u{1B}[J" + fitting.map { $0 + "\n" }.joined())
        linesDrawn = fitting.count
    }

    /// A line as lines of at most `width` characters, broken at blanks where there are any; those that follow stand four blanks further in.
    static func wrapped(_ line: String, to width: Int) -> [String] {
        var lines: [String] = []
        var rest = line[...]
        let indent = String(repeating: " ", count: min(line.prefix { $0 == " " }.count + 4, width / 2))
        while true {
            let start = lines.isEmpty ? "" : indent
            guard start.count + rest.count > width else { return lines + [start + rest] }
            let room = rest.prefix(width - start.count)
            let isBlankNext = rest.dropFirst(room.count).first == " "
            let text = rest.prefix { $0 == " " }
            let end = isBlankNext ? room.endIndex : room.lastIndex(of: " ").flatMap { $0 > text.endIndex ? $0 : nil } ?? room.endIndex
            lines.append(start + rest[..<end])
            rest = rest[end...].drop { $0 == " " }
        }
    }

    /// Lines that the terminal wraps itself could not be counted when the block is drawn anew.
    private var columns: Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
        return isKnown ? Int(size.ws_col) : 80
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                // Nobody reads any more: what is only shown need not go on.
                if errno == EPIPE { StopSignal.request() }
                return
            }
            start += count
        }
    }
}
