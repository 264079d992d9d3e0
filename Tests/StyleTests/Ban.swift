import Testing

/// Words that do not belong in a part of the project, and why.
struct Ban: Sendable, CustomTestStringConvertible {
    /// Where a word is allowed after all, and why.
    struct Exception: Sendable {
        var path: String
        var reason: String
    }

    /// Each as it stands in code; whole words, unless a `*` leaves an end open.
    var words: [String]
    var reason: String
    /// Starts of paths that the ban holds for.
    var scope: [String]
    /// Starts of paths that it does not hold for.
    var except: [Exception] = []
    /// A line that holds one of these is fine.
    var unless: [String] = []
    /// A line that must be found.
    var planted: String

    var testDescription: String { words.joined(separator: " ") }

    /// The findings in `file`: `path:line: word: reason`.
    func findings(in file: SourceFile) -> [String] {
        guard scope.contains(where: file.path.hasPrefix), !except.contains(where: { file.path.hasPrefix($0.path) }) else { return [] }
        guard words.contains(where: { holds(file.code, $0) }) else { return [] }
        return file.codeLines.enumerated().flatMap { number, line in
            words.filter { holds(line, $0) && !unless.contains(where: line.contains) }
                .map { "\(file.path):\(number + 1): \($0): \(reason)" }
        }
    }

    private func holds(_ line: some StringProtocol, _ word: String) -> Bool {
        let openStart = word.hasPrefix("*")
        let openEnd = word.hasSuffix("*")
        let needle = Array(word.drop { $0 == "*" }.utf8.prefix(word.utf8.count - (openStart ? 1 : 0) - (openEnd ? 1 : 0)))
        let bytes = Array(line.utf8)
        guard bytes.count >= needle.count else { return false }
        return (0...bytes.count - needle.count).contains { start in
            bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle)
                && (openStart || !isName(needle[0]) || start == 0 || !isName(bytes[start - 1]))
                && (openEnd || !isName(needle[needle.count - 1]) || start + needle.count == bytes.count || !isName(bytes[start + needle.count]))
        }
    }

    private func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }
}
