import FreshetKernels

/// Cuts texts into terms: words, folded; runs of scripts without blanks, in pieces of three letters; emoji.
final class Tokenizer {
    /// What becomes of a run of a script without blanks.
    enum Runs {
        /// Every piece of three, two and one letters, so that short runs are found in long ones: for what is said of items.
        case pieces
        /// Every piece of three letters, and a shorter run as it is: for what is searched for.
        case trigrams
    }

    /// The longest term in bytes; longer words are cut off.
    static let termBytesMax = 64
    private static let pieceMax = 3

    private let word = ByteBuffer()
    private var run: [Unicode.Scalar] = []
    private var isHalfFlag = false

    /// Calls `body` with each term of a text, in order, as often as it stands there. A view is valid during its call.
    func forEachTerm(of text: String, _ runs: Runs, _ body: (ByteView) -> Void) {
        // A mark that follows may change it.
        var last: (scalar: Unicode.Scalar, kind: Letter.Kind)?
        for wide in text.unicodeScalars {
            let scalar = Letter.narrow(wide)
            if let base = last?.scalar, let whole = Letter.composed(base, scalar) {
                last = (whole, Letter.kind(of: whole))
                continue
            }
            let kind = Letter.kind(of: scalar)
            guard kind != .silent else { continue }
            if let last { take(last.scalar, last.kind, runs, body) }
            last = (scalar, kind)
        }
        if let last { take(last.scalar, last.kind, runs, body) }
        end(runs, body)
    }

    private func take(_ scalar: Unicode.Scalar, _ kind: Letter.Kind, _ runs: Runs, _ body: (ByteView) -> Void) {
        switch kind {
        case .silent: return
        case .separator: end(runs, body)
        case .word:
            if isHalfFlag || !run.isEmpty { end(runs, body) }
            Letter.fold(scalar, append)
        case .run:
            endWord(body)
            run.append(scalar)
        case .emoji:
            end(runs, body)
            append(scalar)
            endWord(body)
        case .halfFlag:
            let isSecond = isHalfFlag
            if !isSecond { end(runs, body) }
            append(scalar)
            if isSecond { endWord(body) } else { isHalfFlag = true }
        }
    }

    private func append(_ scalar: Unicode.Scalar) {
        let bytes = scalar.utf8
        guard word.count + bytes.count <= Tokenizer.termBytesMax else { return }
        for byte in bytes { word.append(byte) }
    }

    private func end(_ runs: Runs, _ body: (ByteView) -> Void) {
        endWord(body)
        guard !run.isEmpty else { return }
        let longest = min(run.count, Tokenizer.pieceMax)
        for count in stride(from: longest, through: runs == .pieces ? 1 : longest, by: -1) {
            for start in 0...run.count - count {
                for scalar in run[start..<start + count] { append(scalar) }
                endWord(body)
            }
        }
        run.removeAll(keepingCapacity: true)
    }

    private func endWord(_ body: (ByteView) -> Void) {
        isHalfFlag = false
        guard word.count > 0 else { return }
        body(word.view)
        word.removeAll()
    }
}
