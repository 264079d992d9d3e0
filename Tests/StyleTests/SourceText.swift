/// Swift text with comments and the contents of string literals replaced by blanks: what is left is code, line for line.
///
/// Code inside of interpolations is kept. Raw and multi-line literals are known; regex literals are not (the project has none).
struct SourceText {
    private var rest: [UInt8]
    private var at = 0
    private var code: [UInt8] = []

    /// The code of `text`, with as many lines and bytes as it.
    static func code(of text: String) -> String {
        var scanner = SourceText(rest: Array(text.utf8))
        scanner.code.reserveCapacity(scanner.rest.count)
        scanner.scanCode(untilClosingParenthesis: false)
        return String(decoding: scanner.code, as: UTF8.self)
    }

    private init(rest: [UInt8]) { self.rest = rest }

    private mutating func scanCode(untilClosingParenthesis: Bool) {
        var depth = 0
        while at < rest.count {
            if starts("//") {
                blankLineComment()
            } else if starts("/*") {
                blankBlockComment()
            } else if let hashes = literalStart() {
                scanLiteral(hashes: hashes)
            } else {
                if rest[at] == UInt8(ascii: "(") { depth += 1 }
                if rest[at] == UInt8(ascii: ")") {
                    if untilClosingParenthesis && depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    /// The number of `#` before the quote of a literal that starts here.
    private func literalStart() -> Int? {
        var hashes = 0
        while at + hashes < rest.count, rest[at + hashes] == UInt8(ascii: "#") { hashes += 1 }
        return at + hashes < rest.count && rest[at + hashes] == UInt8(ascii: "\"") ? hashes : nil
    }

    private mutating func scanLiteral(hashes: Int) {
        for _ in 0..<hashes { keep() }
        let pounds = String(repeating: "#", count: hashes)
        let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
        for _ in 0..<quotes.utf8.count { keep() }
        while at < rest.count {
            if starts(quotes + pounds) {
                for _ in 0..<quotes.utf8.count + hashes { keep() }
                return
            }
            if starts("\\" + pounds + "(") {
                for _ in 0..<hashes + 2 { keep() }
                scanCode(untilClosingParenthesis: true)
                if at < rest.count { keep() }
            } else if starts("\\" + pounds) {
                for _ in 0..<hashes + 2 where at < rest.count { blank() }
            } else {
                blank()
            }
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank()
            } else if starts("*/") {
                depth -= 1
                blank()
            }
            blank()
        } while depth > 0 && at < rest.count
    }

    private mutating func blankLineComment() {
        while at < rest.count, rest[at] != UInt8(ascii: "\n") { blank() }
    }

    private func starts(_ text: String) -> Bool {
        at + text.utf8.count <= rest.count && rest[at..<at + text.utf8.count].elementsEqual(text.utf8)
    }

    private mutating func keep() {
        code.append(rest[at])
        at += 1
    }

    private mutating func blank() {
        guard at < rest.count else { return }
        code.append(rest[at] == UInt8(ascii: "\n") ? rest[at] : UInt8(ascii: " "))
        at += 1
    }
}
