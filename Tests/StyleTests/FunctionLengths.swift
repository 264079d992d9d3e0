/// The lengths of functions, read from code: lines between the braces of a `func`, `init`, `deinit`, `subscript` or computed `var`.
///
/// What is inside of a function counts for it as well as for itself.
struct FunctionLengths {
    struct Function: Equatable {
        var line: Int
        var name: String
        var length: Int
    }

    private let code: [UInt8]
    private var line = 1
    private(set) var functions: [Function] = []

    init(_ file: SourceFile) {
        code = Array(file.code.utf8)
        var at = 0
        while at < code.count {
            if code[at] == UInt8(ascii: "\n") { line += 1 }
            guard let keyword = keyword(at: at) else {
                at += 1
                continue
            }
            at += keyword.utf8.count
            if let body = body(after: at, endsAtValue: keyword == "var") {
                functions.append(Function(line: line, name: name(keyword, at), length: length(ofBodyAt: body)))
            }
        }
    }

    /// The keyword of a declaration that stands here as a whole word, and not as somebody's member.
    private func keyword(at place: Int) -> String? {
        if place > 0, isNamePart(code[place - 1]) || code[place - 1] == UInt8(ascii: ".") || code[place - 1] == UInt8(ascii: "`") { return nil }
        return ["func", "init", "deinit", "subscript", "var"].first { word in
            let end = place + word.utf8.count
            return end < code.count && code[place..<end].elementsEqual(word.utf8) && !isNamePart(code[end])
        }
    }

    /// Where the body's opening brace is; `nil` for a requirement, a stored property, a call.
    private func body(after start: Int, endsAtValue: Bool) -> Int? {
        var depth = 0
        for place in start..<code.count {
            switch code[place] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "{") where depth == 0: return place
            case UInt8(ascii: "}") where depth == 0: return nil
            case UInt8(ascii: "=") where depth == 0 && endsAtValue: return nil
            case UInt8(ascii: "\n") where depth == 0 && !continues(after: place): return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    /// Whether a declaration goes on in the next line.
    private func continues(after newline: Int) -> Bool {
        let next = code[(newline + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return ["{", "where ", "->", "throws", "async"].contains { next.starts(with: $0.utf8) }
    }

    private func length(ofBodyAt brace: Int) -> Int {
        var depth = 0
        var lines = 0
        for byte in code[brace...] {
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { break }
            if byte == UInt8(ascii: "\n") { lines += 1 }
        }
        return max(lines - 1, 0)
    }

    private func name(_ keyword: String, _ at: Int) -> String {
        guard keyword == "func" || keyword == "var" else { return keyword }
        let name = code[at...].drop { $0 == UInt8(ascii: " ") }.prefix {
            $0 > UInt8(ascii: " ") && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ":")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }
}
