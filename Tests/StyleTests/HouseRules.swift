/// Rules that hold for whole files: length, names, documentation, left-overs, paths of one machine.
enum HouseRules {
    static let linesMax = 500

    static func tooLong(_ file: SourceFile) -> [String] {
        let count = file.lines.count - 1
        return count > linesMax ? ["\(file.path): \(count) lines, more than \(linesMax): one concept a file"] : []
    }

    static func vagueName(_ file: SourceFile) -> [String] {
        let vague = ["Helper", "Util", "Manager", "Common", "Misc"]
        return file.path.split(separator: "/").filter { part in vague.contains(where: part.contains) }
            .map { "\(file.path): \($0) says nothing about what is in it" }
    }

    /// Public declarations without a comment that documents them.
    static func undocumented(_ file: SourceFile) -> [String] {
        let lines = file.lines
        return file.codeLines.enumerated().compactMap { number, code in
            let words = code.split(separator: " ").drop { $0.hasPrefix("@") }
            guard let access = words.first, let kind = words.dropFirst().first else { return nil }
            // `open` is also a good name for a variable.
            let isPublic = access == "public" || access == "open" && ["class", "func", "var", "subscript", "override"].contains(kind)
            guard isPublic, kind != "import", kind != "extension" else { return nil }
            let above = lines[..<number].last { line in
                let line = line.drop { $0 == " " }
                return !line.isEmpty && !line.hasPrefix("@")
            }
            guard let above, above.drop(while: { $0 == " " }).hasPrefix("///") || above.hasSuffix("*/") else {
                return "\(file.path):\(number + 1): public, and not documented"
            }
            return nil
        }
    }

    /// `@unchecked Sendable` and `nonisolated(unsafe)` without a comment above that says why it is safe.
    static func unexplained(_ file: SourceFile) -> [String] {
        let lines = file.lines
        return file.codeLines.enumerated().compactMap { number, code in
            guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else { return nil }
            let above = lines[..<number].last?.drop { $0 == " " } ?? ""
            return above.hasPrefix("//") ? nil : "\(file.path):\(number + 1): say in a comment above why this is safe"
        }
    }

    // Put together from parts, so that this file does not find itself.
    private static let leftOvers = ["TO" + "DO", "FIX" + "ME", "X" + "XX:"]
    private static let machinePaths = ["/wo" + "rk/", "/tmp/f" + "w", "/ro" + "ot/", "/ho" + "me/", "../sha" + "red/"]

    static func leftOver(_ file: SourceFile) -> [String] { lines(of: file, holding: leftOvers, "is unfinished") }

    static func machinePath(_ file: SourceFile) -> [String] { lines(of: file, holding: machinePaths, "exists on one machine only") }

    private static func lines(of file: SourceFile, holding words: [String], _ complaint: String) -> [String] {
        guard words.contains(where: file.text.contains) else { return [] }
        return file.lines.enumerated().compactMap { number, line in
            words.first(where: line.contains).map { "\(file.path):\(number + 1): \($0) \(complaint)" }
        }
    }
}
