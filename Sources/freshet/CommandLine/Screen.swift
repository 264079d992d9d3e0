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
        let width = columns
        let fitting = lines.map { String($0.prefix(width - 1)) + "\n" }.joined()
        put((linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A" : "") + "\u{1B}[J" + fitting)
        linesDrawn = lines.count
    }

    /// A line that wraps would be two when the block is drawn anew.
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
            guard count > 0 else { return }
            start += count
        }
    }
}
